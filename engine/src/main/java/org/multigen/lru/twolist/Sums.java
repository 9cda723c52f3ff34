package org.multigen.lru.twolist;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Sizes and refaults of a lruvec and all below it, as reclaim gets to see them. Kernel: lruvec_page_state, mem_cgroup_flush_stats.
 *
 * <p>The kernel adds up the statistics of control groups every two seconds, and when somebody reads memory.stat. Its older
 * releases also did so whenever reclaim looked; the newer ones make do with what there is. So whether inactive pages are few,
 * whether refaults came back since the last reclaim, how large the working set is and when costs fade is decided by numbers up to
 * two seconds old.
 *
 * <p>Additions are atomic. What is shown changes by {@link #refresh}, at the first look in each period. benign race: two lookers
 * may both refresh; each copies numbers of that moment, and at worst one of them still sees the last period's ({@code SumsStress}).
 */
final class Sums {
    /** Index of refaults that were activated, per type; below are the sizes of the lists. */
    static final int ACTIVATED = TwoLists.LISTS;

    private static final int COUNT = ACTIVATED + TwoLists.TYPES;
    /** Two seconds as the timer wheel of a kernel with 250 ticks a second rounds them. Kernel: FLUSH_TIME. */
    static final long PERIOD_NS = 2_016_000_000L;

    private final AtomicLongArray now = new AtomicLongArray(COUNT);
    private final AtomicLongArray shown;
    private long period = -1;

    /**
     * @param stale shown numbers are those of the period's beginning
     */
    Sums(boolean stale) {
        this.shown = stale ? new AtomicLongArray(COUNT) : now;
    }

    void add(int i, long n) {
        now.addAndGet(i, n);
    }

    long now(int i) {
        return now.get(i);
    }

    long shown(int i) {
        return shown.getOpaque(i);
    }

    void refresh(long nowNs) {
        if (shown == now || nowNs / PERIOD_NS <= period) {
            return;
        }
        period = nowNs / PERIOD_NS;
        addUp();
    }

    /** Shows the numbers of this moment. */
    void addUp() {
        for (int i = 0; i < COUNT; i++) {
            shown.setOpaque(i, now.get(i));
        }
    }
}
