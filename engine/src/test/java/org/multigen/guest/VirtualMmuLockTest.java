package org.multigen.guest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.guest.LockDiscipline.Mode;
import org.multigen.guest.LockDiscipline.Purpose;

class VirtualMmuLockTest {
    private static final long[] FREE = new long[Cost.values().length];

    private static Actor actor(int id) {
        return new Actor("a" + id, id, 0, FREE);
    }

    private static void hold(VirtualMmuLock lock, Actor a, Purpose why, Mode mode, long ns) {
        lock.vcpuAt(a.clockNs());
        lock.enter(a, why, mode);
        a.spend(ns);
        lock.exit(a, mode);
    }

    @Test
    void aLoneActorNeverWaits() {
        VirtualMmuLock lock = new VirtualMmuLock(true);
        Actor a = actor(0);
        for (int i = 0; i < 1000; i++) {
            hold(lock, a, Purpose.FAULT, Mode.SHARED, 100);
            a.spend(900);
        }
        assertThat(lock.waits.waitedNs(Purpose.FAULT)).isZero();
        assertThat(a.clockNs()).isEqualTo(1_000_000);
    }

    @Test
    void whatIsHeldAloneIsNeverHeldTwiceAtATime() {
        VirtualMmuLock lock = new VirtualMmuLock(true);
        int n = 20;
        Actor[] actors = new Actor[n];
        for (int i = 0; i < n; i++) {
            actors[i] = actor(i);
        }
        for (int round = 0; round < 200; round++) {
            for (Actor a : actors) {
                hold(lock, a, Purpose.FAULT, Mode.ALONE, 1000);
            }
        }
        for (Actor a : actors) {
            assertThat(a.clockNs()).isBetween(n * 200 * 1000L - 50_000, n * 200 * 1000L * 11 / 10);
        }
    }

    @Test
    void readersDoNotWaitForReaders() {
        VirtualMmuLock lock = new VirtualMmuLock(true);
        Actor[] actors = {actor(0), actor(1), actor(2)};
        for (int round = 0; round < 200; round++) {
            for (Actor a : actors) {
                hold(lock, a, Purpose.FAULT, Mode.SHARED, 1000);
            }
        }
        assertThat(lock.waits.waitedNs(Purpose.FAULT)).isZero();
    }

    /** The more readers, the longer a writer waits where readers go first; where writers go first one hold is the limit. */
    @Test
    void readersStarveWritersUnlessWritersGoFirst() {
        for (int readers : new int[] {2, 8, 16, 112}) {
            long first = writerWait(new VirtualMmuLock(true), readers);
            long last = writerWait(new VirtualMmuLock(false), readers);
            assertThat(first).isBetween(1L, 1000L);
            assertThat(last).isGreaterThan(readers >= 8 ? 20 * first : first);
            assertThat(last).as("cut there").isLessThanOrEqualTo(10_000_000);
        }
    }

    private static long writerWait(VirtualMmuLock lock, int readers) {
        Actor[] actors = new Actor[readers];
        for (int i = 0; i < readers; i++) {
            actors[i] = actor(i);
        }
        for (int round = 0; round < 40; round++) {
            for (Actor a : actors) {
                hold(lock, a, Purpose.FAULT, Mode.SHARED, 1000);
            }
        }
        Actor writer = actor(99);
        writer.advanceTo(actors[0].clockNs());
        hold(lock, writer, Purpose.UNMAP, Mode.ALONE, 100);
        return lock.waits.waitedNs(Purpose.UNMAP);
    }

    @Test
    void tryingFailsAsOftenAsTheLockIsTaken() {
        VirtualMmuLock lock = new VirtualMmuLock(true);
        Actor holder = actor(0);
        Actor tries = actor(1);
        int failed = 0;
        for (int i = 0; i < 1000; i++) {
            hold(lock, holder, Purpose.UNMAP, Mode.ALONE, 500);
            holder.spend(500);
            tries.advanceTo(holder.clockNs());
            if (lock.tryEnter(tries, Purpose.AGE)) {
                lock.exit(tries, Mode.ALONE);
            } else {
                failed++;
            }
        }
        assertThat(failed).isBetween(400, 600);
    }

    /** An ageing pass that is simulated in one piece meets the vCPUs that it holds up, and they meet it. */
    @Test
    void aPassAheadOfTheVcpusIsMetAndMeetsThem() {
        VirtualMmuLock lock = new VirtualMmuLock(true);
        Actor[] vcpus = new Actor[8];
        for (int i = 0; i < vcpus.length; i++) {
            vcpus[i] = actor(i);
        }
        for (int round = 0; round < 200; round++) {
            fault(lock, vcpus);
        }
        Actor ager = actor(99);
        ager.advanceTo(vcpus[0].clockNs());
        for (int i = 0; i < 1000; i++) {
            lock.enter(ager, Purpose.AGE, Mode.ALONE);
            ager.spend(200);
            lock.exit(ager, Mode.ALONE);
            ager.spend(50);
        }
        assertThat(lock.waits.waitedNs(Purpose.AGE)).isGreaterThan(100 * 1000);
        long before = lock.waits.waitedNs(Purpose.FAULT);
        for (int round = 0; round < 50; round++) {
            fault(lock, vcpus);
        }
        assertThat(lock.waits.waitedNs(Purpose.FAULT)).isGreaterThan(before);
    }

    private static void fault(VirtualMmuLock lock, Actor[] vcpus) {
        for (Actor a : vcpus) {
            hold(lock, a, Purpose.FAULT, Mode.SHARED, 500);
            a.spend(1500);
        }
    }
}
