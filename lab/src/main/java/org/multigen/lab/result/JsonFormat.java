package org.multigen.lab.result;

import tools.jackson.core.JacksonException;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Results as JSON; equal results are equal bytes. */
public final class JsonFormat {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();

    private JsonFormat() {}

    /** An experiment, indented, with a line feed at its end. */
    public static String write(ExperimentResult result) {
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        // Arrays stay on a line: a series has hundreds of numbers.
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter().withObjectIndenter(indenter);
        ObjectWriter writer = MAPPER.writer().with(printer);
        return writer.writeValueAsString(result) + "\n";
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws JacksonException if it is something else
     */
    public static ExperimentResult read(String json) {
        return MAPPER.readValue(json, ExperimentResult.class);
    }
}
