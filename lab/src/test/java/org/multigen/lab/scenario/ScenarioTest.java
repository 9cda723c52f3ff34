package org.multigen.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multigen.lab.failure.ExitCode;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.workload.Pattern;

/** What scenario files mean, and the line that each wrong one is answered with. */
final class ScenarioTest {
    private static final String TASK = """
            tasks:
              t: {pattern: zipf, size: 64m, touches: 1000}
            """;

    @TempDir
    private Path dir;

    private Scenario scenario(String yaml) throws IOException {
        return Scenario.read(Files.writeString(dir.resolve("s.yaml"), yaml));
    }

    private Plan plan(String yaml, String... overrides) throws IOException {
        Scenario s = scenario(yaml);
        return Planner.plan(s.settings(s.variantNames().getFirst(), List.of(overrides)), recording -> 1000);
    }

    private String refusal(String yaml, String... overrides) {
        Failure f = catchThrowableOfType(Failure.class, () -> plan(yaml, overrides));
        assertThat(f).as("refusal of " + yaml).isNotNull();
        assertThat(f.exitCode()).isEqualTo(overrides.length == 0 ? ExitCode.BAD_DATA : ExitCode.USAGE);
        return f.getMessage().replace(dir + "/", "");
    }

    @Test
    void fillsInDefaults() throws IOException {
        Plan p = plan(TASK);
        assertThat(p.kernel())
                .isEqualTo(new Plan.Kernel(
                        "6.12",
                        7,
                        0,
                        60,
                        3,
                        -1,
                        10,
                        15_000,
                        true,
                        false,
                        "never",
                        org.multigen.walk.WalkSettings.KERNEL));
        assertThat(p.machine().cpus()).isEqualTo(1);
        assertThat(p.machine().nodes()).containsExactly(new Plan.Node(0, 2 * 16384 + 65536, List.of(), null));
        assertThat(p.machine().swap()).isEqualTo(new Plan.Swap("zram", "lzo-rle", 2 * 16384, 100));
        assertThat(p.cgroups()).isEmpty();
        assertThat(p.warmup()).isEqualTo(new Warmup.Touched(0.95));
        Plan.Synthetic work = (Plan.Synthetic) p.tasks().getFirst().work();
        assertThat(work.pattern()).isEqualTo(Pattern.of(Pattern.Kind.ZIPF, 16384, 1000));
        assertThat(work.write()).isEqualTo(Plan.Write.ALL);
    }

    @Test
    void nestingAndDotsMeanTheSame() throws IOException {
        String nested = TASK + "lru_gen: {enabled: 3, min_ttl_ms: 5}\nvm: {swappiness: 10}\n";
        String dotted = TASK + "lru_gen.enabled: 0x3\nmin_ttl_ms: 5\nvm.swappiness: 10\n";
        assertThat(plan(nested)).isEqualTo(plan(dotted));
        assertThat(plan(nested).kernel().lruGenEnabled()).isEqualTo(3);
    }

    @Test
    void variantsOverrideTheBaseAndOptionsOverrideBoth() throws IOException {
        Scenario s = scenario(TASK + """
                kernel: 6.1
                lru: classic
                variants:
                  a: {}
                  b: {lru: mglru, kernel: 6.18}
                """);
        assertThat(s.variantNames()).containsExactly("a", "b");
        Plan b = Planner.plan(s.settings("b", List.of("kernel=7.2")), recording -> 1);
        assertThat(b.kernel().rules()).isEqualTo("7.2");
        assertThat(b.kernel().lruGenEnabled()).isEqualTo(7);
        assertThat(Planner.plan(s.settings("a", List.of()), recording -> 1)
                        .kernel()
                        .lruGenEnabled())
                .isZero();
        assertThatThrownBy(() -> s.settings("bb", List.of())).hasMessageContaining("did you mean \"b\"");
    }

    @Test
    void kernelNamesAreTextNotNumbers() {
        assertThat(refusal(TASK + "kernel: 6.10\n"))
                .isEqualTo("s.yaml:3: kernel: expected one of v10, 6.1, 6.12, 6.18, 7.2, not \"6.10\","
                        + " did you mean \"6.1\"?");
    }

