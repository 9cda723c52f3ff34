package org.multigen.lab.trace.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.failure.ExitCode;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.trace.TraceAccount;
import org.multigen.lab.trace.TraceHeader;
import org.multigen.lab.trace.TraceSource;
import org.multigen.lab.trace.TraceSummary;
import org.multigen.lab.trace.format.Traces;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code multigen trace stat}: reads traces to their end, which checks them, and says what they hold. */
@picocli.CommandLine.Command(
        name = "stat",
        mixinStandardHelpOptions = true,
        description = "Reads traces to their end, which checks every block, and says what they hold.",
        footer = {
            "",
            "Examples:",
            "  multigen trace stat scenarios/recordings/redis.mgt",
            "  multigen trace stat blocks.lis.zst",
            "  multigen trace stat --partial --format json broken.mgt"
        })
final class StatCommand implements Callable<Integer> {
    private enum Format {
        table,
        json
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Traces.")
    @SuppressWarnings("NullAway.Init")
    private List<Path> files;

    @Option(
            names = "--format",
            defaultValue = "table",
            paramLabel = "FORMAT",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private Format format;

    @Mixin
    private InputChoice input = new InputChoice();

    @Option(names = "--partial", description = "Use what stands before a damage instead of failing at it.")
    private boolean partial;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        for (Path file : files) {
            Described d = describe(file);
            if (d.damage() != null) {
                spec.commandLine().getErr().println("multigen: " + d.damage() + " (what stands before it is used)");
            }
            if (format == Format.json) {
                ObjectNode json = all.addObject();
                json.put("file", file.toString());
                json.setAll(d.header().toJson());
                json.set("summary", d.summary().toJson());
                json.put("damage", d.damage());
                d.transfers().put(json.putObject("transfers"));
                ArrayNode notes = json.putArray("notes");
                d.notes().forEach(notes::add);
            } else {
                StatTable.print(out, file, d.header(), d.summary(), d.transfers(), d.notes());
            }
        }
        if (format == Format.json) {
            out.println(JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(all));
        }
        return ExitCode.DONE.code();
    }

    private record Described(
            TraceHeader header,
            TraceSummary summary,
            @Nullable String damage,
            List<String> notes,
            Transfers transfers) {}

    private Described describe(Path file) {
        try (TraceSource source = Traces.open(file, input.options(partial))) {
            TraceAccount account = new TraceAccount(source.header().pageSize());
            Transfers transfers = new Transfers(account);
            ReadingBar.readAll(source, transfers, file, spec.commandLine().getErr());
            String damage = source.damage().orElse(null);
            String ending = source.summary()
                    .map(TraceSummary::ending)
                    .orElse(damage == null ? TraceSummary.COMPLETE : "damaged");
            TraceSummary counted = account.summary(ending);
            if (damage == null
                    && source.summary().isPresent()
                    && !counted.equals(source.summary().get())) {
                throw Failure.badData(file.toString(), "its events and its summary do not agree");
            }
            return new Described(source.header(), counted, damage, source.notes(), transfers);
        }
    }
}
