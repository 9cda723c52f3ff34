package org.multigen.base;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Grace periods: memory that was taken out of a shared structure is used again only when nobody can still be reading it. Readers
 * say when they begin and end an operation, not at each read, so that a touch costs nothing more. Kernel: RCU.
 *
 * <p>In virtual time an operation is one step and there is nothing to wait for.
 */
public final class Grace {
    private final AtomicLong epoch = new AtomicLong(1);
    private final boolean real;
    private volatile Iterable<Actor> readers = java.util.List.of();

    public Grace(Locks locks) {
        this.real = locks.real();
    }

    /** Whether there are grace periods at all. */
    public boolean real() {
        return real;
    }

    /** Set once: all who may read. */
    public void setReaders(Iterable<Actor> all) {
        readers = all;
    }

    /** The actor begins an operation. Nests. */
    public void enter(Actor actor) {
        if (real && actor.readDepth++ == 0) {
            actor.readingSince = epoch.get();
        }
    }

    public void leave(Actor actor) {
        if (real && --actor.readDepth == 0) {
            actor.readingSince = 0;
        }
    }

    /** Something was taken out; returns the mark to ask {@link #over} for. */
    public long retire() {
        return epoch.getAndIncrement();
    }

    /** Whether nobody reads any more who began before the mark was made. */
    public boolean over(long mark) {
        for (Actor a : readers) {
            long since = a.readingSince;
            if (since != 0 && since <= mark) {
                return false;
            }
        }
        return true;
    }
}
