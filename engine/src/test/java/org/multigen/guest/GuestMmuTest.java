package org.multigen.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.multigen.addrspace.Prot;
import org.multigen.addrspace.SecondaryMmu;
import org.multigen.addrspace.SecondaryMmu.FastHook;
import org.multigen.addrspace.YoungWindow;
import org.multigen.base.Actor;
import org.multigen.fault.HugePagePolicy;
import org.multigen.fault.Touch;
import org.multigen.guest.LockDiscipline.Purpose;
import org.multigen.machine.Guest;
import org.multigen.pagetable.Pte;

class GuestMmuTest {
    private static GuestWorld world(LockDiscipline lock) {
        return new GuestWorld("6.18", AgingPolicy.LANDED, GuestWorld.settings(1024, lock));
    }

    private static GuestWorld huge() {
        GuestSettings s = GuestWorld.settings(2048, LockDiscipline.LOCKLESS);
        return new GuestWorld("6.18", AgingPolicy.LANDED, s, 0, List.of(), HugePagePolicy.Mode.ALWAYS);
    }

    @Test
    void aTouchFaultsOnceThenWalksThenHitsTheTlb() {
        try (GuestWorld w = world(LockDiscipline.LOCKLESS)) {
            assertThat(w.guest.touch(w.vcpu, 5, true)).isEqualTo(Touch.MINOR);
            assertThat(w.vcpu.faults()).isEqualTo(1);
            long misses = w.vcpu.tlbMisses();
            assertThat(w.guest.touch(w.vcpu, 5, true)).isEqualTo(Touch.RESIDENT);
            assertThat(w.vcpu.tlbMisses()).isEqualTo(misses);
            assertThat(w.guest.mmu().isYoung(5)).isTrue();
            w.assertConsistent();
        }
    }

    @Test
    void aTlbHidesUseFromAgeingUntilItForgets() {
        try (GuestWorld w = world(LockDiscipline.LOCKLESS)) {
            w.guest.touch(w.vcpu, 5, true);
            Actor a = w.vmm.actor();
            long vpn = w.hostPage(5);
            assertThat(w.guest.mmu().clearYoung(a, vpn, vpn + 1)).isTrue();
            w.guest.touch(w.vcpu, 5, true);
            assertThat(w.guest.mmu().clearYoung(a, vpn, vpn + 1)).isFalse();
            w.guest.touch(w.vcpu, 5 + 16, true); // the same place in the TLB
            w.guest.touch(w.vcpu, 5, true);
            assertThat(w.guest.mmu().testYoung(a, vpn, vpn + 1)).isTrue();
            assertThat(w.guest.mmu().clearFlushYoung(a, vpn, vpn + 1)).isTrue();
            w.guest.touch(w.vcpu, 5, true);
            assertThat(w.guest.mmu().testYoung(a, vpn, vpn + 1)).isTrue();
        }
    }

    @Test
    void whatTheHostTakesAwayTheGuestLoses() {
        try (GuestWorld w = world(LockDiscipline.WRITE)) {
            w.touchAll(true);
            w.vmm.madvise(w.hostPage(0), 512, org.multigen.addrspace.Advice.PAGEOUT);
            w.assertConsistent();
            long gone = 0;
            for (int p = 0; p < 512; p++) {
                gone += w.guest.mmu().isMapped(p) ? 0 : 1;
            }
            assertThat(gone).isGreaterThan(400);
            assertThat(w.guest.touch(w.vcpu, 3, false)).isEqualTo(Touch.MAJOR);
            w.vmm.munmap(w.hostPage(512), 512);
            assertThat(w.guest.mmu().isMapped(700)).isFalse();
            assertThat(w.guest.mmu().lockWaits().taken(Purpose.UNMAP)).isGreaterThan(400);
        }
    }

    @Test
    void aLoadMapsTheZeroPageAndAStoreReplacesIt() {
        try (GuestWorld w = world(LockDiscipline.LOCKLESS)) {
            w.guest.touch(w.vcpu, 9, false);
            w.assertConsistent();
            w.guest.touch(w.vcpu, 9, true);
            w.assertConsistent();
            assertThat(w.guest.mmu().isMapped(9)).isTrue();
        }
    }

    @Test
    void hugeHostPagesBecomeHugeLeavesAndSplitWithThem() {
        try (GuestWorld w = huge()) {
            w.guest.touch(w.vcpu, 512, true);
            assertThat(w.guest.mmu().isMapped(1000)).isTrue();
            assertThat(w.guest.mmu().counters().mapped()).isEqualTo(1);
            Actor a = w.vmm.actor();
            long vpn = w.hostPage(512);
            assertThat(w.guest.mmu().clearYoung(a, vpn, vpn + 512)).isTrue();
            assertThat(w.guest.mmu().clearYoung(a, vpn, vpn + 512)).isFalse();
            w.vmm.mprotect(vpn, 1, Prot.READ);
            assertThat(w.guest.mmu().isMapped(1000)).isFalse();
            w.guest.touch(w.vcpu, 1000, true);
            w.assertConsistent();
        }
    }

