package org.multigen.guest;

import org.multigen.base.Words;
import org.multigen.pagetable.Pte;

/**
 * Second-level tables: guest page to host frame, four levels of 512 entries with the bits of {@link Pte}, leaves of 4 KiB and 2 MiB.
 *
 * <p>An entry with {@link #TRACKED} in place of PRESENT keeps its frame but faults: so the use of a page is noticed where the
 * hardware sets no accessed bits. {@link #LOCK} is the lock bit of an entry.
 *
 * <p>Tables are added by compare-and-swap, so that faults may run in parallel; they leave under the MMU lock alone and are freed
 * after a grace period. Whoever descends without the MMU lock must be inside {@link GracePeriods}. Kernel:
 * arch/x86/kvm/mmu/tdp_mmu.c.
 */
final class GuestTable {
    static final int HUGE_PAGES = 512;
    static final long TRACKED = 1L << 11;
    static final long LOCK = 1L << 62;
    /** The entry points to a table: no leaf, whoever thought so a moment ago. */
    private static final long TABLE = 1L << 8;

    private static final int LEVELS = 4;
    private static final int BITS = 9;
    private static final long LINK = Pte.PRESENT | Pte.WRITABLE | TABLE;

    private final TableArena arena;
    private final GracePeriods grace;
    /** The hardware sets accessed bits. */
    private final boolean accessedBits;

    private final boolean lockBits;
    private final int root;

    GuestTable(TableArena arena, GracePeriods grace, boolean accessedBits, boolean lockBits) {
        this.arena = arena;
        this.grace = grace;
        this.accessedBits = accessedBits;
        this.lockBits = lockBits;
        this.root = arena.take();
    }

    private static int index(long gpn, int level) {
        return (int) (gpn >>> (BITS * level)) & TableArena.ENTRIES - 1;
    }

    private static long read(long at) {
        long entry = Words.getLongAcquire(at);
        if (TableArena.poisoned(entry)) {
            throw new IllegalStateException("a freed table was used");
        }
        return entry;
    }

    // ---- as the hardware does

    /**
     * Touches a page: sets accessed (and dirty) in its leaf.
     *
     * @return the leaf as it is now, or 0: a fault
     */
    long touch(long gpn, boolean write) {
        long at = leafAt(gpn);
        if (at == 0) {
            return 0;
        }
        long need = write ? Pte.PRESENT | Pte.WRITABLE : Pte.PRESENT;
        long set = (accessedBits ? Pte.ACCESSED : 0) | (write ? Pte.DIRTY : 0);
        while (true) {
            long entry = read(at);
            if ((entry & (need | TABLE)) != need) {
                return 0;
            }
            if ((entry & set) == set || Words.casLong(at, entry, entry | set)) {
                return entry | set;
            }
        }
    }

    // ---- finding

    /** Address of the leaf entry that covers a page, huge or not, empty or not; 0 if there is no table for it. */
    long leafAt(long gpn) {
        long at = arena.address(root) + 8L * index(gpn, LEVELS - 1);
        for (int level = LEVELS - 1; level > 0; level--) {
            long entry = read(at);
            if (Pte.huge(entry)) {
                return at;
            }
            if ((entry & Pte.PRESENT) == 0) {
                return 0;
            }
            at = arena.address(Pte.frame(entry)) + 8L * index(gpn, level - 1);
        }
        return at;
    }

    /** The leaf entry that covers a page, or 0. */
    long leaf(long gpn) {
        long at = leafAt(gpn);
        return at == 0 ? 0 : read(at);
    }

    static boolean maps(long entry) {
        return (entry & (Pte.PRESENT | TRACKED)) != 0 && (entry & TABLE) == 0;
    }

    /** The page that a huge entry maps for a guest page, or the small entry's own. */
    static int frame(long entry, long gpn) {
        return Pte.huge(entry) ? Pte.frame(entry) + (int) (gpn & HUGE_PAGES - 1) : Pte.frame(entry);
    }

    // ---- young or not

    boolean young(long entry) {
        return (entry & (accessedBits ? Pte.ACCESSED : Pte.PRESENT)) != 0 && maps(entry);
    }

    /** Clears the sign of use of the entry at an address; true if it was there. */
    boolean clearYoung(long at) {
        if (lockBits) {
            lock(at);
        }
        boolean was = clear(at);
        if (lockBits) {
            Words.andLong(at, ~LOCK);
        }
        return was;
    }

    private boolean clear(long at) {
        while (true) {
            long entry = read(at);
            if (!young(entry)) {
                return false;
            }
            long old = accessedBits ? entry & ~Pte.ACCESSED : (entry & ~Pte.PRESENT) | TRACKED;
            if (Words.casLong(at, entry, old)) {
                return true;
            }
        }
    }

