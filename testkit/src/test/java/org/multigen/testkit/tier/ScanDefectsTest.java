package org.multigen.testkit.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.multigen.base.Actor;
import org.multigen.fault.HugePagePolicy;
import org.multigen.machine.Task;
import org.multigen.memcg.Memcg;
import org.multigen.testkit.tier.ScanWorld.Buffer;
import org.multigen.testkit.tier.ScanWorld.Page;
import org.multigen.walk.ScanVariant;

/** What is wrong with the proposed scans, each as a check that ours passes and a proposal fails. */
class ScanDefectsTest {
    private static final long VPN = 1L << 20;
    private static final int MANY = 100_000;

    private static void defect(Consumer<ScanVariant> check, ScanVariant... failing) {
        check.accept(ScanVariant.MULTIGEN);
        check.accept(ScanVariant.FLAT);
        for (ScanVariant v : failing) {
            assertThatThrownBy(() -> check.accept(v)).as(v.name()).isInstanceOf(AssertionError.class);
        }
    }

    private static void allReported(ScanWorld w, Buffer out, Set<Page> young) {
        var pages = w.pagesByFrame();
        Set<Page> got = new TreeSet<>();
        out.reported.forEach(f -> got.add(pages.get(f)));
        assertThat(got).isEqualTo(young);
        assertThat(out.reported).hasSameSizeAs(young);
        assertThat(w.scan.stats().lost).isZero();
    }

    @Test
    void aScanDoesNotStallAgeing() {
        defect(
                v -> {
                    try (ScanWorld w = new ScanWorld(v, ScanWorld.machine("6.12", 7))) {
                        w.filled("t", w.group, VPN, 2000);
                        assertThat(w.pass(w.lruvec(), new Buffer(512), MANY)).isTrue();
                        assertThat(w.pass(w.lruvec(), new Buffer(512), MANY)).isTrue();
                        assertThat(w.age(true)).isTrue();
                    }
                },
                ScanVariant.RFC_V1,
                ScanVariant.RFC_V2);
    }

    @Test
    void aStopAtTheEndOfATableDoesNotEndTheAddressSpace() {
        defect(
                v -> {
                    try (ScanWorld w = new ScanWorld(v, ScanWorld.machine("6.12", 3))) {
                        Task t = w.filled("t", w.group, VPN, 4 * 512);
                        w.age(true);
                        w.age(true);
                        ScanWorld.touch(t, VPN + 511, 1000, false);
                        w.spawn("newcomer", w.group); // so that the proposals look at everything
                        Set<Page> young = w.young();
                        Buffer out = new Buffer(1);
                        assertThat(w.pass(w.lruvec(), out, MANY)).isTrue();
                        allReported(w, out, young);
                    }
                },
                ScanVariant.RFC_V2);
    }

    @Test
    void aStopInALaterMappingOfATableDoesNotEndTheAddressSpace() {
        defect(
                v -> {
                    try (ScanWorld w = new ScanWorld(v, ScanWorld.machine("6.12", 3))) {
                        Task t = w.filled("t", w.group, VPN, 512);
                        t.mprotect(VPN + 100, 1, org.multigen.addrspace.Prot.NONE);
                        w.age(true);
                        ScanWorld.touch(t, VPN + 200, 3, false);
                        Set<Page> young = w.young();
                        young.remove(new Page("t", VPN + 100)); // cannot be reached, is not walked
                        Buffer out = new Buffer(1);
                        assertThat(w.pass(w.lruvec(), out, MANY)).isTrue();
                        allReported(w, out, young);
                    }
                },
                ScanVariant.RFC_V2);
    }

    @Test
    void whatIsQueuedSurvivesAnOverflow() {
        defect(
                v -> {
                    var huge = ScanWorld.machine("6.12", 7).hugePages(HugePagePolicy.Mode.ALWAYS);
                    try (ScanWorld w = new ScanWorld(v, huge)) {
                        long vpn = VPN;
                        Task t = w.spawn("t", w.group);
                        t.mmapAnon(vpn, 80 * 512, org.multigen.addrspace.Prot.READ_WRITE);
                        for (int i = 0; i < 80; i++) {
                            t.touch(vpn + i * 512L, true);
                        }
                        t.drainBatches();
                        Set<Page> young = w.young();
                        assertThat(young).hasSize(80);
                        Buffer out = new Buffer(1);
                        assertThat(w.pass(w.lruvec(), out, MANY)).isTrue();
                        allReported(w, out, young);
                    }
                },
                ScanVariant.RFC_V2);
    }

