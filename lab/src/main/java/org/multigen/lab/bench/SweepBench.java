package org.multigen.lab.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.multigen.lab.experiment.Trials;
import org.multigen.lab.failure.Tasks;
import org.multigen.lab.scenario.Scenario;

/**
 * How much faster a sweep is on all processors than on one, as a share of what plain readers gain. Wall-clock time; trials and
 * readers alternate, alone and side by side, so that a busy machine holds all of them back.
 */
final class SweepBench implements Bench {
    private static final double TARGET = 0.85;
    private static final int TRIALS = 64;
    private static final int ROUNDS = 4;
    private static final long READER_BYTES = 64L << 20;
    private static final int READER_PASSES = 40;
    private static final double NS_PER_S = 1e9;

    private final int threads = Runtime.getRuntime().availableProcessors();
    private long sum;

    @Override
    public String name() {
        return "sweep";
    }

    @Override
    public String meaning() {
        return "a sweep on all processors, as a share of what plain readers gain by them";
    }

    @Override
    public List<Figure> run(Effort effort) {
        Scenario scenario = scenario(effort);
        Trials trials = new Trials();
        int perRound = Math.max(threads, TRIALS / ROUNDS / effort.shrink());
        int rounds = effort.rounds() == 1 ? 1 : ROUNDS;
        List<Runnable> work = new ArrayList<>();
        for (int i = 0; i < perRound; i++) {
            List<String> variants = scenario.variantNames();
            String variant = variants.get(i % variants.size());
            work.add(() -> trials.run(scenario, variant, List.of()));
        }
        PlainReads[] arrays = new PlainReads[threads];
        Arrays.setAll(arrays, i -> new PlainReads(effort.scaled((int) READER_BYTES), Long.BYTES * 2L));
        List<Runnable> readers = Arrays.stream(arrays)
                .<Runnable>map(a -> () -> a.sequential(READER_PASSES))
                .toList();
        seconds(work.subList(0, threads), threads); // compiles
        double[] sweep = new double[rounds];
        double[] plain = new double[rounds];
        for (int r = 0; r < rounds; r++) {
            double aloneReading = seconds(readers, 1);
            double aloneSweeping = seconds(work, 1);
            sweep[r] = aloneSweeping / seconds(work, threads);
            plain[r] = aloneReading / seconds(readers, threads);
        }
        for (PlainReads a : arrays) {
            sum += a.sum();
        }
        if (sum == Long.MIN_VALUE) {
            throw new IllegalStateException();
        }
        double[] shares = new double[rounds];
        Arrays.setAll(shares, i -> sweep[i] / plain[i]);
        Arrays.sort(shares);
        return List.of(
                new Figure(
                        "sweep_scaling",
                        meaning() + " (" + rounds * perRound + " runs of " + scenario.name() + ", wall clock)",
                        "",
                        median(shares),
                        shares[0],
                        shares[rounds - 1],
                        new TreeMap<>(),
                        new Figure.Target(TARGET, true)),
                new Figure(
                        "sweep_speedup",
                        "the same, " + threads + " threads against one",
                        "x",
                        median(sweep),
                        Arrays.stream(sweep).min().orElseThrow(),
                        Arrays.stream(sweep).max().orElseThrow(),
                        new TreeMap<>(Map.of("plain_readers", median(plain))),
                        null));
    }

    /** The bundled first scenario; a small one for a quick look. */
    private static Scenario scenario(Effort effort) {
        Path first = Path.of(System.getProperty("multigen.root", ".")).resolve("scenarios/first.yaml");
        if (effort.shrink() == 1 && Files.isReadable(first)) {
            return Scenario.read(first);
        }
        return Scenario.of(
                "zipf",
                Map.of(
                        "tasks.x.pattern",
                        "zipf",
                        "tasks.x.size",
                        "8m",
                        "tasks.x.touches",
                        "20000",
                        "memory.max",
                        "4m"));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    }

    private static double seconds(List<Runnable> work, int threads) {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            long begin = System.nanoTime();
            List<Future<?>> all = new ArrayList<>();
            work.forEach(w -> all.add(pool.submit(w)));
            all.forEach(Tasks::result);
            return (System.nanoTime() - begin) / NS_PER_S;
        } finally {
            pool.shutdownNow();
        }
    }
}
