package org.multigen.testkit.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.multigen.addrspace.Prot;
import org.multigen.base.Guard;
import org.multigen.base.LockClass;
import org.multigen.base.LockOrder;
import org.multigen.base.Locks;
import org.multigen.fault.Touch;
import org.multigen.machine.Machine;
import org.multigen.machine.Task;
import org.multigen.memory.NodeConfig;
import org.multigen.storage.BackingFile;
import org.multigen.storage.BlockDevice;

class LockOrderTest {
    @Test
    void aLockTakenAgainstTheOrderIsNamedWithTheOneHeld() {
        Guard zone = Locks.REAL.guard(LockClass.ZONE);
        Guard file = Locks.REAL.guard(LockClass.FILE);
        zone.lock();
        assertThatThrownBy(file::lock)
                .isInstanceOf(AssertionError.class)
                .hasMessage("lock FILE taken while ZONE is held");
        zone.unlock();
        file.lock();
        zone.lock();
        zone.unlock();
        file.unlock();
        assertThat(LockOrder.held()).isZero();
    }

    @Test
    void whatEverybodyWaitsForIsNotTakenDuringATouch() {
        Guard control = Locks.REAL.guard(LockClass.CONTROL);
        LockOrder.touchBegins();
        assertThatThrownBy(control::lock).isInstanceOf(AssertionError.class).hasMessageContaining("during a touch");
        LockOrder.touchEnds();
        control.lock();
        assertThatThrownBy(LockOrder::touchBegins).isInstanceOf(AssertionError.class);
        control.unlock();
    }

    @Test
    void whoFaultsOnAFileWaitsForNobodyAtAnotherFile() throws InterruptedException {
        try (Machine machine = Machine.builder()
                .realThreads(true)
                .cpus(2)
                .node(NodeConfig.ofPages(0, 20_000))
                .build()) {
            BackingFile busy = machine.createFile("/busy", 100, BackingFile.Kind.EXT4, BlockDevice.RAM, 32);
            BackingFile other = machine.createFile("/other", 100, BackingFile.Kind.EXT4, BlockDevice.RAM, 32);
            Task t = machine.spawn("x", machine.root());
            long first = t.mmapFile(-1, 100, other, 0, true, Prot.READ_WRITE);
            busy.inodeLock().lock();
            busy.invalidateLock().write();
            AtomicInteger outcome = new AtomicInteger(-1);
            Thread faulting = new Thread(() -> {
                t.enter();
                outcome.set(t.touch(first, true));
                long before = LockOrder.taken();
                boolean quiet = t.touch(first, true) == Touch.RESIDENT && LockOrder.taken() == before;
                t.leave();
                outcome.set(quiet ? outcome.get() : -2);
            });
            faulting.setDaemon(true);
            faulting.start();
            faulting.join(20_000);
            busy.invalidateLock().writeDone();
            busy.inodeLock().unlock();
            assertThat(outcome).hasValue(Touch.MAJOR);
        }
    }

    @Test
    void aTouchOfAResidentPageTakesNoLock() {
        try (Machine machine = Machine.builder()
                .realThreads(true)
                .node(NodeConfig.ofPages(0, 20_000))
                .build()) {
            Task t = machine.spawn("x", machine.root());
            long first = t.mmapAnon(-1, 100, Prot.READ_WRITE);
            t.enter();
            long before = LockOrder.taken();
            assertThat(t.touch(first, true)).isEqualTo(Touch.MINOR);
            assertThat(LockOrder.taken()).isGreaterThan(before);
            before = LockOrder.taken();
            for (int i = 0; i < 1000; i++) {
                assertThat(t.touch(first, (i & 1) == 0)).isEqualTo(Touch.RESIDENT);
            }
            assertThat(LockOrder.taken()).isEqualTo(before);
            t.leave();
        }
    }
}
