package org.multigen.walk;

import org.jspecify.annotations.Nullable;
import org.multigen.addrspace.AddressSpace;
import org.multigen.base.Actor;

/**
 * A scan's place among the address spaces of one memcg; ageing's iteration does not know of it, nor it of ageing's. Guarded by
 * the list's lock.
 *
 * <p>An address space that comes to the list during a pass is visited in that pass. One that goes takes the scan back to the one
 * before it, so that none behind it is missed.
 */
public final class ScanCursor {
    private final MmList list;
    private final int node;
    private MmList.Link at;
    private volatile boolean gone;

    public ScanCursor(MmList list, int node) {
        this.list = list;
        this.node = node;
        this.at = list.anchor;
        list.attach(this);
    }

    /** A pass starts anew. */
    void rewind(Actor actor) {
        list.lock.lock(actor);
        at = list.anchor;
        gone = false;
        list.lock.unlock(actor);
    }

    /** The address space that the scan is in was removed. */
    boolean gone() {
        return gone;
    }

    /**
     * The next address space, or null behind the last.
     *
     * @param all also those that have not run since the last pass
     */
    @Nullable
    AddressSpace next(Actor actor, boolean all) {
        list.lock.lock(actor);
        try {
            gone = false;
            while (true) {
                at = at.next;
                AddressSpace mm = at.mm;
                if (mm == null) {
                    return null;
                }
                boolean used = mm.takeScanUsage(node);
                if ((used || all) && mm.users > 0) {
                    return mm;
                }
            }
        } finally {
            list.lock.unlock(actor);
        }
    }

    /** A pass left an address space unfinished: the next one has to look at it whether it runs or not. */
    void missed(AddressSpace mm) {
        mm.keepScanUsage(node);
    }

    void removing(MmList.Link link) {
        if (at == link) {
            at = link.prev;
            gone = true;
        }
    }
}
