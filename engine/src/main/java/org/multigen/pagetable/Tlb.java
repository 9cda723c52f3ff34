package org.multigen.pagetable;

import org.multigen.base.Words;

/**
 * One CPU's cached translations: four ways, the oldest of a set is replaced. A store through a translation that was cached by loads
 * looks at the table again, as the hardware does to set the dirty bit. Owned by its CPU, under real threads by the thread that runs
 * there, which is within an operation: a table that was removed after the count of removals was looked at is not used again yet.
 *
 * <p>A hit sets no accessed bit; that is all a translation cache changes here. It is checked against its entry, which stands for
 * the flush that every unmapping, write protection and removal of a table waits for; what such flushes cost is charged where they
 * are made. Pages of 2 MiB take one translation per 4 KiB touched.
 */
public final class Tlb {
    private static final int WAYS = 4;
    private static final int VPN_BITS = 45;
    private static final long VPN_MASK = (1L << VPN_BITS) - 1;
    /** What makes an entry the same translation as before. */
    private static final long TRANSLATION = ~(Pte.ACCESSED | Pte.DIRTY | Pte.SPECIAL);

    private final int sets;
    /** Address space and page, 0 for none. */
    private final long[] tags;

    private final long[] entryAt;
    private final long[] entries;
    private final int[] removals;
    private final byte[] next;

    /**
     * @param entries translations held, a multiple of 4
     */
    public Tlb(int entries) {
        if (entries < WAYS || entries % WAYS != 0) {
            throw new IllegalArgumentException(
                    "a translation cache of " + entries + " entries, expected a multiple of " + WAYS);
        }
        this.sets = entries / WAYS;
        this.tags = new long[entries];
        this.entryAt = new long[entries];
        this.entries = new long[entries];
        this.removals = new int[entries];
        this.next = new byte[entries / WAYS];
    }

    /** The page can be touched without a look at the table. */
    public boolean hit(PageTable table, int space, long vpn, boolean write) {
        int i = find(tag(space, vpn));
        if (i < 0 || removals[i] != table.removals()) {
            return false;
        }
        long now = Words.getLongOpaque(entryAt[i]);
        boolean same = ((now ^ entries[i]) & TRANSLATION) == 0;
        return same && (!write || Pte.dirty(entries[i] & now));
    }

    /** A look at the table has succeeded: remembers what it found. */
    public void fill(PageTable table, int space, long vpn) {
        int removed = table.removals(); // before the look: a table that is removed after it makes this useless
        long at = table.translationAt(vpn);
        if (at == 0) {
            return;
        }
        long tag = tag(space, vpn);
        int i = find(tag);
        if (i < 0) {
            int set = set(tag);
            i = set * WAYS + next[set];
            next[set] = (byte) ((next[set] + 1) % WAYS);
        }
        tags[i] = tag;
        entryAt[i] = at;
        entries[i] = Words.getLongOpaque(at);
        removals[i] = removed;
    }

    /** Forgets everything. */
    public void flush() {
        java.util.Arrays.fill(tags, 0);
    }

    private int find(long tag) {
        int first = set(tag) * WAYS;
        for (int i = first; i < first + WAYS; i++) {
            if (tags[i] == tag) {
                return i;
            }
        }
        return -1;
    }

    private int set(long tag) {
        return (int) Long.remainderUnsigned(tag & VPN_MASK, sets);
    }

    private static long tag(int space, long vpn) {
        return (long) space << VPN_BITS | vpn;
    }
}