    @Test
    void sharesOfTheFootprintBecomeBytes() throws IOException {
        Plan p = plan(TASK + "memcgs: {a: {memory.max: 0.5, memory.swap.max: max, memory.high: 1.5g}}\n");
        assertThat(p.cgroups())
                .containsExactly(new Plan.Cgroup(
                        "a", Map.of("memory.max", "33554432", "memory.swap.max", "max", "memory.high", "1610612736")));
        assertThat(p.tasks().getFirst().cgroup()).isEqualTo("a");
    }

    @Test
    void topLimitsMeanTheOnlyCgroup() throws IOException {
        Plan none = plan(TASK + "memory.max: 0.5\n");
        assertThat(none.cgroups()).extracting(Plan.Cgroup::path).containsExactly("workload");
        assertThat(none.tasks().getFirst().cgroup()).isEqualTo("workload");
        Plan one = plan(TASK + "memcgs: {app: }\n", "memory.max=16m");
        assertThat(one.cgroups()).containsExactly(new Plan.Cgroup("app", Map.of("memory.max", "16777216")));
        assertThat(refusal(TASK + "memcgs: {a: , b: }\nmemory.max: 0.5\n"))
                .isEqualTo("s.yaml:4: memory.max: which cgroup? say memcgs.NAME.memory.max with one of a, b");
    }

    @Test
    void eventsKeepTheirMoment() throws IOException {
        Plan p = plan(TASK + """
                memcgs: {a: {memory.max: max}}
                events:
                  - {at: 5s, write: a/memory.max, value: 0.25}
                  - {touch: 100, write: lru_gen, value: "+ 2 0 3"}
                  - {at: 250ms, write: lru_gen.enabled, value: n}
                  - {at: 1s, dump: lru_gen_full}
                  - {at: 1s, write: memory.reclaim, value: 1m swappiness=10}
                """);
        assertThat(p.events())
                .containsExactly(
                        new Plan.Event(
                                5_000_000_000L,
                                -1,
                                new Plan.WriteFile("a", "memory.max", "16777216"),
                                "at 5s: write a/memory.max 0.25"),
                        new Plan.Event(
                                -1,
                                100,
                                new Plan.WriteFile("", "lru_gen", "+ 2 0 3"),
                                "touch 100: write lru_gen + 2 0 3"),
                        new Plan.Event(
                                250_000_000,
                                -1,
                                new Plan.WriteFile("", "enabled", "n"),
                                "at 250ms: write lru_gen.enabled n"),
                        new Plan.Event(
                                1_000_000_000, -1, new Plan.DumpFile("", "lru_gen_full"), "at 1s: dump lru_gen_full"),
                        new Plan.Event(
                                1_000_000_000,
                                -1,
                                new Plan.WriteFile("a", "memory.reclaim", "1048576 swappiness=10"),
                                "at 1s: write memory.reclaim 1m swappiness=10"));
    }

    @Test
    void settingsTravelAsFlatText() throws IOException {
        Scenario s = scenario(TASK + "memcgs: {a: {memory.max: 0.5}}\nevents: [{at: 1s, dump: vmstat}]\n");
        Settings settings = s.settings(Scenario.SOLE_VARIANT, List.of());
        Settings arrived = Settings.of(settings.flat());
        assertThat(Planner.plan(arrived, recording -> 1)).isEqualTo(Planner.plan(settings, recording -> 1));
    }

    @Test
    void includeFillsWhatIsLeftOpen() throws IOException {
        Files.writeString(dir.resolve("base.yaml"), TASK + "kernel: 6.1\nvm.swappiness: 1\nvariants: {x: , y: }\n");
        Scenario s = scenario("include: base.yaml\nvm.swappiness: 2\n");
        assertThat(s.variantNames()).containsExactly("x", "y");
        Plan p = Planner.plan(s.settings("x", List.of()), recording -> 1);
        assertThat(p.kernel().rules()).isEqualTo("6.1");
        assertThat(p.kernel().swappiness()).isEqualTo(2);
    }