    @Test
    void dirtyLoggingTellsEachPageOncePerRound() {
        try (GuestWorld w = huge()) {
            w.touchAll(true);
            Actor a = w.vmm.actor();
            w.guest.mmu().startDirtyLog(a);
            w.guest.touch(w.vcpu, 3, true);
            w.guest.touch(w.vcpu, 3, true);
            w.guest.touch(w.vcpu, 700, true);
            w.guest.touch(w.vcpu, 701, false);
            assertThat(w.guest.mmu().takeDirtyLog(a)).containsExactly(3L, 700L);
            w.guest.touch(w.vcpu, 700, true);
            assertThat(w.guest.mmu().takeDirtyLog(a)).containsExactly(700L);
            assertThat(w.guest.mmu().takeDirtyLog(a)).isEmpty();
            w.guest.mmu().stopDirtyLog();
            w.guest.touch(w.vcpu, 3, true);
            w.assertConsistent();
        }
    }

    @Test
    void theFastHookAnswersPageByPage() {
        for (LockDiscipline lock : LockDiscipline.values()) {
            try (GuestWorld w = world(lock)) {
                w.touch(0, 64, true);
                YoungWindow window = new YoungWindow();
                window.ask(w.hostPage(0), 0b1011);
                boolean answered = w.guest.mmu().testClearYoungFastOnly(w.vmm.actor(), window, true);
                assertThat(answered).isEqualTo(w.guest.mmu().fastHook() != FastHook.NONE);
                assertThat(window.young).isEqualTo(answered ? 0b1011 : 0);
                assertThat(w.guest.mmu().isYoung(2)).isTrue();
                assertThat(w.guest.mmu().isYoung(1)).isEqualTo(!answered);
            }
        }
    }

    @Test
    void slotsMayLieApart() {
        List<Guest.Slot> slots = List.of(new Guest.Slot(0, 512, 0), new Guest.Slot(1 << 20, 512, 512));
        GuestSettings s = GuestWorld.settings(1024, LockDiscipline.LOCKLESS);
        try (GuestWorld w = new GuestWorld("6.18", AgingPolicy.LANDED, s, 0.5, slots, HugePagePolicy.Mode.NEVER)) {
            w.touchAll(true);
            w.assertConsistent();
            assertThat(w.guest.mmu().hostPage((1 << 20) + 511))
                    .isEqualTo(w.guest.mmu().hostPage(0) + 1023);
            assertThat(w.guest.mmu().hostPage(512)).isEqualTo(-1);
        }
    }

    @Test
    void impossibleGuestsAreRefusedInOneLine() {
        refused(List.of(new Guest.Slot(0, 600, 0), new Guest.Slot(512, 424, 600)), 1, "overlap in the guest");
        refused(List.of(new Guest.Slot(0, 512, 0), new Guest.Slot(512, 512, 100)), 1, "overlap on the host");
        refused(List.of(new Guest.Slot(0, 1024, 10)), 1, "outside the host mapping");
        refused(List.of(new Guest.Slot(0, 100, 0)), 1, "slots for 100");
        refused(List.of(), 0, "0 vCPUs, expected 1 or more");
    }

    private static void refused(List<Guest.Slot> slots, int vcpus, String why) {
        GuestSettings s = GuestWorld.settings(1024, LockDiscipline.LOCKLESS);
        try (GuestWorld w = world(LockDiscipline.LOCKLESS)) {
            assertThatThrownBy(() -> w.machine.createGuest(w.vmm, s, slots, vcpus, new GuestOrder(1024, 0, 1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(why)
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void tablesOfAWholeRangeAreFreed() {
        try (GuestWorld w = world(LockDiscipline.LOCKLESS)) {
            int before = w.guest.mmu().tables();
            w.touchAll(true);
            assertThat(w.guest.mmu().tables()).isEqualTo(before + 4);
            w.vmm.munmap(w.hostPage(0), 1024);
            assertThat(w.guest.mmu().tables()).isEqualTo(before + 2);
        }
    }

    @Test
    void pagesCachedInATlbCountAsEvictedYoung() {
        try (GuestWorld w = world(LockDiscipline.LOCKLESS)) {
            w.touch(0, 600, true);
            w.age();
            w.vmm.madvise(w.hostPage(0), 600, org.multigen.addrspace.Advice.PAGEOUT);
            assertThat(w.guest.mmu().counters().evictedYoung()).isGreaterThan(0);
        }
    }

    /** A store through the guest's tables reaches the host's entry when the page is taken away: it must not be dropped as clean. */
    @Test
    void aStoreOfTheGuestAloneIsNotLost() {
        try (GuestWorld w =
                new GuestWorld("6.18", AgingPolicy.LANDED, GuestWorld.settings(64, LockDiscipline.LOCKLESS))) {
            w.touchAll(true);
            long gpn = w.guest.gpn(5);
            long at = w.vmm.mm().pageTable.leafAt(w.hostPage(5));
            w.vmm.mm().pageTable.install(at, w.vmm.mm().pageTable.lookup(w.hostPage(5)) & ~Pte.DIRTY);
            w.guest.touch(w.vcpu, 5, true);
            assertThat(Pte.dirty(w.vmm.mm().pageTable.lookup(w.hostPage(5)))).isFalse();
            w.guest.mmu().invalidate(w.vcpu.actor, w.hostPage(5), w.hostPage(5) + 1, SecondaryMmu.Why.RECLAIM);
            w.guest.mmu().invalidated(w.vcpu.actor, w.hostPage(5), w.hostPage(5) + 1);
            assertThat(w.guest.mmu().isMapped(gpn)).isFalse();
            assertThat(Pte.dirty(w.vmm.mm().pageTable.lookup(w.hostPage(5)))).isTrue();
        }
    }
}
