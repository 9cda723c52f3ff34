package org.multigen.pagetable;

/**
 * A page-table entry: functions over a {@code long}, bits as on x86-64.
 *
 * <pre>
 * present:  63..52 -  51..12 frame or table  11 -  9 special  8 protnone  7 huge  6 dirty  5 accessed  1 writable  0 present
 * swap:     51..12 slot   10 exclusive   3 swap   8..0 otherwise 0
 * </pre>
 *
 * An entry of an inaccessible mapping keeps its frame with PROTNONE instead of PRESENT; the hardware faults on it, but the
 * kernel treats it as present.
 */
public final class Pte {
    public static final long PRESENT = 1;
    public static final long WRITABLE = 1 << 1;
    public static final long SWAP = 1 << 3;
    public static final long ACCESSED = 1 << 5;
    public static final long DIRTY = 1 << 6;
    public static final long HUGE = 1 << 7;
    public static final long PROTNONE = 1 << 8;
    /** The zero page and other frames without a folio behind them. */
    public static final long SPECIAL = 1 << 9;
    /** Of a swap entry: the page belonged to one process alone. */
    public static final long SWAP_EXCLUSIVE = 1 << 10;

    private static final int SHIFT = 12;
    private static final long FRAME_MASK = ((1L << 40) - 1) << SHIFT;
    private static final long MAPPED = PRESENT | PROTNONE;

    private Pte() {}

    /** Maps a frame, as the kernel sees it: accessible or not. */
    public static boolean present(long entry) {
        return (entry & MAPPED) != 0;
    }

    public static boolean none(long entry) {
        return entry == 0;
    }

    public static boolean isSwap(long entry) {
        return (entry & (MAPPED | SWAP)) == SWAP;
    }

    public static boolean young(long entry) {
        return (entry & ACCESSED) != 0;
    }

    public static boolean dirty(long entry) {
        return (entry & DIRTY) != 0;
    }

    public static boolean writable(long entry) {
        return (entry & WRITABLE) != 0;
    }

    public static boolean huge(long entry) {
        return (entry & HUGE) != 0;
    }

    public static boolean special(long entry) {
        return (entry & SPECIAL) != 0;
    }

    /** Frame or table number. */
    public static int frame(long entry) {
        return (int) ((entry & FRAME_MASK) >>> SHIFT);
    }

    public static long of(int frame, long bits) {
        return (long) frame << SHIFT | bits;
    }

    /** The same entry for another frame. */
    public static long withFrame(long entry, int frame) {
        return (entry & ~FRAME_MASK) | (long) frame << SHIFT;
    }

    /** Maps a frame that the hardware may not reach: every access faults. */
    public static boolean protNone(long entry) {
        return (entry & MAPPED) == PROTNONE;
    }

    /** Maps a folio's page and has no special bit: what walks look for. */
    public static boolean mapsPage(long entry) {
        return present(entry) && !special(entry);
    }

    public static long swap(int slot, boolean exclusive) {
        return (long) slot << SHIFT | SWAP | (exclusive ? SWAP_EXCLUSIVE : 0);
    }

    public static int slot(long entry) {
        return (int) ((entry & FRAME_MASK) >>> SHIFT);
    }
}
