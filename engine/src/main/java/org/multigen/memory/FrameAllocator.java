package org.multigen.memory;

import org.multigen.base.Warnings;

/**
 * Hands out frames of the zones of one node and takes them back. It neither waits nor reclaims: that is the business of the
 * page allocator above it. Kernel: mm/page_alloc.c rmqueue, free_one_page.
 */
public final class FrameAllocator {
    private final FolioTable folios;
    private Warnings warnings = new Warnings(true);

    FrameAllocator(FolioTable folios) {
        this.folios = folios;
    }

    /** Where broken invariants are reported; without it the first one throws. */
    public void setWarnings(Warnings to) {
        warnings = to;
    }

    static long place(int node, int zone) {
        return (long) node << FolioFlags.NODE_SHIFT | (long) zone << FolioFlags.ZONE_SHIFT;
    }

    /**
     * Takes 2^order frames from a zone if more than {@code mark} would stay free.
     *
     * @param mobility whose blocks it is taken from, as long as there are some
     * @return the first frame, its head flags set for order &gt; 0, with one reference; or {@link FolioTable#NONE}
     */
    public int take(Zone zone, int order, long mark, Mobility mobility) {
        if (zone.free() - (1L << order) + 1 <= mark) {
            return FolioTable.NONE;
        }
        zone.guard.lock();
        int pfn = zone.free() - (1L << order) + 1 <= mark ? FolioTable.NONE : zone.take(order, mobility);
        if (pfn != FolioTable.NONE) {
            prepare(pfn, zone, order);
        }
        zone.guard.unlock();
        return pfn;
    }

    private void prepare(int pfn, Zone zone, int order) {
        long place = place(zone.node, zone.index);
        folios.setFlagsPlain(
                pfn, order == 0 ? place : place | FolioFlags.HEAD | (long) order << FolioFlags.ORDER_SHIFT);
        folios.setMapping(pfn, 0, 0);
        folios.setSlot(pfn, FolioTable.NONE);
        folios.get(pfn);
        for (int i = 1; i < 1 << order; i++) {
            folios.setFlagsPlain(pfn + i, place | FolioFlags.TAIL);
            folios.setMapping(pfn + i, pfn, 0);
        }
    }

    /** Takes back a folio that nothing holds any more, with the order that its head says. */
    public void free(Zone zone, int pfn) {
        long flags = folios.flags(pfn);
        if ((flags & FolioFlags.FREE) != 0 || !folios.unheld(pfn) || !zone.contains(pfn)) {
            warnings.warn(
                    "FrameAllocator.free of a frame that is free or held",
                    "frame " + pfn + " flags 0x" + Long.toHexString(flags) + " zone " + zone.name);
            return;
        }
        zone.guard.lock();
        zone.give(pfn, FolioFlags.order(folios.flags(pfn)));
        zone.guard.unlock();
    }

    /** Turns the frames of a large folio into folios of one page each; each keeps a reference of its own. */
    public void split(int pfn) {
        long flags = folios.flags(pfn);
        int pages = FolioFlags.pages(flags);
        long place = flags & FolioFlags.PLACE_MASK;
        for (int i = 1; i < pages; i++) {
            folios.setFlagsPlain(pfn + i, place);
            folios.setSlot(pfn + i, FolioTable.NONE);
        }
        folios.update(pfn, FolioFlags.HEAD | FolioFlags.ORDER_MASK, 0);
    }
}