    /** Makes a tracked page accessible again; false if it is not tracked or would have to be written first. */
    boolean restore(long gpn, boolean write) {
        long at = leafAt(gpn);
        if (at == 0) {
            return false;
        }
        while (true) {
            long entry = read(at);
            boolean fits = (entry & TRACKED) != 0 && (!write || Pte.writable(entry));
            if (!fits) {
                return false;
            }
            long set = Pte.PRESENT | (write ? Pte.DIRTY : 0);
            if (Words.casLong(at, entry, (entry & ~TRACKED) | set)) {
                return true;
            }
        }
    }

    private void lock(long at) {
        while ((Words.orLong(at, LOCK) & LOCK) != 0) {
            read(at); // poison has the bit too
            Thread.onSpinWait();
        }
    }

    // ---- mapping

    /** Maps a page; replaces what maps it now. Under the MMU lock in any mode. */
    void map(long gpn, long entry) {
        long at = leafFor(gpn);
        if (at == 0) {
            return; // a huge leaf came meanwhile
        }
        exchange(at, entry);
    }

    /** Maps 2 MiB; the table below goes, if there is one. Under the MMU lock alone. */
    void mapHuge(long gpn, long entry) {
        long at = entryFor(gpn, 1);
        long old = Words.swapLong(at, entry | Pte.HUGE);
        if ((old & Pte.PRESENT) != 0 && !Pte.huge(old)) {
            grace.defer(Pte.frame(old));
        }
    }

    private long leafFor(long gpn) {
        return entryFor(gpn, 0);
    }

    /** Address of an entry, with the tables above it added; 0 under a huge leaf. */
    private long entryFor(long gpn, int target) {
        long at = arena.address(root) + 8L * index(gpn, LEVELS - 1);
        for (int level = LEVELS - 1; level > target; level--) {
            long entry = read(at);
            if (Pte.huge(entry)) {
                return 0;
            }
            if ((entry & Pte.PRESENT) == 0) {
                int table = arena.take();
                if (Words.casLong(at, entry, Pte.of(table, LINK))) {
                    entry = Pte.of(table, LINK);
                } else {
                    arena.give(table); // another fault was faster
                    level++;
                    continue;
                }
            }
            at = arena.address(Pte.frame(entry)) + 8L * index(gpn, level - 1);
        }
        return at;
    }

    private long exchange(long at, long entry) {
        if (!lockBits) {
            return Words.swapLong(at, entry);
        }
        lock(at);
        return Words.swapLong(at, entry) & ~LOCK;
    }

    /** Told of the leaves that {@link #unmap} takes away. */
    interface Gone {
        void leaf(long gpn, long entry);
    }

    /** Takes away all leaves that map a page of [first, end), and the tables that lie in it. Under the MMU lock alone. */
    int unmap(long first, long end, Gone gone) {
        int leaves = 0;
        long gpn = first;
        while (gpn < end) {
            long start = gpn & -(long) HUGE_PAGES;
            long next = Math.min(end, start + HUGE_PAGES);
            long at = above(gpn);
            long entry = at == 0 ? 0 : read(at);
            if (Pte.huge(entry)) {
                gone.leaf(start, exchange(at, 0));
                leaves++;
            } else if ((entry & Pte.PRESENT) != 0) {
                leaves += unmapSmall(arena.address(Pte.frame(entry)), gpn, next, gone);
                if (gpn == start && next == start + HUGE_PAGES) {
                    Words.swapLong(at, 0);
                    grace.defer(Pte.frame(entry));
                }
            }
            gpn = next;
        }
        return leaves;
    }

    private int unmapSmall(long table, long first, long end, Gone gone) {
        int leaves = 0;
        for (long gpn = first; gpn < end; gpn++) {
            long at = table + 8L * index(gpn, 0);
            if (maps(read(at))) {
                gone.leaf(gpn, exchange(at, 0));
                leaves++;
            }
        }
        return leaves;
    }

    /** Address of the level-1 entry of a page, or 0. */
    private long above(long gpn) {
        long at = arena.address(root) + 8L * index(gpn, LEVELS - 1);
        for (int level = LEVELS - 1; level > 1; level--) {
            long entry = read(at);
            if ((entry & Pte.PRESENT) == 0) {
                return 0;
            }
            at = arena.address(Pte.frame(entry)) + 8L * index(gpn, level - 1);
        }
        return at;
    }

    /** Stores to a page fault from now on; true if one of its leaves allowed them. A huge leaf goes. Under the MMU lock alone. */
    boolean writeProtect(long gpn) {
        long at = leafAt(gpn);
        if (at == 0) {
            return false;
        }
        if (Pte.huge(read(at))) {
            exchange(at, 0);
            return true;
        }
        return Pte.writable(Words.andLong(at, ~(Pte.WRITABLE | Pte.DIRTY)));
    }
}
