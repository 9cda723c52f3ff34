package org.multigen.storage;

/**
 * What a slot of the page cache, the swap cache or a shmem file holds: functions over a {@code long}.
 *
 * <pre>
 * 0           nothing
 * pfn+1 | 1   a folio
 * slot  | 2   a swap slot (shmem only)
 * value | 3   a shadow: what the LRU wants to remember of an evicted page
 * </pre>
 *
 * The low two bits tell; the rest is shifted by two.
 */
public final class Shadow {
    private static final int FOLIO = 1;
    private static final int SLOT = 2;
    private static final int SHADOW = 3;

    private Shadow() {}

    public static long folio(int pfn) {
        return (long) pfn << 2 | FOLIO;
    }

    public static boolean isFolio(long entry) {
        return (entry & 3) == FOLIO;
    }

    public static int pfn(long entry) {
        return (int) (entry >>> 2);
    }

    static long slot(int slot) {
        return (long) slot << 2 | SLOT;
    }

    public static boolean isSlot(long entry) {
        return (entry & 3) == SLOT;
    }

    public static int slotOf(long entry) {
        return (int) (entry >>> 2);
    }

    /** An entry from 62 bits that the LRU chose. */
    public static long of(long value) {
        return value << 2 | SHADOW;
    }

    public static boolean isShadow(long entry) {
        return (entry & 3) == SHADOW;
    }

    public static long value(long entry) {
        return entry >>> 2;
    }
}
