package org.multigen.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multigen.lab.cli.Main;
import org.multigen.lab.failure.ExitCode;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.figure.LastDecisions;
import org.multigen.lab.result.ExperimentResult;
import org.multigen.lab.result.JsonFormat;
import org.multigen.lab.result.TrialResult;
import org.multigen.machine.Machine;
import org.multigen.memory.FrameContents;
import picocli.CommandLine;

/** Broken invariants as a user of {@code multigen run} sees them. */
final class WarningsTest {
    private static final String SMALL = """
            tasks:
              app: {pattern: zipf, size: 2m, touches: 5000}
            memory.max: 0.6
            variants:
              classic: {lru: classic}
              mglru: {lru: mglru}
            """;

    private static final String DUMP = "s-classic.dump.txt";

    @TempDir
    private Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @AfterEach
    void dumpGone() throws IOException {
        Files.deleteIfExists(Path.of(DUMP));
    }

    /** Every 100th page that is swapped out breaks an invariant. */
    private static void breakNow(Machine machine) {
        machine.rooms().folios().setContents(new FrameContents() {
            private int written;

            @Override
            public void swappedOut(int frame, int slot) {
                machine.warnings().warnIf(++written % 100 == 0, "Test.provoked", "slot " + slot);
            }
        });
    }

    private int run(String... options) throws IOException {
        List<String> args = new ArrayList<>();
        args.add(Files.writeString(dir.resolve("s.yaml"), SMALL).toString());
        args.addAll(List.of(options));
        return new CommandLine(new RunCommand(WarningsTest::breakNow))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setExecutionExceptionHandler((e, line, parsed) -> {
                    err.append(e.getMessage());
                    return e instanceof Failure f ? f.exitCode().code() : -1;
                })
                .execute(args.toArray(String[]::new));
    }

    @Test
    void theRunGoesOnAndEndsWith70() throws IOException {
        assertThat(run("--format", "json", "--seed", "3")).isEqualTo(ExitCode.INTERNAL.code());
        ExperimentResult r = JsonFormat.read(out.toString());
        for (TrialResult v : r.variants()) {
            assertThat(v.tasks().getFirst().outcome()).isEqualTo("finished");
            assertThat(v.warnings()).singleElement().satisfies(w -> {
                assertThat(w.site()).isEqualTo("Test.provoked");
                assertThat(w.count()).as("each time counted, once reported").isGreaterThan(1);
            });
        }
        assertThat(err.toString().lines()).hasSize(2).allMatch(l -> l.startsWith("multigen: broken invariant in "));
        assertThat(err.toString()).contains("[multigen run ").contains("--variant mglru --seed 3 --panic-on-warn]");
    }

    @Test
    void theReplayLineRuns() throws IOException {
        run("--format", "json", "--set", "vm.swappiness=80");
        String text = JsonFormat.read(out.toString())
                .variants()
                .getFirst()
                .warnings()
                .getFirst()
                .text();
        String command = text.substring(text.indexOf('[') + 1, text.indexOf(']'));
        assertThat(command).startsWith("multigen run ").contains("--variant classic --set vm.swappiness=80");
        StringWriter table = new StringWriter();
        String[] words = command.substring("multigen ".length()).split(" ");
        assertThat(Main.run(new PrintWriter(table), new PrintWriter(err), words))
                .as("nothing breaks by itself: " + err)
                .isZero();
        assertThat(table.toString()).contains("classic").doesNotContain("mglru");
    }

    @Test
    void panicStopsAndLeavesADump() throws IOException {
        assertThat(run("--panic-on-warn")).isEqualTo(ExitCode.INTERNAL.code());
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString())
                .startsWith("broken invariant in classic: Test.provoked: slot ")
                .endsWith("; dump: " + DUMP);
        String dump = Files.readString(Path.of(DUMP));
        assertThat(dump)
                .contains("replay: multigen run " + dir.resolve("s.yaml") + " --variant classic --panic-on-warn\n")
                .contains("==== last decisions\n")
                .contains("==== lru_gen_full\n")
                .contains("==== vmstat\n")
                .contains("\npswpout 99\n")
                .contains("==== workload/memory.stat\n")
                .doesNotContain("cannot be read");
        String decisions = dump.substring(dump.indexOf("==== last decisions"), dump.indexOf("==== lru_gen_full"));
        assertThat(decisions).contains("evicted, folio pages by").contains("reclaim begins");
        assertThat(decisions.lines().count()).isBetween(100L, LastDecisions.KEPT + 3L);
    }
}
