package org.multigen.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.Rng;
import org.multigen.base.VmEvent;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.memory.Medium;
import org.multigen.memory.NodeConfig;
import org.multigen.memory.PhysicalMemory;
import org.multigen.memory.ZoneConfig;
import org.multigen.rules.Kernels;

/** Records of accesses against a map that does the same in so many words. */
class HotPageTrackerTest {
    private static final int FAST = 2000;
    private static final int SLOW = 3 << HotPageTracker.SECTION_SHIFT;
    private static final long HZ = 1000;

    private final PhysicalMemory memory = new PhysicalMemory(
            List.of(
                    new NodeConfig(0, List.of(new ZoneConfig("Normal", FAST))),
                    new NodeConfig(1, List.of(new ZoneConfig("Movable", SLOW)), false, Medium.CXL)),
            -1,
            10,
            15_000);
    private final FolioTable folios = memory.folios();
    private final MemoryTiers tiers =
            new MemoryTiers(memory, java.util.Objects.requireNonNull(Kernels.find("6.18")), 1);
    private final Actor actor = new Actor("t", 0, 0, new long[Cost.values().length]);

    private HotPageTracker tracker(TrackerSettings settings) {
        return new HotPageTracker(folios, tiers, settings, HZ);
    }

    private int page(int i) {
        int frame = FAST + i;
        folios.set(frame, FolioFlags.LRU | 1L << 31); // node 1
        return frame;
    }

    private record Seen(int frequency, long atNs) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void likeTheModel(long seed) {
        boolean precise = seed % 2 == 0;
        TrackerSettings base = precise ? TrackerSettings.PRECISE : TrackerSettings.KERNEL;
        int threshold = 1 + (int) (seed % (precise ? 7 : 3));
        TrackerSettings settings = new TrackerSettings(precise, threshold, base.windowNs(), 0, -1);
        long tick = precise ? 1_000_000 : 128_000_000;
        long window = settings.windowNs() / tick;
        Map<Integer, Seen> model = new HashMap<>();
        Rng rng = new Rng(seed);
        try (HotPageTracker t = tracker(settings)) {
            for (int i = 0; i < 50_000; i++) {
                actor.spend(rng.below(4) == 0 ? rng.below(60_000_000) : 1000);
                int frame = page((int) rng.below(50) * 977);
                long now = actor.clockNs();
                Seen old = model.get(frame);
                long turn = precise ? 1 << 14 : 1 << 5; // the clock of a record wraps
                boolean fresh = old == null || (now / tick - old.atNs / tick) % turn > window;
                int frequency = fresh ? 1 : Math.min(old.frequency + 1, precise ? 7 : 3);
                model.put(frame, new Seen(frequency, now));
                boolean hot = t.record(actor, frame, 0, HotPageTracker.Source.SCAN);
                assertThat(hot).isEqualTo(frequency >= threshold);
                assertThat(t.frequency(frame)).isEqualTo(frequency);
                if (rng.below(500) == 0) {
                    take(t, model, threshold);
                }
            }
        } finally {
            memory.close();
        }
    }

    private void take(HotPageTracker t, Map<Integer, Seen> model, int threshold) {
        TreeSet<Integer> expected = new TreeSet<>();
        model.forEach((frame, s) -> {
            if (s.frequency >= threshold) {
                expected.add(frame);
            }
        });
        TreeSet<Integer> got = new TreeSet<>();
        t.takeReady(actor, memory.node(1), (frame, frequency, last, target) -> {
            assertThat(frequency).isEqualTo(model.get(frame).frequency);
            got.add(frame);
            return HotPageTracker.Answer.TAKE;
        });
        assertThat(got).isEqualTo(expected);
        model.keySet().removeAll(got);
        assertThat(t.anyReady(memory.node(1))).isFalse();
    }

    @Test
    void whatIsNotTakenStaysReady() {
        try (HotPageTracker t = tracker(TrackerSettings.KERNEL)) {
            for (int i = 0; i < 10; i++) {
                t.record(actor, page(i), -1, HotPageTracker.Source.SCAN);
                t.record(actor, page(i), -1, HotPageTracker.Source.SCAN);
            }
            int[] taken = {0};
            t.takeReady(
                    actor,
                    memory.node(1),
                    (f, n, l, g) -> ++taken[0] < 4 ? HotPageTracker.Answer.TAKE : HotPageTracker.Answer.STOP);
            assertThat(t.anyReady(memory.node(1))).isTrue();
            t.takeReady(
                    actor,
                    memory.node(1),
                    (f, n, l, g) -> ++taken[0] > 0 ? HotPageTracker.Answer.TAKE : HotPageTracker.Answer.SKIP);
            assertThat(taken[0]).isEqualTo(4 + 7);
        } finally {
            memory.close();
        }
    }

    @Test
    void topTierPagesAndDisabledSourcesAreNotRecorded() {
        TrackerSettings onlyScan = new TrackerSettings(false, 1, 1_000_000_000, 0, 1);
        try (HotPageTracker t = tracker(onlyScan)) {
            folios.set(5, FolioFlags.LRU);
            assertThat(t.record(actor, 5, -1, HotPageTracker.Source.SCAN)).isFalse();
            assertThat(t.record(actor, page(1), 0, HotPageTracker.Source.HARDWARE))
                    .isFalse();
            assertThat(t.record(actor, page(1), 0, HotPageTracker.Source.SCAN)).isTrue();
            assertThat(actor.events(VmEvent.PGHOT_RECORDED_SCAN)).isEqualTo(1);
            assertThat(t.bytes()).isEqualTo(SLOW);
        } finally {
            memory.close();
        }
    }

    @Test
    void thresholdsOutsideTheModeAreRefused() {
        assertThatThrownBy(() -> new TrackerSettings(false, 4, 1, 0, -1)).hasMessageContaining("expected 1..3");
        assertThatThrownBy(() -> new TrackerSettings(true, 8, 1, 0, -1)).hasMessageContaining("expected 1..7");
        assertThatThrownBy(() -> new TrackerSettings(true, 0, 1, 0, -1)).hasMessageContaining("expected 1..7");
    }
}
