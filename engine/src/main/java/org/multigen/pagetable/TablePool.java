package org.multigen.pagetable;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.multigen.base.Grace;
import org.multigen.base.LockClass;
import org.multigen.base.LockOrder;
import org.multigen.base.Locks;
import org.multigen.base.OffHeap;
import org.multigen.base.Words;

/**
 * Memory of all page tables: 4 KiB of 512 entries each, named by number, contiguous in address space.
 *
 * <p>Further arrays keep, per table, the number of entries in use, the frame it is accounted to, and its lock. Free tables are a
 * stack that is changed by compare-and-set; under real threads a table comes there only after a grace period, because walks of
 * the reverse map and touches may still be reading it.
 */
public final class TablePool implements AutoCloseable {
    static final int ENTRIES = 512;
    static final int TABLE_BYTES = 4096;
    private static final long LOW_HALF = 0xffffffffL;
    private static final long HIGH_ONE = 1L << 32;
    /** Of a lock that is held and that others wait for; 1 is held, 0 free. */
    private static final int CONTENDED = 2;

    private static final int SPINS = 64;
    private static final int YIELDS = 64;
    private static final long PARK_NS = 20_000;

    private record Retired(int table, long mark) {}

    private final long tables;
    private final long used;
    private final long frames;
    private final long locks;
    private final int max;
    private final Grace grace;
    private final AtomicInteger next = new AtomicInteger(1);
    /** Top of the free tables in the lower half, 0 for none; the upper one changes with each take. */
    private final AtomicLong free = new AtomicLong();
    /** Guarded by its monitor; real threads only. */
    private final ArrayDeque<Retired> retired = new ArrayDeque<>();

    /**
     * @param max most tables that can exist at once; costs address space only
     */
    public TablePool(int max) {
        this(max, new Grace(Locks.VIRTUAL));
    }

    /**
     * @param grace tells when nobody reads a table any more that was given back
     */
    public TablePool(int max, Grace grace) {
        this.max = max;
        this.grace = grace;
        this.tables = OffHeap.reserve((long) max * TABLE_BYTES);
        this.used = OffHeap.reserve((long) max * 4);
        this.frames = OffHeap.reserve((long) max * 4);
        this.locks = OffHeap.reserve((long) max * 4);
    }

    /** A zeroed table; table 0 is never given out. */
    int take(int frame) {
        int table = pop();
        if (table == 0) {
            table = next.getAndIncrement();
            if (table >= max) {
                throw new IllegalStateException("more than " + max + " page tables");
            }
        }
        Words.setInt(frames + 4L * table, frame);
        Words.setInt(used + 4L * table, 0);
        return table;
    }

    private int pop() {
        while (true) {
            long old = free.get();
            int table = (int) old;
            if (table == 0) {
                return 0;
            }
            // benign race: the table may be taken and written meanwhile, and at worst nonsense is read; but then the
            // stack has changed and the step is repeated (FreeTablesStackStress)
            long below = Words.getLong(address(table));
            if (free.compareAndSet(old, (old & ~LOW_HALF) + HIGH_ONE | below & LOW_HALF)) {
                Words.setLong(address(table), 0);
                return table;
            }
        }
    }

    private void push(int table) {
        long old;
        do {
            old = free.get();
            Words.setLong(address(table), old & LOW_HALF);
        } while (!free.compareAndSet(old, old & ~LOW_HALF | table));
    }

    /** Takes back a table whose entries are all zero; returns the frame it was accounted to. */
    int give(int table) {
        int frame = Words.getInt(frames + 4L * table);
        if (!grace.real()) {
            push(table);
            return frame;
        }
        synchronized (retired) {
            retired.add(new Retired(table, grace.retire()));
            while (!retired.isEmpty() && grace.over(retired.element().mark)) {
                push(retired.remove().table);
            }
        }
        return frame;
    }

    // ---- locks, under real threads only. Kernel: pte_lockptr, pmd_lockptr

    /** Keeps others from changing what the entries of a table map; touches go on. */
    void lock(long entryAddress, LockClass lockClass) {
        if (grace.real()) {
            long at = locks + 4L * tableOf(entryAddress);
            assert LockOrder.acquiring(lockClass);
            for (int i = 0; !Words.casInt(at, 0, 1); i++) {
                Words.casInt(at, 1, CONTENDED);
                if (i < SPINS) {
                    Thread.onSpinWait();
                } else if (i < SPINS + YIELDS) {
                    Thread.yield();
                } else {
                    LockSupport.parkNanos(PARK_NS);
                }
            }
            assert LockOrder.acquired(lockClass);
        }
    }

    boolean tryLock(long entryAddress, LockClass lockClass) {
        if (grace.real()) {
            if (!Words.casInt(locks + 4L * tableOf(entryAddress), 0, 1)) {
                return false;
            }
            assert LockOrder.acquired(lockClass);
        }
        return true;
    }

    /** Several threads use the tables. */
    boolean shared() {
        return grace.real();
    }

    /** Somebody waits for the lock. Kernel: spin_is_contended. */
    boolean contended(long entryAddress) {
        return grace.real() && Words.getIntAcquire(locks + 4L * tableOf(entryAddress)) == CONTENDED;
    }

    void unlock(long entryAddress, LockClass lockClass) {
        if (grace.real()) {
            assert LockOrder.released(lockClass);
            Words.setIntRelease(locks + 4L * tableOf(entryAddress), 0);
        }
    }

    /** Address of the first entry of a table. */
    public long address(int table) {
        return tables + (long) table * TABLE_BYTES;
    }

    /** A number that names an entry, the same on every run; key of the Bloom filters. */
    public long entryId(long entryAddress) {
        return (entryAddress - tables) >>> 3;
    }

    /** Counts an entry in or out of a table; returns the entries in use. */
    int addUsed(int table, int delta) {
        long address = used + 4L * table;
        if (shared()) {
            return Words.addInt(address, delta);
        }
        int sum = Words.getInt(address) + delta;
        Words.setInt(address, sum);
        return sum;
    }

    /** The frame that a table is accounted to. */
    int frameOf(int table) {
        return Words.getInt(frames + 4L * table);
    }

    int tableOf(long entryAddress) {
        return (int) ((entryAddress - tables) / TABLE_BYTES);
    }

    @Override
    public void close() {
        OffHeap.release(tables);
        OffHeap.release(used);
        OffHeap.release(frames);
        OffHeap.release(locks);
    }
}
