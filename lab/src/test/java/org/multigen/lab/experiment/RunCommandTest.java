package org.multigen.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multigen.lab.cli.Main;
import org.multigen.lab.result.ExperimentResult;
import org.multigen.lab.result.Explanation;
import org.multigen.lab.result.JsonFormat;
import org.multigen.lab.result.Metrics;
import org.multigen.lab.result.TrialResult;

/** {@code multigen run} from its command line to its bytes. */
final class RunCommandTest {
    private static final String SMALL = """
            tasks:
              app: {pattern: zipf, size: 4m, touches: 20000}
            memory.max: 0.6
            variants:
              classic: {lru: classic}
              mglru: {lru: mglru}
            """;

    @TempDir
    private Path dir;

    private StringWriter out = new StringWriter();
    private StringWriter err = new StringWriter();

    private int run(String yaml, String... options) throws IOException {
        out = new StringWriter();
        err = new StringWriter();
        Path file = Files.writeString(dir.resolve("s.yaml"), yaml);
        List<String> args = new ArrayList<>(List.of("run", file.toString()));
        args.addAll(List.of(options));
        return Main.run(new PrintWriter(out), new PrintWriter(err), args.toArray(String[]::new));
    }

    private ExperimentResult result(String yaml, String... options) throws IOException {
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("--format", "json"));
        assertThat(run(yaml, all.toArray(String[]::new))).as(err.toString()).isZero();
        return JsonFormat.read(out.toString());
    }

    private String complaint() {
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString().lines()).hasSize(1);
        return err.toString().strip().replace(dir + "/", "").replace("multigen: ", "");
    }

    @Test
    void tableNamesTheVariantsAndEndsWithTheVoucher() throws IOException {
        assertThat(run(SMALL)).isZero();
        String table = out.toString();
        assertThat(table)
                .contains("classic")
                .contains("mglru")
                .contains("major faults")
                .contains("warm-up");
        assertThat(table.lines().toList().getLast()).startsWith("Rules of Linux 6.12");
        assertThat(table.lines()).allMatch(l -> l.length() <= 100);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void twoRunsGiveTheSameBytes() throws IOException {
        assertThat(run(SMALL, "--format", "json")).isZero();
        String first = out.toString();
        assertThat(run(SMALL, "--format", "json")).isZero();
        assertThat(out.toString()).isEqualTo(first);
    }

    @Test
    void aTrialTravelsAndComesToTheSame() throws IOException {
        ExperimentResult r = result(SMALL);
        for (TrialResult v : r.variants()) {
            TrialResult again = Experiment.run(new TrialSpec("s", v.name(), v.settings()));
            assertThat(again.metrics()).isEqualTo(v.metrics());
        }
    }

    @Test
    void figuresAddUp() throws IOException {
        for (TrialResult v : result(SMALL).variants()) {
            assertThat(v.metric(Metrics.TOUCHES)).isEqualTo(20_000);
            assertThat(v.warmup()).containsEntry(Metrics.TOUCHES, 1024L);
            assertThat(v.metric(Metrics.MAJOR_FAULTS)).isPositive();
            assertThat(v.metric("pswpin")).isEqualTo(v.metric(Metrics.MAJOR_FAULTS));
            assertThat(v.metric(Metrics.RUN_TIME)).isPositive();
            long byFunction = v.metrics().entrySet().stream()
                    .filter(e -> e.getKey().startsWith(Metrics.CPU_PREFIX))
                    .mapToLong(java.util.Map.Entry::getValue)
                    .sum();
            assertThat(byFunction).isEqualTo(v.metric(Metrics.RECLAIM_CPU));
            long parts = v.costs().get(Metrics.RUN_TIME).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            assertThat(parts).isLessThanOrEqualTo(v.metric(Metrics.RUN_TIME));
            assertThat(v.memcgs().get("workload")).containsKeys("anon", "memory.current", "events.max");
            assertThat(v.tasks().getFirst().outcome()).isEqualTo("finished");
        }
    }

    @Test
    void costsMoveTimesAsTheBandAssumes() throws IOException {
        ExperimentResult plain = result(SMALL, "--variant", "classic");
        ExperimentResult dear = result(SMALL, "--variant", "classic", "--set", "cost.swap_read=4400");
        TrialResult a = plain.variants().getFirst();
        TrialResult b = dear.variants().getFirst();
        assertThat(b.metric(Metrics.MAJOR_FAULTS)).isEqualTo(a.metric(Metrics.MAJOR_FAULTS));
        long part = a.costs().get(Metrics.RUN_TIME).get("swap_read");
        assertThat(b.metric(Metrics.RUN_TIME)).isEqualTo(a.metric(Metrics.RUN_TIME) + part);
    }

    @Test
    void warmupEndsWhereItIsToldTo() throws IOException {
        assertThat(warm("none")).isZero();
        assertThat(warm("5000")).isEqualTo(5000);
        assertThat(warm("0.5")).as("pretouch counts as a whole").isEqualTo(1024);
        TrialResult all = result(
                        SMALL, "--variant", "mglru", "--set", "warmup=0.9", "--set", "tasks.app.pretouch=false")
                .variants()
                .getFirst();
        assertThat(all.warmup().get(Metrics.TOUCHES)).isBetween(1000L, 20_000L);
        TrialResult timed = result(SMALL, "--variant", "mglru", "--set", "warmup=2ms")
                .variants()
                .getFirst();
        assertThat(timed.warmup().get(Metrics.RUN_TIME)).isBetween(2_000_000L, 2_500_000L);
    }

    private long warm(String warmup) throws IOException {
        return result(SMALL, "--variant", "mglru", "--set", "warmup=" + warmup)
                .variants()
                .getFirst()
                .warmup()
                .get(Metrics.TOUCHES);
    }

    @Test
    void eventsHappenInTimeAndRefusalsCarryTheErrno() throws IOException {
        List<TrialResult.EventResult> events =
                result(SMALL + """
                        events:
                          - {touch: 3000, write: memory.max, value: 0.3}
                          - {touch: 2000, dump: lru_gen}
                          - {at: 1ms, write: lru_gen, value: "+ 2 0 77"}
                          - {touch: 4000, write: lru_gen.enabled, value: perhaps}
                          - {touch: 4001, dump: workload/memory.max}
                          - {at: 10min, dump: vmstat}
                        """, "--variant", "mglru").variants().getFirst().events();
        assertThat(events)
                .extracting(TrialResult.EventResult::event)
                .containsExactly(
                        "at 1ms: write lru_gen + 2 0 77",
                        "touch 2000: dump lru_gen",
                        "touch 3000: write memory.max 0.3",
                        "touch 4000: write lru_gen.enabled perhaps",
                        "touch 4001: dump workload/memory.max",
                        "at 10min: dump vmstat");
        assertThat(events)
                .extracting(TrialResult.EventResult::outcome)
                .containsExactly("EINVAL", "ok", "ok", "EINVAL", "ok", "never");
        assertThat(events).extracting(TrialResult.EventResult::touch).containsSequence(1999L, 2999L, 3999L, 4000L);
        assertThat(events.get(1).text()).contains("/workload").contains(" node     0");
        assertThat(events.get(4).text()).isEqualTo(Long.toString(Math.round(0.3 * 1024) * 4096));
    }

    @Test
    void anEventChangesWhatFollows() throws IOException {
        long plain = faults(SMALL);
        long tighter = faults(SMALL + "events: [{touch: 10000, write: memory.max, value: 0.3}]\n");
        assertThat(tighter).isGreaterThan(plain + 100);
    }

    private long faults(String yaml) throws IOException {
        return result(yaml, "--variant", "mglru").variants().getFirst().metric(Metrics.MAJOR_FAULTS);
    }

    @Test
    void anOomKillIsAResult() throws IOException {
        ExperimentResult r = result(SMALL, "--set", "machine.swap.kind=none");
        for (TrialResult v : r.variants()) {
            assertThat(v.killed()).containsExactly("app");
            assertThat(v.memcgs().get("workload").get("events.oom_kill")).isEqualTo(1);
        }
        assertThat(run(SMALL, "--set", "machine.swap.kind=none")).isZero();
        assertThat(out.toString()).contains("ran out of memory").contains("OOM killer");
    }

    @Test
    void severalTasksShareTheMachine() throws IOException {
        ExperimentResult r = result("""
                tasks:
                  a: {pattern: uniform, size: 4m, touches: 10000, memcg: x}
                  b: {pattern: seq, size: 4m, touches: 10000, memcg: y, start: 1ms, cpu: 0}
                memcgs: {x: {memory.max: 0.7}, y: {memory.max: 0.7}}
                """);
        TrialResult v = r.variants().getFirst();
        assertThat(v.name()).isEqualTo("base");
        assertThat(v.tasks()).extracting(TrialResult.TaskResult::name).containsExactly("a", "b");
        assertThat(v.tasks())
                .allSatisfy(t -> assertThat(t.metrics().get("pgmajfault")).isPositive());
        assertThat(v.memcgs()).containsOnlyKeys("x", "y");
    }

    @Test
    void aTaskMovesByEvent() throws IOException {
        TrialResult v = result("""
                        tasks:
                          a: {pattern: uniform, size: 4m, touches: 10000, memcg: x}
                        memcgs: {x: {memory.max: max}, y: {memory.max: 1m}}
                        events:
                          - {touch: 512, write: y/cgroup.procs, value: a}
                        """).variants().getFirst();
        assertThat(v.events().getFirst().outcome()).isEqualTo("ok");
        assertThat(v.memcgs().get("y").get("memory.current")).isPositive();
        assertThat(v.memcgs().get("x").get("memory.current")).isPositive();
    }

    @Test
    void seedChangesTheRun() throws IOException {
        ExperimentResult one = result(SMALL, "--seed", "1");
        ExperimentResult two = result(SMALL, "--seed", "2");
        assertThat(one.seed()).isEqualTo(1);
        assertThat(two.seed()).isEqualTo(2);
        assertThat(two.variants().getFirst().metrics())
                .isNotEqualTo(one.variants().getFirst().metrics());
    }

    @Test
    void csvAndOutputFile() throws IOException {
        Path file = dir.resolve("r.csv");
        assertThat(run(SMALL, "--format", "csv", "-o", file.toString())).isZero();
        assertThat(out.toString()).isEmpty();
        assertThat(Files.readAllLines(file)).first().isEqualTo("scenario,seed,variant,kernel,phase,metric,value");
        assertThat(Files.readString(file)).contains("s,1,mglru,6.12,run,pgmajfault,");
    }

    @Test
    void aConditionThatHoldsFailsTheCommand() throws IOException {
        assertThat(run(SMALL, "--fail-if", "mglru.oom_kill > 0", "--fail-if", "mglru.pgmajfault > 0"))
                .isEqualTo(3);
        assertThat(out.toString()).as("the result is shown all the same").contains("major faults");
        assertThat(err.toString()).matches("multigen: failed: mglru.pgmajfault > 0 \\(mglru.pgmajfault = [0-9,]+\\)\n");
        assertThat(run(SMALL, "--fail-if", "mglru.pgmajfault < 0")).isZero();
        assertThat(run(SMALL, "--fail-if", "mglruu.pgmajfault < 0")).isEqualTo(64);
        assertThat(complaint()).startsWith("--fail-if 'mglruu.pgmajfault < 0': at position 1: expected a number");
    }

    @Test
    void aFullDiskLeavesNothing() throws IOException {
        assumeThat(Path.of("/dev/full")).exists();
        assertThat(run(SMALL, "-o", "/dev/full")).isEqualTo(73);
        assertThat(complaint()).startsWith("/dev/full: cannot write: No space left on device");
        assertThat(run(SMALL, "-o", dir.resolve("no/such/folder.json").toString()))
                .isEqualTo(73);
        assertThat(complaint()).startsWith("no/such/folder.json: cannot write");
        try (Stream<Path> left = Files.list(dir)) {
            assertThat(left.map(p -> p.getFileName().toString())).containsExactly("s.yaml");
        }
    }

    @Test
    void mistakesAreOneLineWithTheirCode() throws IOException {
        assertThat(run(SMALL + "vm.swapiness: 1\n")).isEqualTo(65);
        assertThat(complaint()).isEqualTo("s.yaml:7: unknown key \"vm.swapiness\", did you mean \"vm.swappiness\"?");
        assertThat(run(SMALL, "--set", "vm.swappiness=many")).isEqualTo(64);
        assertThat(complaint()).contains("expected a whole number from 0 to 200");
        assertThat(run(SMALL, "--variant", "clasic")).isEqualTo(64);
        assertThat(complaint()).contains("did you mean \"classic\"?");
        assertThat(run(SMALL, "--format", "xml")).isEqualTo(64);
        assertThat(run(SMALL, "--seed", "x")).isEqualTo(64);
        assertThat(complaint()).isEqualTo("Invalid value for option '--seed': expected a whole number but was 'x'");
        assertThat(run(SMALL + "machine.memory: 1m\n")).isEqualTo(65);
        assertThat(complaint()).startsWith("s.yaml:7: impossible machine: node 0 has 256 pages");
        assertThat(run("tasks: {r: {recording: gone.mgt}}\n")).isEqualTo(66);
        assertThat(complaint()).isEqualTo("s.yaml:1: gone.mgt: no such file");
        Files.writeString(dir.resolve("foreign.mgt"), "this is not a recording at all");
        assertThat(run("tasks: {r: {recording: foreign.mgt}}\n")).isEqualTo(65);
        assertThat(complaint()).startsWith("s.yaml:1: foreign.mgt: ");
        Files.delete(dir.resolve("s.yaml"));
        out = new StringWriter();
        err = new StringWriter();
        int code = Main.run(
                new PrintWriter(out),
                new PrintWriter(err),
                "run",
                dir.resolve("s.yaml").toString());
        assertThat(code).isEqualTo(66);
        assertThat(complaint()).isEqualTo("s.yaml: no such file");
    }

    @Test
    void memoryStatShowsWhatWasReclaimed() throws IOException {
        for (TrialResult v :
                result(SMALL + "warmup: none\ntasks.app.file: 2m\n").variants()) {
            var stat = v.memcgs().get("workload");
            assertThat(stat.get("pgscan")).isEqualTo(v.metric("pgscan_anon") + v.metric("pgscan_file"));
            assertThat(stat.get("pgsteal")).isEqualTo(v.metric("pgsteal_anon") + v.metric("pgsteal_file"));
            assertThat(v.metric("pgsteal_file")).isPositive();
            assertThat(stat.get("pgmajfault")).isEqualTo(v.metric("pgmajfault")).isPositive();
            assertThat(stat).as("the kernel has it for the whole machine only").doesNotContainKey("pgscan_file");
        }
    }

    @Test
    void explainsAMetric() throws IOException {
        Path pages = dir.resolve("pages.csv");
        assertThat(run(SMALL, "--explain", "pgmajfault", "--pages", pages.toString()))
                .isZero();
        assertThat(out.toString())
                .contains("why pgmajfault differs: mglru against classic")
                .contains("app/anon: ");
        assertThat(out.toString().lines()).allMatch(l -> l.length() <= 100);
        ExperimentResult r = result(SMALL, "--explain", "pgmajfault", "--variant", "mglru,classic");
        Explanation e = r.explain().getFirst();
        assertThat(e.variant()).isEqualTo("classic");
        assertThat(e.extraCount() - e.sparedCount())
                .isEqualTo(r.variants().get(1).metric("pgmajfault")
                        - r.variants().get(0).metric("pgmajfault"));
        List<String> lines = Files.readAllLines(pages);
        assertThat(lines.getFirst()).isEqualTo("only in,area,page,cause,count");
        long listed = lines.stream()
                .filter(l -> l.startsWith("mglru,"))
                .mapToLong(l -> Long.parseLong(l.substring(l.lastIndexOf(',') + 1)))
                .sum();
        assertThat(listed).as("the other side's extras").isEqualTo(e.sparedCount());
    }

    @Test
    void explainRefusesWhatHasNoPages() throws IOException {
        assertThat(run(SMALL, "--explain", "mg_run_time_ns")).isEqualTo(64);
        assertThat(complaint())
                .startsWith("--explain mg_run_time_ns: no account by page")
                .contains("pgmajfault, mg_minor");
        assertThat(run(SMALL, "--explain", "pgmajfaults")).isEqualTo(64);
        assertThat(complaint()).contains("did you mean 'pgmajfault'?");
        assertThat(run(SMALL, "--explain", "pgmajfault", "--variant", "mglru")).isEqualTo(64);
        assertThat(complaint()).isEqualTo("--explain compares variants: there is only mglru");
        assertThat(run(SMALL, "--pages", "x")).isEqualTo(64);
    }
}
