package org.multigen.lab.trace.format;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The records of the user-space tool damo in JSON: targets with snapshots with regions. Read as a stream; of the whole only the
 * current region is in memory.
 */
final class DamonJson extends RecordReader {
    private final InputStream in;
    private final JsonParser json;
    private final DamonRegion region = new DamonRegion();
    private long target;
    private long timeNs = Access.NO_TIME;
    private boolean inRegions;
    private boolean ended;
    private long number;

    DamonJson(InputStream in) {
        this.in = in;
        this.json = JsonMapper.shared().createParser(new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    @Override
    public boolean next() throws IOException, Malformed {
        if (region.next(access())) {
            return true;
        }
        try {
            while (!ended && advance()) {
                if (region.next(access())) {
                    return true;
                }
            }
            return false;
        } catch (JacksonException | IllegalArgumentException e) {
            ended = true;
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw Malformed.end("expected JSON as damo records it: "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }

    /** Goes on by a token, or by a whole region; false at the end. */
    private boolean advance() throws Malformed {
        JsonToken token = json.nextToken();
        if (token == null) {
            ended = true;
            if (number == 0) {
                throw Malformed.end("no regions: expected snapshots with regions as damo records them");
            }
            return false;
        }
        if (inRegions) {
            if (token == JsonToken.START_OBJECT) {
                number++;
                begin(json.readValueAsTree());
            } else {
                inRegions = token != JsonToken.END_ARRAY;
            }
        } else if (token == JsonToken.PROPERTY_NAME) {
            property(String.valueOf(json.currentName()));
        }
        return true;
    }

    private void property(String name) throws Malformed {
        switch (name) {
            case "regions" -> inRegions = json.nextToken() == JsonToken.START_ARRAY;
            case "target_id" -> {
                json.nextToken();
                target = json.getString().hashCode();
            }
            case "end_time" -> {
                json.nextToken();
                timeNs = number(json.getString(), "end_time");
            }
            default -> {}
        }
    }

    private void begin(JsonNode r) throws Malformed {
        JsonNode accesses = r.path("nr_accesses");
        JsonNode samples = accesses.isObject() ? accesses.path("samples") : accesses;
        region.begin(
                access(),
                target,
                number(r.path("start").asString(""), "start"),
                number(r.path("end").asString(""), "end"),
                number(samples.asString(""), "nr_accesses"),
                timeNs);
    }

    /** A number as damo writes it, with commas between thousands. */
    private static long number(String text, String what) throws Malformed {
        String digits = text.replace(",", "").strip();
        if (!digits.matches("[0-9]{1,18}")) {
            throw Malformed.record("expected a number as " + what + " of a region or snapshot");
        }
        return Long.parseLong(digits);
    }

    @Override
    public String place() {
        return ": region " + number;
    }

    @Override
    public boolean isMemory() {
        return true;
    }

    @Override
    public int unitBytes() {
        return PAGE;
    }

    @Override
    public List<String> notes() {
        return DamonRegion.notes();
    }

    @Override
    public void close() throws IOException {
        json.close();
        in.close();
    }
}
