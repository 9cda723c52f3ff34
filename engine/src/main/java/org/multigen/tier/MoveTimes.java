package org.multigen.tier;

import org.multigen.base.OffHeap;
import org.multigen.base.Words;
import org.multigen.memory.FolioTable;

/**
 * When the page in a frame was moved there, so that pages do not go to and fro, and to count those that do. 4 bytes per frame
 * that a page was ever moved to: 20 bits of time, 12 bits that tell the page from whoever has the frame later.
 */
final class MoveTimes implements AutoCloseable {
    private static final long UNIT_NS = 16_000_000L;
    private static final int TIME_MASK = (1 << 20) - 1;
    private static final int TIME_SHIFT = 12;
    private static final int PAGE_MASK = (1 << TIME_SHIFT) - 1;

    private final FolioTable folios;
    private final long times;

    MoveTimes(FolioTable folios) {
        this.folios = folios;
        this.times = OffHeap.reserve(4L * folios.frames());
    }

    void moved(int folio, long nowNs) {
        int time = (int) (nowNs / UNIT_NS) + 1 & TIME_MASK;
        Words.setInt(times + 4L * folio, time << TIME_SHIFT | page(folio));
    }

    /** The page in the frame came there by a move less than so long ago. */
    boolean movedWithin(int folio, long nowNs, long ns) {
        int word = Words.getInt(times + 4L * folio);
        if (word == 0 || (word & PAGE_MASK) != page(folio)) {
            return false;
        }
        int ago = (int) (nowNs / UNIT_NS) + 1 - (word >>> TIME_SHIFT) & TIME_MASK;
        return ago * UNIT_NS < ns;
    }

    private int page(int folio) {
        int mixed = (folios.mapping(folio) * 31 + folios.index(folio)) * 0x9E3779B9;
        return mixed >>> 20 | 1;
    }

    @Override
    public void close() {
        OffHeap.release(times);
    }
}
