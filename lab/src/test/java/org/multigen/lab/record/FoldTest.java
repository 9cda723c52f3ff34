package org.multigen.lab.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multigen.lab.experiment.Conduct;
import org.multigen.lab.experiment.Experiment;
import org.multigen.lab.experiment.Progress;
import org.multigen.lab.result.Metrics;
import org.multigen.lab.result.TrialResult;
import org.multigen.lab.scenario.Scenario;
import org.multigen.lab.trace.MgtWriter;
import org.multigen.lab.trace.TraceSink;
import org.multigen.lab.trace.TraceSource;
import org.multigen.lab.trace.format.Traces;

/** Folding loses nothing that reclaim could tell. */
final class FoldTest {
    private static final String RUN = """
            machine: {memory: 256m, swap: {kind: zram, size: 128m}}
            tasks: {p: {recording: %s}}
            memory.max: 0.5
            variants: {classic: {lru: classic}, mglru: {lru: mglru}}
            """;

    @TempDir
    private Path dir;

    @Test
    void foldedAndUnfoldedRecordingsFaultAlike() throws Exception {
        Path program = Recorded.compile(dir, "touches");
        Recorded unfolded = Recorded.run(dir, List.of("--fold", "none"), program.toString(), "hotcold", "4000")
                .succeeded();
        Path folded = dir.resolve("folded.mgt");
        try (TraceSource source = Traces.open(unfolded.trace(), false);
                OutputStream out = Files.newOutputStream(folded);
                MgtWriter writer = new MgtWriter(out, source.header(), 1)) {
            source.readAll(folding(writer));
        }
        List<TrialResult> all = run(unfolded.trace());
        List<TrialResult> few = run(folded);
        for (int v = 0; v < 2; v++) {
            TrialResult a = all.get(v);
            TrialResult b = few.get(v);
            assertThat(b.metric(Metrics.TOUCHES)).isLessThan(a.metric(Metrics.TOUCHES) * 8 / 10);
            long faults = a.metric(Metrics.MAJOR_FAULTS);
            assertThat(faults).isGreaterThan(10_000);
            assertThat(b.metric(Metrics.MAJOR_FAULTS)).as(a.name() + " folded").isCloseTo(faults, within(faults / 200));
        }
    }

    /** Folds the touches of the one process between its time events; all other events pass. */
    private static TraceSink folding(TraceSink to) {
        Map<Long, Integer> seen = new HashMap<>();
        return (TraceSink) Proxy.newProxyInstance(
                TraceSink.class.getClassLoader(), new Class<?>[] {TraceSink.class}, (proxy, method, args) -> {
                    if (!method.getName().equals("touch")) {
                        if (method.getName().equals("time")) {
                            seen.clear();
                        }
                        return method.invoke(to, args);
                    }
                    boolean write = (Boolean) args[3];
                    long first = (Long) args[1];
                    for (long p = first; p < first + (Integer) args[2]; p++) {
                        int told = seen.getOrDefault(p, 0);
                        int bit = write ? 2 : 1;
                        if ((told & (bit | 2)) == 0) {
                            seen.put(p, told | bit);
                            to.touch((Integer) args[0], p, 1, write);
                        }
                    }
                    return null;
                });
    }

    private List<TrialResult> run(Path trace) throws Exception {
        Scenario s = Scenario.read(
                Files.writeString(dir.resolve("s.yaml"), RUN.formatted(trace.getFileName()) + "warmup: none\n"));
        return Experiment.run(s, s.variantNames(), List.of(), Conduct.of(true, Progress.NONE))
                .variants();
    }
}
