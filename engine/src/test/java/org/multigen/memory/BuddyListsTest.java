package org.multigen.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multigen.base.Rng;

/** The zone's free blocks against a set of frames, and when pages of different mobility come to share a page block. */
class BuddyListsTest {
    private static final int PAGES = 6 * 1024 + 77;

    private record Taken(int pfn, int order) {}

    private static PhysicalMemory memory(int boostFactor) {
        return new PhysicalMemory(
                List.of(new NodeConfig(0, List.of(new ZoneConfig("Normal", PAGES, 10, 20, 1000)))), 0, 10, boostFactor);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyFrameIsFreeOrTakenOnce(long seed) {
        try (PhysicalMemory memory = memory(0)) {
            Zone zone = memory.node(0).zone(0);
            Rng rng = new Rng(seed);
            List<Taken> taken = new ArrayList<>();
            BitSet used = new BitSet();
            for (int step = 0; step < 12_000; step++) {
                boolean take = rng.below(100) < (step / 4000 % 2 == 0 ? 85 : 15);
                if (take) {
                    int order = rng.below(10) == 0 ? (int) rng.below(10) : 0;
                    Mobility mobility = Mobility.values()[(int) rng.below(3)];
                    int pfn = memory.allocator().take(zone, order, 0, mobility);
                    if (pfn == FolioTable.NONE) {
                        assertThat(order == 0 && zone.free() > 0)
                                .as("seed %d step %d: no page, while %d are free", seed, step, zone.free())
                                .isFalse();
                        continue;
                    }
                    assertThat(pfn % (1 << order)).isZero();
                    assertThat(used.get(pfn, pfn + (1 << order)).isEmpty())
                            .as("seed %d step %d: frame %d given out twice", seed, step, pfn)
                            .isTrue();
                    used.set(pfn, pfn + (1 << order));
                    taken.add(new Taken(pfn, order));
                } else if (!taken.isEmpty()) {
                    Taken t = taken.remove((int) rng.below(taken.size()));
                    memory.folios().put(t.pfn);
                    memory.allocator().free(zone, t.pfn);
                    used.clear(t.pfn, t.pfn + (1 << t.order));
                }
                assertThat(zone.free()).isEqualTo(PAGES - used.cardinality());
                if (step % 100 == 0) {
                    assertFreeBlocksAreTheRest(zone, used, seed, step);
                }
            }
        }
    }

    private static void assertFreeBlocksAreTheRest(Zone zone, BitSet used, long seed, int step) {
        BitSet free = new BitSet();
        zone.forEachFree((pfn, order) -> {
            assertThat(free.get(pfn, pfn + (1 << order)).isEmpty()).isTrue();
            free.set(pfn, pfn + (1 << order));
        });
        BitSet expected = new BitSet();
        expected.set(0, PAGES);
        expected.andNot(used);
        assertThat(free).as("seed %d step %d", seed, step).isEqualTo(expected);
    }

    @Test
    void kindsKeepToBlocksOfTheirOwnWhileThereAreSome() {
        try (PhysicalMemory memory = memory(15_000)) {
            Zone zone = memory.node(0).zone(0);
            int table = memory.allocator().take(zone, 0, 0, Mobility.UNMOVABLE);
            int page = memory.allocator().take(zone, 0, 0, Mobility.MOVABLE);
            int other = memory.allocator().take(zone, 0, 0, Mobility.UNMOVABLE);
            assertThat(table >> 9).isNotEqualTo(page >> 9);
            assertThat(other >> 9).isEqualTo(table >> 9);
            assertThat(zone.boost()).isZero();
            assertThat(zone.takeBoosted()).isFalse();
        }
    }

    @Test
    void marksRiseWhenAKindHasToShareABlockAndFallAgain() {
        try (PhysicalMemory memory = memory(15_000)) {
            Zone zone = memory.node(0).zone(0);
            memory.allocator().take(zone, 0, 0, Mobility.UNMOVABLE);
            while (zone.boost() == 0) {
                assertThat(memory.allocator().take(zone, 0, 0, Mobility.MOVABLE))
                        .isNotEqualTo(FolioTable.NONE);
            }
            assertThat(zone.free()).as("free when the first page was mixed in").isBetween(200L, 1023L);
            assertThat(zone.takeBoosted()).isTrue();
            assertThat(zone.takeBoosted()).isFalse();
            assertThat(zone.boost()).isEqualTo(512);
            assertThat(List.of(zone.min(), zone.low(), zone.high())).isEqualTo(List.of(522L, 532L, 1512L));
            zone.unboost(500);
            assertThat(zone.high()).isEqualTo(1012);
            zone.unboost(500);
            assertThat(zone.high()).isEqualTo(1000);
        }
    }

    @Test
    void marksStayWithAFactorOfZero() {
        try (PhysicalMemory memory = memory(0)) {
            Zone zone = memory.node(0).zone(0);
            memory.allocator().take(zone, 0, 0, Mobility.UNMOVABLE);
            while (memory.allocator().take(zone, 0, 0, Mobility.MOVABLE) != FolioTable.NONE) {
                assertThat(zone.boost()).isZero();
            }
            assertThat(zone.free()).isZero();
        }
    }
}
