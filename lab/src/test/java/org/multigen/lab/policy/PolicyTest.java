package org.multigen.lab.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Policies against slow models that are written as their definitions read. */
class PolicyTest {
    private static final int[] CAPACITIES = {1, 2, 3, 5, 8, 13, 20, 21, 34, 60, 80};

    /** Some loops, some skew, some phases. */
    private static References references(long seed) {
        Random random = new Random(seed);
        int[] names = new int[3000];
        int base = 0;
        for (int i = 0; i < names.length; i++) {
            if (random.nextInt(400) == 0) {
                base = random.nextInt(40);
            }
            names[i] = random.nextInt(3) == 0 ? base + i % 25 : base + (int) (Math.pow(random.nextDouble(), 3) * 40);
        }
        References.Collector collector = new References.Collector();
        for (int n : names) {
            collector.add(n);
        }
        return collector.finish(4096, List.of());
    }

    /** The same, a third of them free. */
    private static References withFreeReferences(long seed, int names, int count) {
        Random random = new Random(seed);
        References.Collector collector = new References.Collector();
        for (int i = 0; i < count; i++) {
            collector.add(random.nextInt(names));
            if (random.nextInt(3) == 0) {
                collector.lastIsFree();
            }
        }
        return collector.finish(4096, List.of());
    }

    /** The least misses of any sequence of evictions, by trying all. */
    private static long leastMisses(References r, int capacity, int at, Set<Integer> cache) {
        if (at == r.count()) {
            return 0;
        }
        int block = r.block(at);
        if (cache.contains(block)) {
            return leastMisses(r, capacity, at + 1, cache);
        }
        long here = r.free(at) ? 0 : 1;
        Set<Integer> with = new TreeSet<>(cache);
        with.add(block);
        if (with.size() <= capacity) {
            return here + leastMisses(r, capacity, at + 1, with);
        }
        long least = Long.MAX_VALUE;
        for (int victim : cache) {
            Set<Integer> without = new TreeSet<>(with);
            without.remove(victim);
            least = Math.min(least, leastMisses(r, capacity, at + 1, without));
        }
        return here + least;
    }

    private static long slowLru(References r, int capacity) {
        List<Integer> stack = new ArrayList<>();
        long misses = 0;
        for (int i = 0; i < r.count(); i++) {
            Integer block = r.block(i);
            if (!stack.remove(block)) {
                misses++;
                if (stack.size() == capacity) {
                    stack.removeLast();
                }
            }
            stack.addFirst(block);
        }
        return misses;
    }

    private static long slowOptimum(References r, int capacity) {
        List<Integer> cache = new ArrayList<>();
        long misses = 0;
        for (int i = 0; i < r.count(); i++) {
            Integer block = r.block(i);
            if (cache.contains(block)) {
                continue;
            }
            misses++;
            if (cache.size() == capacity) {
                Integer victim = cache.getFirst();
                for (Integer c : cache) {
                    victim = next(r, c, i) > next(r, victim, i) ? c : victim;
                }
                cache.remove(victim);
            }
            cache.add(block);
        }
        return misses;
    }

    private static int next(References r, int block, int after) {
        for (int i = after + 1; i < r.count(); i++) {
            if (r.block(i) == block) {
                return i;
            }
        }
        return Integer.MAX_VALUE;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void stackDistancesCountWhatAnLruOfEachSizeMisses(long seed) {
        References r = references(seed);
        StackDistances distances = StackDistances.of(r);
        for (int c : CAPACITIES) {
            assertThat(distances.misses(c)).as("seed %d, %d blocks", seed, c).isEqualTo(slowLru(r, c));
        }
        assertThat(distances.misses(0)).isEqualTo(r.count());
        assertThat(distances.misses(1_000_000)).isEqualTo(r.distinct());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void theOptimumIsBeladys(long seed) {
        References r = references(seed);
        for (int c : CAPACITIES) {
            assertThat(Optimum.misses(r, c)).as("seed %d, %d blocks", seed, c).isEqualTo(slowOptimum(r, c));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void theOptimumWithFreeReferencesIsTheLeastThatAnyChoiceMisses(long seed) {
        References r = withFreeReferences(seed, 5, 16);
        for (int c = 1; c <= 3; c++) {
            assertThat(Optimum.misses(r, c))
                    .as("seed %d, %d blocks", seed, c)
                    .isEqualTo(leastMisses(r, c, 0, Set.of()));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void freeReferencesCountForNobody(long seed) {
        References r = withFreeReferences(seed, 60, 3000);
        for (int c : CAPACITIES) {
            long best = ReferencePolicy.BELADY.misses(r, c);
            for (ReferencePolicy p : ReferencePolicy.values()) {
                assertThat(p.misses(r, c))
                        .as("%s, seed %d, %d blocks", p, seed, c)
                        .isBetween(best, r.counted());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void nobodyMissesLessThanTheOptimumOrMoreThanEverything(long seed) {
        References r = references(seed);
        for (int c : CAPACITIES) {
            long best = ReferencePolicy.BELADY.misses(r, c);
            for (ReferencePolicy p : ReferencePolicy.values()) {
                assertThat(p.misses(r, c))
                        .as("%s, seed %d, %d blocks", p, seed, c)
                        .isBetween(best, (long) r.count());
            }
        }
    }

    @Test
    void whereEverythingFitsEachBlockMissesOnce() {
        References r = references(9);
        for (ReferencePolicy p : ReferencePolicy.values()) {
            assertThat(p.misses(r, 4L * r.distinct())).as("%s", p).isEqualTo(r.distinct());
        }
    }

    @Test
    void aLoopByHand() {
        References r = References.of(4096, 0, 1, 2, 0, 1, 2, 0, 1, 2);
        assertThat(ReferencePolicy.FIFO.misses(r, 2)).isEqualTo(9);
        assertThat(ReferencePolicy.LRU.misses(r, 2)).isEqualTo(9);
        assertThat(ReferencePolicy.BELADY.misses(r, 2)).isEqualTo(6);
    }

    @Test
    void clockSparesWhatWasReferenced() {
        // 0 1 fill; 0 is referenced; 2 evicts 1; 1 evicts 2, as 0 has had its round
        References r = References.of(4096, 0, 1, 0, 2, 0, 1);
        assertThat(ReferencePolicy.CLOCK.misses(r, 2)).isEqualTo(4);
        assertThat(ReferencePolicy.FIFO.misses(r, 2)).isEqualTo(5);
    }

    @Test
    void s3FifoAdmitsNothingIntoASmallQueueOfOne() {
        References r = References.of(4096, 0, 0, 0, 1, 1);
        assertThat(ReferencePolicy.S3FIFO.misses(r, 19)).isEqualTo(5);
        assertThat(ReferencePolicy.S3FIFO.misses(r, 20)).isEqualTo(2);
    }
}
