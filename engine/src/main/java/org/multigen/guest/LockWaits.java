package org.multigen.guest;

import java.util.concurrent.atomic.AtomicLongArray;
import org.multigen.guest.LockDiscipline.Purpose;

/** How often an MMU's lock was taken, and waited for, by purpose. Times are ns of whatever clock the lock lives in. */
public final class LockWaits {
    private static final int PURPOSES = Purpose.values().length;

    private final AtomicLongArray taken = new AtomicLongArray(PURPOSES);
    private final AtomicLongArray waitedNs = new AtomicLongArray(PURPOSES);
    private final AtomicLongArray longestNs = new AtomicLongArray(PURPOSES);

    LockWaits() {}

    void add(Purpose purpose, long ns) {
        int i = purpose.ordinal();
        taken.incrementAndGet(i);
        if (ns > 0) {
            waitedNs.addAndGet(i, ns);
            longestNs.accumulateAndGet(i, ns, Math::max);
        }
    }

    public long taken(Purpose purpose) {
        return taken.get(purpose.ordinal());
    }

    public long waitedNs(Purpose purpose) {
        return waitedNs.get(purpose.ordinal());
    }

    public long longestNs(Purpose purpose) {
        return longestNs.get(purpose.ordinal());
    }
}
