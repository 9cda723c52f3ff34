package org.multigen.testkit.tier;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.multigen.addrspace.Prot;
import org.multigen.base.Rng;
import org.multigen.fault.HugePagePolicy;
import org.multigen.machine.Task;
import org.multigen.testkit.MmInvariants;
import org.multigen.testkit.tier.ScanWorld.Page;
import org.multigen.walk.ScanVariant;

/**
 * Scans with random buffers over random layouts that are touched meanwhile: each page that was touched since it was last reported
 * is reported once, and ageing is never held up.
 */
class ScanPropertyTest {
    private static final String[] KERNELS = {"6.1", "6.12", "6.18", "7.2"};
    private static final int[] BUFFERS = {1, 1, 2, 3, 7, 64, 511, 512, 513, 5000};

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 60);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyYoungPageIsReportedOnce(long seed) {
        Rng rng = new Rng(seed * 7919);
        for (int i = 0; i < 8; i++) {
            rng.next();
        }
        ScanVariant variant = rng.below(4) == 0 ? ScanVariant.FLAT : ScanVariant.MULTIGEN;
        var builder = ScanWorld.machine(KERNELS[(int) rng.below(4)], rng.below(3) == 0 ? 3 : 7)
                .hugePages(rng.below(3) == 0 ? HugePagePolicy.Mode.ALWAYS : HugePagePolicy.Mode.NEVER)
                .seed(seed);
        try (ScanWorld w = new ScanWorld(variant, builder)) {
            layouts(w, rng);
            w.tasks.forEach(Task::drainBatches);
            for (int round = 0; round < 3; round++) {
                busyPass(w, rng, "seed " + seed + " round " + round);
            }
            quietPass(w, rng, "seed " + seed);
            assertThat(w.age(false) || w.age(true))
                    .as("ageing after scans, seed %d", seed)
                    .isTrue();
            assertThat(MmInvariants.check(w.machine)).isEmpty();
        }
    }

    private static void layouts(ScanWorld w, Rng rng) {
        int tasks = 1 + (int) rng.below(3);
        for (int i = 0; i < tasks; i++) {
            Task t = w.spawn("t" + i, w.group);
            long vpn = (1L << 20) + rng.below(1000);
            int maps = 1 + (int) rng.below(20);
            for (int m = 0; m < maps; m++) {
                long pages = 1 + rng.below(rng.below(2) == 0 ? 30 : 1500);
                vpn += rng.below(4) == 0 ? rng.below(100_000) : rng.below(20);
                t.mmapAnon(vpn, pages, Prot.READ_WRITE);
                long step = 1 + rng.below(5);
                for (long p = 0; p < pages; p += step) {
                    t.touch(vpn + p, true);
                }
                if (rng.below(5) == 0) {
                    t.mprotect(vpn + rng.below(pages), 1, Prot.READ);
                }
                vpn += pages;
            }
        }
    }

    /** Touches between chunks; what is young when a page is reported was owed, and is owed no more. */
    private static void busyPass(ScanWorld w, Rng rng, String where) {
        Map<Integer, Page> pages = w.pagesByFrame();
        Page[] all = pages.values().toArray(new Page[0]);
        Set<Page> owed = new HashSet<>(w.young());
        Set<Page> early = new HashSet<>(owed);
        int size = BUFFERS[(int) rng.below(BUFFERS.length)];
        int most = size < 64 ? 40 : 1_000_000;
        int[] chunks = {0};
        ScanWorld.Buffer[] out = new ScanWorld.Buffer[1];
        int[] seen = {0};
        out[0] = new ScanWorld.Buffer(size, () -> {
            for (; seen[0] < out[0].reported.size(); seen[0]++) {
                Page p = pages.get(out[0].reported.get(seen[0]));
                assertThat(owed.remove(p)).as("%s: %s was not owed", where, p).isTrue();
                early.remove(p);
            }
            if (chunks[0]++ < most) {
                for (int i = 0; i < 20; i++) {
                    Page p = all[(int) rng.below(all.length)];
                    w.tasks.stream().filter(t -> t.name().equals(p.task())).forEach(t -> t.touch(p.vpn(), false));
                    owed.add(p);
                }
                if (rng.below(200) == 0) {
                    assertThat(w.age(true))
                            .as("%s: ageing while a scan is under way", where)
                            .isTrue();
                    owed.clear();
                    owed.addAll(w.young());
                    early.retainAll(owed);
                }
            }
        });
        assertThat(w.pass(w.lruvec(), out[0], 5_000_000)).as(where).isTrue();
        assertThat(owed)
                .as("%s: still young but not owed, or the reverse", where)
                .isEqualTo(w.young());
        if (w.scan.stats().passes == 1) {
            assertThat(early)
                    .as("%s: young from the start of a whole pass", where)
                    .isEmpty();
        }
    }

    private static void quietPass(ScanWorld w, Rng rng, String where) {
        ScanWorld.Buffer out = new ScanWorld.Buffer(BUFFERS[(int) rng.below(BUFFERS.length)]);
        Map<Integer, Page> pages = w.pagesByFrame();
        w.scan = w.lru().newScan(ScanVariant.MULTIGEN, 8); // whose first pass is a whole one
        w.tasks.forEach(t -> pages.values().stream()
                .filter(p -> p.task().equals(t.name()) && (p.vpn() & 3) != 0)
                .forEach(p -> t.touch(p.vpn(), false)));
        Set<Page> young = w.young();
        assertThat(w.pass(w.lruvec(), out, 5_000_000)).isTrue();
        Set<Page> got = new HashSet<>();
        out.reported.forEach(f -> got.add(pages.get(f)));
        assertThat(got).as(where).isEqualTo(young);
        assertThat(out.reported).as("%s: each once", where).hasSameSizeAs(young);
        assertThat(w.young()).as(where).isEmpty();
    }
}
