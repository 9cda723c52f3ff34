package org.multigen.lab.mrc;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import org.multigen.lab.failure.Tasks;
import org.multigen.lab.policy.ReferencePolicy;
import org.multigen.lab.policy.References;
import org.multigen.lab.policy.StackDistances;

/**
 * Miss-ratio curves of one trace.
 *
 * @param trace its name
 * @param references how many there are
 * @param blocks how many different blocks
 * @param blockBytes bytes of a block
 * @param capacities in blocks, ascending
 * @param curves one for each kernel and policy asked for
 * @param optimum Belady's misses at each capacity
 * @param kernels versions whose reclaim was run, each once
 * @param notes what a reader has to know
 */
record MissRatioCurves(
        String trace,
        long references,
        long blocks,
        int blockBytes,
        List<Long> capacities,
        List<Curve> curves,
        List<Long> optimum,
        List<String> kernels,
        List<String> notes) {

    /** Misses at a capacity where a kernel found no way to run. */
    static final long OUT_OF_MEMORY = -1;

    /** Misses at each capacity; {@link #OUT_OF_MEMORY} where there are none to tell. */
    record Curve(String name, List<Long> misses) {}

    /** Something that is run at one capacity, in blocks, and tells its misses. */
    record Runner(String name, LongUnaryOperator misses) {}

    /** Runs everything; each policy and each kernel at each capacity is a task of its own, save LRU. */
    static MissRatioCurves measure(
            String trace,
            References r,
            long[] capacities,
            List<ReferencePolicy> policies,
            List<Runner> kernels,
            Runnable step) {
        List<Curve> curves = new ArrayList<>();
        List<Long> optimum;
        try (ExecutorService pool =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            List<List<Future<Long>>> kernelRuns = kernels.stream()
                    .map(k -> submit(pool, k.misses(), capacities, step))
                    .toList();
            List<List<Future<Long>>> pending = policies.stream()
                    .map(p -> submit(pool, p, r, capacities, step))
                    .toList();
            List<Future<Long>> best = policies.contains(ReferencePolicy.BELADY)
                    ? pending.get(policies.indexOf(ReferencePolicy.BELADY))
                    : submit(pool, ReferencePolicy.BELADY, r, capacities, step);
            for (int i = 0; i < kernels.size(); i++) {
                curves.add(new Curve(kernels.get(i).name(), results(kernelRuns.get(i))));
            }
            for (int i = 0; i < policies.size(); i++) {
                curves.add(new Curve(policies.get(i).word(), results(pending.get(i))));
            }
            optimum = results(best);
        }
        return new MissRatioCurves(
                trace,
                r.count(),
                r.distinct(),
                r.unitBytes(),
                LongStream.of(capacities).boxed().toList(),
                curves,
                optimum,
                List.of(),
                r.notes());
    }

    private static List<Future<Long>> submit(
            ExecutorService pool, ReferencePolicy policy, References r, long[] capacities, Runnable step) {
        if (policy == ReferencePolicy.LRU) {
            Future<StackDistances> distances = pool.submit(() -> StackDistances.of(r));
            return submit(pool, c -> Tasks.result(distances).misses(c), capacities, step);
        }
        return submit(pool, c -> policy.misses(r, c), capacities, step);
    }

    private static List<Future<Long>> submit(
            ExecutorService pool, LongUnaryOperator run, long[] capacities, Runnable step) {
        return LongStream.of(capacities)
                .mapToObj(c -> pool.submit(() -> {
                    long misses = run.applyAsLong(c);
                    step.run();
                    return misses;
                }))
                .toList();
    }

    private static List<Long> results(List<Future<Long>> futures) {
        return futures.stream().map(Tasks::result).toList();
    }

    /** The same with more notes. */
    MissRatioCurves of(List<String> kernelVersions, List<String> more) {
        List<String> all = new ArrayList<>(notes);
        all.addAll(more);
        return new MissRatioCurves(
                trace, references, blocks, blockBytes, capacities, curves, optimum, kernelVersions, all);
    }

    /** Misses per reference, as a number or NaN where there are none to tell. */
    double missRatio(long misses) {
        return misses == OUT_OF_MEMORY ? Double.NaN : references == 0 ? 0 : (double) misses / references;
    }

    /** Misses as a multiple of the fewest that any policy could have; infinite if these are none. */
    double timesOptimum(Curve curve, int capacity) {
        long best = optimum.get(capacity);
        long misses = curve.misses().get(capacity);
        return misses == OUT_OF_MEMORY ? Double.NaN : misses == best ? 1 : (double) misses / best;
    }
}
