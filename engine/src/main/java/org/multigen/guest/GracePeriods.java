package org.multigen.guest;

import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntConsumer;

/**
 * Keeps tables that have left the tree until nobody who may have found them there is still reading. Kernel: RCU.
 *
 * <p>A reader publishes the epoch in which it entered, with a full fence before it reads the tree. A table is unlinked first, then
 * tagged with the epoch, then the epoch moves on; it may go once every published epoch is later than its tag. A reader that
 * publishes after it was looked at enters after the unlinking and cannot find the table.
 *
 * <p>Readers are named by number modulo {@value #READERS}; under real threads there must be no more than that, each with its own.
 */
final class GracePeriods {
    private static final int READERS = 4096;
    private static final int BATCH = 16;

    private record Deferred(int table, long epoch) {}

    private final AtomicLongArray inside = new AtomicLongArray(READERS);
    private final AtomicLong epoch = new AtomicLong(1);
    private final ArrayDeque<Deferred> deferred = new ArrayDeque<>();
    private final IntConsumer free;

    GracePeriods(IntConsumer free) {
        this.free = free;
    }

    void enter(int reader) {
        inside.setRelease(reader & READERS - 1, epoch.get());
        VarHandle.fullFence(); // acquire loads may pass a volatile store
    }

    void exit(int reader) {
        inside.setRelease(reader & READERS - 1, 0);
    }

    /** Takes a table that nobody can find any more. */
    synchronized void defer(int table) {
        deferred.add(new Deferred(table, epoch.getAndIncrement()));
        if (deferred.size() >= BATCH) {
            freeOld();
        }
    }

    /** Frees what may be freed now. */
    synchronized void poll() {
        if (!deferred.isEmpty()) {
            freeOld();
        }
    }

    /** Tables that wait. */
    synchronized int waiting() {
        return deferred.size();
    }

    private void freeOld() {
        long oldest = Long.MAX_VALUE;
        for (int i = 0; i < READERS; i++) {
            long e = inside.get(i);
            if (e != 0) {
                oldest = Math.min(oldest, e);
            }
        }
        while (!deferred.isEmpty() && deferred.peek().epoch() < oldest) {
            free.accept(deferred.remove().table());
        }
    }
}
