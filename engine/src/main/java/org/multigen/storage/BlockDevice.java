package org.multigen.storage;

import org.multigen.base.Actor;
import org.multigen.base.Cost;

/** What stands behind a file system or a swap area, and what a request to it costs. */
public enum BlockDevice {
    /** Compressed memory; synchronous, no readahead. */
    ZRAM(true),
    /** RAM disk; synchronous. */
    RAM(true),
    /** A disk with a latency per request. */
    DISK(false);

    private final boolean synchronous;

    BlockDevice(boolean synchronous) {
        this.synchronous = synchronous;
    }

    /** A request is complete when it returns: readahead gains nothing. Kernel: SWP_SYNCHRONOUS_IO. */
    public boolean synchronous() {
        return synchronous;
    }

    /** Reads pages in one request; the actor waits. */
    public void read(Actor actor, int pages) {
        switch (this) {
            case ZRAM -> actor.charge(Cost.SWAP_READ, pages);
            case RAM -> actor.charge(Cost.RAM_COPY, pages);
            case DISK -> {
                actor.charge(Cost.DISK_READ);
                actor.charge(Cost.DISK_READ_PAGE, pages);
            }
        }
    }

    public void write(Actor actor, int pages) {
        switch (this) {
            case ZRAM -> actor.charge(Cost.SWAP_WRITE, pages);
            case RAM -> actor.charge(Cost.RAM_COPY, pages);
            case DISK -> actor.charge(Cost.DISK_WRITE, pages);
        }
    }
}