    @Test
    void scenarioThatRefersToItself() throws IOException {
        Files.writeString(dir.resolve("b.yaml"), "include: s.yaml\n");
        assertThat(refusal("include: b.yaml\n" + TASK))
                .isEqualTo("b.yaml:1: the scenario includes itself: s.yaml -> b.yaml -> s.yaml");
        assertThat(refusal("# x\ninclude: s.yaml\n"))
                .isEqualTo("s.yaml:2: the scenario includes itself: s.yaml -> s.yaml");
    }

    @Test
    void deepNestingIsOneLine() throws IOException {
        assertThat(refusal(TASK + "events: " + "[".repeat(50_000) + "\n")).contains("nested too deeply");
    }

    @Test
    void absentFilesAreAbsent() throws IOException {
        Failure gone = catchThrowableOfType(Failure.class, () -> Scenario.read(dir.resolve("gone.yaml")));
        assertThat(gone.exitCode()).isEqualTo(ExitCode.NO_INPUT);
        Failure include = catchThrowableOfType(Failure.class, () -> scenario("include: gone.yaml\n"));
        assertThat(include.exitCode()).isEqualTo(ExitCode.NO_INPUT);
        assertThat(include.getMessage().replace(dir + "/", "")).isEqualTo("s.yaml:1: gone.yaml: no such file");
        Scenario s = scenario("tasks:\n  r:\n    recording: r.mgt\n");
        Failure trace = catchThrowableOfType(
                Failure.class,
                () -> Planner.plan(s.settings(Scenario.SOLE_VARIANT, List.of()), p -> {
                    throw Failure.noInput(p);
                }));
        assertThat(trace.exitCode()).isEqualTo(ExitCode.NO_INPUT);
        assertThat(trace.getMessage().replace(dir + "/", "")).isEqualTo("s.yaml:3: r.mgt: no such file");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "vm.swapiness: 3                  | 3: unknown key \"vm.swapiness\", did you mean \"vm.swappiness\"?",
                "vm: {swapiness: 3}               | 3: unknown key \"vm.swapiness\", did you mean \"vm.swappiness\"?",
                "tasks.t.thta: 3                  | 3: unknown key \"tasks.t.thta\", did you mean \"tasks.t.theta\"?",
                "quite_something: 3               | 3: unknown key \"quite_something\"",
                "vm.swappiness: 201               | 3: vm.swappiness: expected a whole number from 0 to 200, not \"201\"",
                "vm.swappiness:                   | 3: vm.swappiness: its value is missing",
                "vm.swappiness: [1]               | 3: vm.swappiness: expected a single value",
                "seed: 1                          | ",
                "warmup: 1.5                      | 3: warmup: expected none, a fraction of the footprint such as 0.95,"
                        + " a time such as 2s, or a number of touches, not \"1.5\"",
                "lru: mgrlu                       | 3: lru: expected one of classic, mglru, not \"mgrlu\", did you mean"
                        + " \"mglru\"?",
                "lru_gen.enabled: 16              | 3: lru_gen.enabled: expected y, n, or a sum of the bits 0x1, 0x2, 0x4,"
                        + " 0x8, not \"16\"",
                "lru_gen.enabled: 0xf             | 3: lru_gen.enabled: bit 0x8 exists with secondary_mmu.policy: v4 only",
                "machine.memory: 64q              | 3: machine.memory: expected bytes such as 64m or 1.5g, or a fraction of"
                        + " the footprint such as 0.5, not \"64q\"",
                "tasks.t.start: 5                 | 3: tasks.t.start: expected a time such as 5s, 250ms, 10us or 2min, not"
                        + " \"5\"",
                "tasks.t.memcg: x                 | 3: tasks.t.memcg: no cgroup \"x\" under memcgs",
                "tasks.t.cpu: 3                   | ",
                "machine.cpus: 0                  | 3: machine.cpus: expected a whole number from 1 to 1024, not \"0\"",
                "tasks.u.pattern: seq             | 3: tasks.u.pattern: size is missing",
                "tasks.u.start: 1s                | 3: tasks.u: expected either a recording or a pattern",
                "tasks.t.hot: 1.5                 | 3: tasks.t.hot: expected a number from 0 to 1, not \"1.5\"",
                "events: 3                        | 3: events: expected a list, each entry as in - {at: 5s, write: lru_gen,"
                        + " value: ...}",
                "events: [{at: 1s}]               | 3: event: expected either write or dump",
                "events: [{dump: vmstat}]         | 3: event: expected either at or touch",
                "events: [{at: 1s, write: lru_gen}] | 3: event: value is missing",
                "events: [{at: 1s, dump: lru_gn}] | 3: event: cannot dump \"lru_gn\", did you mean \"lru_gen\"?; expected"
                        + " lru_gen, lru_gen_full, vmstat or CGROUP/FILE",
                "events: [{at: 1s, write: memory.mx, value: 1}] | 3: event: no file \"memory.mx\" to write, did you mean"
                        + " \"memory.max\"?",
                "variants: 3                      | 3: variants: expected a name for each variant with the keys that it"
                        + " overrides",
                "variants: {a: {name: x}}         | 3: \"name\" holds for the whole file, not for a variant or an option",
                "variants: {a b: {}}              | 3: variant \"a b\": expected a name of letters, digits and any of _ . + -",
                "memcg.enabled: nope              | 3: memcg.enabled: expected true or false, not \"nope\"",
                "machine.nodes.1.memory: 1g       | 3: machine.nodes.1: nodes are numbered from 0 on, in order; expected"
                        + " node 0",
                "machine.nodes.0.zones.X.managed: 1 | 3: machine.nodes.0.zones.X: expected a zone DMA, DMA32 or Normal",
                "machine.nodes.0.zones.DMA.min: 1 | 3: machine.nodes.0.zones.DMA: managed is missing",
                "{                                | 3: not YAML: expected the node content, but found '<stream end>'",
            })
    void oneLineForEachMistake(String line, String expected) throws IOException {
        if (expected == null) {
            assertThat(plan(TASK + line + "\n")).isNotNull();
        } else if (line.equals("{")) {
            assertThat(refusal(TASK + line + "\n")).startsWith("s.yaml:").contains("not YAML");
        } else {
            assertThat(refusal(TASK + line + "\n")).isEqualTo("s.yaml:" + expected);
        }
    }

    @Test
    void mistakesOfOptions() {
        assertThat(refusal(TASK, "vm.swapiness=3"))
                .isEqualTo("--set vm.swapiness=3: unknown key \"vm.swapiness\", did you mean \"vm.swappiness\"?");
        assertThat(refusal(TASK, "nothing")).isEqualTo("--set nothing: expected key=value");
        assertThat(refusal(TASK, "name=x"))
                .isEqualTo("--set name=x: \"name\" holds for the whole file, not for a variant or an option");
        assertThat(refusal(TASK, "memory.max=64q")).startsWith("--set memory.max=64q: memory.max: expected max, bytes");
    }

    @Test
    void duplicatesNameTheFirst() {
        assertThat(refusal(TASK + "kernel: 6.1\nkernel: 6.12\n"))
                .isEqualTo("s.yaml:4: \"kernel\" is given twice, first on line 3");
        assertThat(refusal(TASK + "lru: mglru\nlru_gen.enabled: 1\n"))
                .isEqualTo("s.yaml:4: \"lru_gen.enabled\" is given twice (lru is short for it), first on line 3");
    }

    @Test
    void notAScenario() {
        assertThat(refusal("")).isEqualTo("s.yaml:1: not a scenario: expected keys and values such as kernel: 6.12");
        assertThat(refusal("- a\n")).startsWith("s.yaml:1: not a scenario");
        assertThat(refusal("kernel: 6.12\n"))
                .isEqualTo("s.yaml: no tasks: expected tasks: with at least one recording or pattern");
    }

    @Test
    void nestedAliasesDoNotExplode() throws IOException {
        StringBuilder bomb = new StringBuilder("name: &a0 x\n");
        bomb.append("memcgs: &m\n  a: {memory.max: 1m}\nmachine: &r\n  nodes: *r\n");
        assertThat(refusal(bomb + TASK)).contains("s.yaml:");
    }
}
