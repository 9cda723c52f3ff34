package org.multigen.guest;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.multigen.base.Actor;
import org.multigen.base.LockClass;
import org.multigen.base.LockOrder;
import org.multigen.guest.LockDiscipline.Mode;
import org.multigen.guest.LockDiscipline.Purpose;

/**
 * The lock under real threads. Writers come in the order in which they asked. Writers first: a reader waits while a writer waits, so
 * that writers are never starved by readers. Readers first: a reader waits for a writer that is in, never for one that waits. Waits
 * are in real ns.
 */
final class ThreadedMmuLock extends MmuLock {
    private final boolean writersFirst;
    private final ReentrantLock gate = new ReentrantLock();
    private final Condition readable = gate.newCondition();
    private final Condition writable = gate.newCondition();
    // Guarded by the gate.
    private int readers;
    private boolean writer;
    private long nextTicket;
    private long serving;
    private volatile int waitingWriters;

    ThreadedMmuLock(boolean writersFirst) {
        this.writersFirst = writersFirst;
    }

    @Override
    void enter(Actor actor, Purpose purpose, Mode mode) {
        if (mode == Mode.NONE) {
            return;
        }
        assert LockOrder.acquiring(LockClass.GUEST_MMU);
        long begin = System.nanoTime();
        gate.lock();
        boolean waited;
        try {
            waited = mode == Mode.ALONE ? enterAlone() : enterShared();
        } finally {
            gate.unlock();
        }
        assert LockOrder.acquired(LockClass.GUEST_MMU);
        waits.add(purpose, waited ? System.nanoTime() - begin : 0);
    }

    private boolean enterShared() {
        boolean waited = false;
        while (writer || (writersFirst && waitingWriters > 0)) {
            waited = true;
            readable.awaitUninterruptibly();
        }
        readers++;
        return waited;
    }

    private boolean enterAlone() {
        boolean waited = false;
        long mine = nextTicket++;
        waitingWriters = waitingWriters + 1; // volatile for contended() alone
        while (writer || readers > 0 || mine != serving) {
            waited = true;
            writable.awaitUninterruptibly();
        }
        waitingWriters = waitingWriters - 1;
        serving++;
        writer = true;
        return waited;
    }

    @Override
    boolean tryEnter(Actor actor, Purpose purpose) {
        if (!gate.tryLock()) {
            return false;
        }
        try {
            if (writer || readers > 0 || waitingWriters > 0) {
                return false;
            }
            writer = true;
        } finally {
            gate.unlock();
        }
        assert LockOrder.acquired(LockClass.GUEST_MMU);
        waits.add(purpose, 0);
        return true;
    }

    @Override
    boolean contended() {
        return waitingWriters > 0;
    }

    @Override
    void exit(Actor actor, Mode mode) {
        if (mode == Mode.NONE) {
            return;
        }
        assert LockOrder.released(LockClass.GUEST_MMU);
        gate.lock();
        try {
            if (mode == Mode.ALONE) {
                writer = false;
            } else {
                readers--;
            }
            if (waitingWriters > 0 && readers == 0) {
                writable.signalAll();
            }
            if (!writer && (waitingWriters == 0 || !writersFirst)) {
                readable.signalAll();
            }
        } finally {
            gate.unlock();
        }
    }
}