    /** With tables that were idle before, scans of one generation find what is hot now, and pass over what is not. */
    @Test
    void learningWorksWithinAGeneration() {
        defectOnlyFor(
                v -> {
                    try (ScanWorld w = new ScanWorld(v, ScanWorld.machine("6.12", 3))) {
                        Task t = w.filled("t", w.group, VPN, 20 * 512);
                        w.age(true);
                        w.age(true); // both filters are empty now
                        w.age(true);
                        Buffer last = new Buffer(MANY);
                        long tablesBefore = 0;
                        for (int i = 0; i < 3; i++) {
                            ScanWorld.touch(t, VPN + 512, 2 * 512, false);
                            t.contextSwitch();
                            last = new Buffer(MANY);
                            tablesBefore = w.scan.stats().tables;
                            assertThat(w.pass(w.lruvec(), last, MANY)).isTrue();
                        }
                        assertThat(last.reported).hasSize(2 * 512);
                        assertThat(w.scan.stats().tables - tablesBefore).isBetween(2L, 8L);
                    }
                },
                ScanVariant.RFC_V1,
                ScanVariant.RFC_V2,
                ScanVariant.FLAT);
    }

    private static void defectOnlyFor(Consumer<ScanVariant> check, ScanVariant... failing) {
        check.accept(ScanVariant.MULTIGEN);
        for (ScanVariant v : failing) {
            assertThatThrownBy(() -> check.accept(v)).as(v.name()).isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void usageHintsStayForAgeing() {
        defect(
                v -> {
                    try (ScanWorld w = new ScanWorld(v, ScanWorld.machine("6.12", 7))) {
                        Task t = w.filled("t", w.group, VPN, 2000);
                        assertThat(t.mm().usedSinceWalk(0)).isTrue();
                        assertThat(w.pass(w.lruvec(), new Buffer(512), MANY)).isTrue();
                        assertThat(t.mm().usedSinceWalk(0)).isTrue();
                    }
                },
                ScanVariant.RFC_V1,
                ScanVariant.RFC_V2);
    }

    /** A page of another node below a cleared upper bit would be passed over by that node's ageing. */
    @Test
    void upperAccessedBitsStayForAgeing() {
        defect(
                v -> {
                    try (ScanWorld w = new ScanWorld(v, ScanWorld.machine("6.12", 7))) {
                        Task t = w.filled("t", w.group, VPN, 2000);
                        w.age(true);
                        ScanWorld.touch(t, VPN, 2000, false);
                        long at = t.mm().pageTable.entryAt(VPN, 1);
                        long before = org.multigen.base.Words.getLong(at);
                        t.contextSwitch();
                        assertThat(w.pass(w.lruvec(), new Buffer(MANY), MANY)).isTrue();
                        assertThat(org.multigen.base.Words.getLong(at)).isEqualTo(before);
                    }
                },
                ScanVariant.RFC_V1,
                ScanVariant.RFC_V2);
    }

    @Test
    void aSmallBufferGetsThroughPagesThatAreTouchedAllTheTime() {
        defect(
                v -> {
                    try (ScanWorld w = new ScanWorld(v, ScanWorld.machine("6.12", 7))) {
                        Task t = w.filled("t", w.group, VPN, 8 * 512);
                        w.age(true);
                        t.contextSwitch();
                        ScanWorld.touch(t, VPN, 8 * 512, false);
                        Buffer out = new Buffer(64, () -> ScanWorld.touch(t, VPN, 8 * 512, false));
                        assertThat(w.pass(w.lruvec(), out, 200)).isTrue();
                    }
                },
                ScanVariant.RFC_V2);
    }

    @Test
    void aNewcomerOfOneGroupDoesNotMakeOthersBeScannedWhole() {
        defectOnlyFor(
                v -> {
                    try (ScanWorld w = new ScanWorld(v, ScanWorld.machine("6.12", 3))) {
                        Memcg other = w.machine.createMemcg("B");
                        w.filled("t", w.group, VPN, 512);
                        Task idle = w.filled("idle", other, VPN, 20 * 512);
                        long seq = w.lru().maxSeq(w.machine.lruvecs().of(other, 0));
                        for (int i = 0; i < 2; i++) { // nothing is learned of B but that it is idle
                            try {
                                w.machine.lruGen().write("+ " + other.id() + " 0 " + (seq + i) + " 200 1");
                            } catch (org.multigen.base.KernelError e) {
                                throw new IllegalStateException(e);
                            }
                        }
                        w.scan.startNode();
                        w.pass(w.lruvec(), new Buffer(MANY), MANY);
                        w.pass(w.machine.lruvecs().of(other, 0), new Buffer(MANY), MANY);
                        w.spawn("newcomer", w.group);
                        w.scan.startNode();
                        w.pass(w.lruvec(), new Buffer(MANY), MANY);
                        long before = w.scan.stats().tables;
                        idle.contextSwitch();
                        w.pass(w.machine.lruvecs().of(other, 0), new Buffer(MANY), MANY);
                        assertThat(w.scan.stats().tables - before).isLessThan(10); // its part of a sweep
                    }
                },
                ScanVariant.RFC_V1,
                ScanVariant.RFC_V2);
    }

    @Test
    void noPageIsLostAtAFullBuffer() {
        defect(
                v -> {
                    try (ScanWorld w = new ScanWorld(v, ScanWorld.machine("6.12", 3))) {
                        w.filled("t", w.group, VPN, 400);
                        Set<Page> young = w.young();
                        Buffer out = new Buffer(16);
                        assertThat(w.pass(w.lruvec(), out, MANY)).isTrue();
                        assertThat(out.offeredWhenFull).isZero();
                        allReported(w, out, young);
                    }
                },
                ScanVariant.RFC_V1);
    }

    @Test
    void aPassGoesOnWhenAgeingMakesAGeneration() {
        defect(
                v -> {
                    try (ScanWorld w = new ScanWorld(v, ScanWorld.machine("6.12", 1 | 2))) {
                        w.filled("t", w.group, VPN, 400);
                        Task later = w.filled("u", w.group, VPN, 400);
                        int[] chunks = {0};
                        Buffer out = new Buffer(100, () -> {
                            if (++chunks[0] == 1) {
                                makeGeneration(w, later);
                            }
                        });
                        assertThat(w.pass(w.lruvec(), out, MANY)).isTrue();
                        var pages = w.pagesByFrame();
                        Set<String> seen = new TreeSet<>();
                        out.reported.forEach(f -> seen.add(pages.get(f).task()));
                        assertThat(seen).isEqualTo(Set.of("t", "u"));
                        assertThat(w.scan.stats().abandoned).isZero();
                    }
                },
                ScanVariant.RFC_V1);
    }

    /** A generation made without a walk, so that it takes no accessed bits away. */
    private static void makeGeneration(ScanWorld w, Task touched) {
        try {
            w.machine.lruGen().setEnabled("1");
            assertThat(w.age(true)).isTrue();
            w.machine.lruGen().setEnabled("3");
        } catch (org.multigen.base.KernelError e) {
            throw new IllegalStateException(e);
        }
        ScanWorld.touch(touched, VPN, 400, false);
    }

    @Test
    void aLockHeldForAMomentDoesNotEndTheAddressSpace() {
        defect(
                v -> {
                    try (ScanWorld w = new ScanWorld(v, ScanWorld.machine("6.12", 3))) {
                        Task t = w.filled("t", w.group, VPN, 400);
                        Set<Page> young = w.young();
                        Actor other = t.actor();
                        int[] chunks = {0};
                        Buffer out = new Buffer(100, () -> {
                            chunks[0]++;
                            if (chunks[0] == 1) {
                                t.mm().mmapLock.lock(other);
                            } else if (chunks[0] == 2) {
                                t.mm().mmapLock.unlock(other);
                            }
                        });
                        w.scanner.advanceTo(w.machine.nowNs() + 1_000_000_000);
                        assertThat(w.pass(w.lruvec(), out, MANY)).isTrue();
                        allReported(w, out, young);
                        assertThat(List.of(w.scan.stats().contended)).containsExactly(0L);
                    }
                },
                ScanVariant.RFC_V1);
    }
}
