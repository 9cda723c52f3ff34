package org.multigen.guest;

import java.util.concurrent.atomic.LongAdder;

/** What happened to a guest's MMU since it was made. */
public final class GuestCounters {
    final LongAdder ageCalls = new LongAdder();
    final LongAdder fastCalls = new LongAdder();
    final LongAdder gaveUp = new LongAdder();
    final LongAdder young = new LongAdder();
    final LongAdder invalidated = new LongAdder();
    final LongAdder evictedYoung = new LongAdder();
    final LongAdder flushes = new LongAdder();
    final LongAdder mapped = new LongAdder();
    final LongAdder restored = new LongAdder();
    final LongAdder retries = new LongAdder();

    GuestCounters() {}

    /** Questions by ranges, at ageing or eviction. */
    public long ageCalls() {
        return ageCalls.sum();
    }

    /** Questions by window to the fast hook. */
    public long fastCalls() {
        return fastCalls.sum();
    }

    /** Those of them that gave up for want of a lock. */
    public long gaveUp() {
        return gaveUp.sum();
    }

    /** Entries that were young and were cleared. */
    public long young() {
        return young.sum();
    }

    /** Leaves that the host took away. */
    public long invalidated() {
        return invalidated.sum();
    }

    /** Pages that reclaim took away although their entry was young or a vCPU had them in its TLB. */
    public long evictedYoung() {
        return evictedYoung.sum();
    }

    /** Flushes of all vCPUs' TLBs. */
    public long flushes() {
        return flushes.sum();
    }

    /** Leaves mapped by faults. */
    public long mapped() {
        return mapped.sum();
    }

    /** Faults that only noted the use of a page, without hardware accessed bits. */
    public long restored() {
        return restored.sum();
    }

    /** Faults that began again because the host changed the page meanwhile. */
    public long retries() {
        return retries.sum();
    }
}
