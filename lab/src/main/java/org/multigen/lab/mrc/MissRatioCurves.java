package org.multigen.lab.mrc;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
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
 * @param curves one for each policy asked for
 * @param optimum Belady's misses at each capacity
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
        List<String> notes) {

    /** A policy's misses at each capacity. */
    record Curve(ReferencePolicy policy, List<Long> misses) {}

    /** Runs policies; each of them at each capacity is a task of its own, save LRU. */
    static MissRatioCurves measure(
            String trace, References r, long[] capacities, List<ReferencePolicy> policies, Runnable step) {
        List<Curve> curves = new ArrayList<>();
        List<Long> optimum;
        try (ExecutorService pool =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            List<List<Future<Long>>> pending = policies.stream()
                    .map(p -> submit(pool, p, r, capacities, step))
                    .toList();
            List<Future<Long>> best = policies.contains(ReferencePolicy.BELADY)
                    ? pending.get(policies.indexOf(ReferencePolicy.BELADY))
                    : submit(pool, ReferencePolicy.BELADY, r, capacities, step);
            for (int i = 0; i < policies.size(); i++) {
                curves.add(new Curve(policies.get(i), results(pending.get(i))));
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
                r.notes());
    }

    private static List<Future<Long>> submit(
            ExecutorService pool, ReferencePolicy policy, References r, long[] capacities, Runnable step) {
        if (policy == ReferencePolicy.LRU) {
            Future<StackDistances> distances = pool.submit(() -> StackDistances.of(r));
            return LongStream.of(capacities)
                    .mapToObj(c -> pool.submit(() -> {
                        step.run();
                        return distances.get().misses(c);
                    }))
                    .toList();
        }
        return LongStream.of(capacities)
                .mapToObj(c -> pool.submit(() -> {
                    long misses = policy.misses(r, c);
                    step.run();
                    return misses;
                }))
                .toList();
    }

    private static List<Long> results(List<Future<Long>> futures) {
        List<Long> results = new ArrayList<>();
        for (Future<Long> f : futures) {
            try {
                results.add(f.get());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
        }
        return results;
    }

    double missRatio(long misses) {
        return references == 0 ? 0 : (double) misses / references;
    }

    /** Misses as a multiple of the fewest that any policy could have. */
    double timesOptimum(Curve curve, int capacity) {
        long best = optimum.get(capacity);
        return best == 0 ? 1 : (double) curve.misses().get(capacity) / best;
    }
}
