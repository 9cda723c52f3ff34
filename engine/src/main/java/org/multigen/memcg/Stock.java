package org.multigen.memcg;

import org.jspecify.annotations.Nullable;
import org.multigen.base.Guard;

/**
 * Pages that a CPU has charged in advance, for a few groups at once. Guarded by a lock of its own; in virtual time it
 * belongs to whoever runs on its CPU. Kernel: struct memcg_stock_pcp.
 */
final class Stock {
    /** Gives pages back to a group. */
    interface Sink {
        void uncharge(Memcg memcg, long pages);
    }

    private final @Nullable Memcg[] groups;
    private final int[] pages;
    private final Sink sink;
    private final Guard guard;
    /** Place that is cleared next for want of a free one; the kernel draws lots. */
    private int victim;

    /**
     * @param groups for how many groups it has room
     */
    Stock(int groups, Sink sink, Guard guard) {
        this.guard = guard;
        this.groups = new Memcg[groups];
        this.pages = new int[groups];
        this.sink = sink;
    }

    /** Takes pages out; false if there are not that many for the group. */
    boolean consume(Memcg memcg, int n) {
        guard.lock();
        int i = find(memcg);
        boolean enough = i >= 0 && pages[i] >= n;
        if (enough) {
            pages[i] -= n;
        }
        guard.unlock();
        return enough;
    }

    /** Puts charged pages in; what was there for another group may have to go, and more than a batch does. */
    void refill(Memcg memcg, int n) {
        guard.lock();
        int i = find(memcg);
        if (i < 0) {
            i = find(null);
            if (i < 0) {
                i = victim;
                victim = (victim + 1) % groups.length;
                drain(i);
            }
            groups[i] = memcg;
        }
        pages[i] += n;
        if (pages[i] > Charge.BATCH) {
            drain(i);
        }
        guard.unlock();
    }

    /** Gives back what is held for a group or its descendants. */
    void drain(Memcg top) {
        guard.lock();
        for (int i = 0; i < groups.length; i++) {
            Memcg m = groups[i];
            if (m != null && top.contains(m)) {
                drain(i);
            }
        }
        guard.unlock();
    }

    /** Pages held for a group itself. */
    int held(Memcg memcg) {
        int i = find(memcg);
        return i < 0 ? 0 : pages[i];
    }

    private int find(@Nullable Memcg memcg) {
        for (int i = 0; i < groups.length; i++) {
            if (groups[i] == memcg) {
                return i;
            }
        }
        return -1;
    }

    private void drain(int i) {
        Memcg m = groups[i];
        int n = pages[i];
        groups[i] = null;
        pages[i] = 0;
        if (m != null && n > 0) {
            sink.uncharge(m, n);
        }
    }
}
