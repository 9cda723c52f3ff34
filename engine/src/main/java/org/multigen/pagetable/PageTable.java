package org.multigen.pagetable;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.multigen.base.Actor;
import org.multigen.base.LockClass;
import org.multigen.base.Words;

/**
 * The page table of one address space: a radix tree of 4 or 5 levels with 512 entries of 64 bits.
 *
 * <p>Level 0 holds the leaf entries ("PTE"), level 1 entries that point to such a table or map 2 MiB ("PMD"), then "PUD" and so
 * on. Under real threads entries are changed by atomic operations only, because the hardware (a touch) and the kernel (walks,
 * unmapping) change them at the same time; in virtual time one thread does both. What an entry maps changes under the lock of
 * its table alone; a touch and a walk only set and clear accessed and dirty bits. Tables are added by faults and removed by the
 * thread that holds the mmap lock for writing.
 */
public final class PageTable {
    public static final int LEVEL_BITS = 9;
    public static final int ENTRIES = TablePool.ENTRIES;
    /** Pages that one leaf table spans: 512. */
    public static final int PMD_PAGES = 512;
    /** Pages that one PMD table spans: 2^18. */
    public static final long PUD_PAGES = 1L << 18;

    /** Instead of an entry's address: a huge entry is in the way. */
    public static final long HUGE_THERE = -1;

    private static final long LINK = Pte.PRESENT | Pte.WRITABLE;
    /** The table without entries that is never given out. */
    private static final int NOWHERE = 0;
    /** The root is neither charged nor counted, as in the kernel. */
    private static final int NO_FRAME = -1;

    private final TablePool pool;
    private final TableAccounting accounting;
    private final int levels;
    private int root;
    /** The hardware sets accessed bits; without, an old entry faults. */
    private final boolean hardwareAccessed;
    /** Several threads use the entries; otherwise no change needs an atomic instruction. */
    private final boolean shared;

    private final AtomicLong tables = new AtomicLong();
    /** Tables taken out so far: translations that were cached before may lead through one of them. */
    private final AtomicInteger removals = new AtomicInteger();

    /** With hardware that sets accessed bits. */
    public PageTable(TablePool pool, TableAccounting accounting, int levels) {
        this(pool, accounting, levels, true);
    }

    /**
     * @param levels 4 or 5
     * @param hardwareAccessed the hardware sets accessed bits of leaf entries; without, touching an old entry is a fault
     */
    public PageTable(TablePool pool, TableAccounting accounting, int levels, boolean hardwareAccessed) {
        this.hardwareAccessed = hardwareAccessed;
        this.pool = pool;
        this.shared = pool.shared();
        this.accounting = accounting;
        this.levels = levels;
        this.root = pool.take(NO_FRAME);
    }

    public int levels() {
        return levels;
    }

    /** Number of tables below the root. */
    public long tables() {
        return tables.get();
    }

    public TablePool pool() {
        return pool;
    }

    /** Highest page number plus one. */
    public long pages() {
        return 1L << (LEVEL_BITS * levels);
    }

    private static int slot(long vpn, int level) {
        return (int) (vpn >>> (LEVEL_BITS * level)) & (ENTRIES - 1);
    }

    /**
     * Touches a page as the hardware does: sets accessed (and dirty) in the leaf and accessed in the entries above.
     *
     * @return true if the access was allowed; false means a fault, with nothing changed in the leaf
     */
    public boolean touch(long vpn, boolean write) {
        long table = pool.address(root);
        for (int level = levels - 1; level > 0; level--) {
            long at = table + 8L * slot(vpn, level);
            long entry = Words.getLongOpaque(at);
            if ((entry & Pte.PRESENT) == 0) {
                return false;
            }
            if ((entry & Pte.HUGE) != 0) {
                return touchLeaf(at, write, Pte.HUGE);
            }
            if ((entry & Pte.ACCESSED) == 0) {
                change(at, entry, entry | Pte.ACCESSED); // lost only to whoever takes the table away or sets it
            }
            table = pool.address(Pte.frame(entry));
        }
        return touchLeaf(table + 8L * slot(vpn, 0), write, 0);
    }

    /** A huge entry may turn into a link to a table at any moment; then it is no leaf any more. */
    private boolean touchLeaf(long at, boolean write, long huge) {
        long need = (write ? Pte.PRESENT | Pte.WRITABLE : Pte.PRESENT) | huge;
        long set = write ? Pte.ACCESSED | Pte.DIRTY : Pte.ACCESSED;
        long entry = Words.getLongOpaque(at);
        while (true) {
            if ((entry & need) != need) {
                return false;
            }
            if ((entry & set) == set) {
                return true;
            }
            if ((entry & Pte.ACCESSED) == 0 && !hardwareAccessed) {
                return false;
            }
            if (change(at, entry, entry | set)) {
                return true;
            }
            entry = Words.getLongOpaque(at); // lost a race with a walk or an unmap
        }
    }

    /**
     * Sets dirty, and nothing else, in the entry that maps a page, for a store that went through other tables; if it still maps that
     * frame.
     */
    public void markDirty(long vpn, int frame) {
        long at = translationAt(vpn);
        while (at != 0) {
            long entry = Words.getLongOpaque(at);
            int offset = (entry & Pte.HUGE) != 0 ? slot(vpn, 0) : 0;
            boolean maps = (entry & Pte.PRESENT) != 0 && Pte.frame(entry) + offset == frame;
            if (!maps || (entry & Pte.DIRTY) != 0 || Words.casLong(at, entry, entry | Pte.DIRTY)) {
                return;
            }
        }
    }

    /** Address of the entry of a page at a level, or 0 if no table covers it. A huge entry ends the descent: then 0. */
    public long entryAt(long vpn, int level) {
        long table = pool.address(root);
        for (int l = levels - 1; l > level; l--) {
            long entry = Words.getLongOpaque(table + 8L * slot(vpn, l));
            if ((entry & Pte.PRESENT) == 0 || (entry & Pte.HUGE) != 0) {
                return 0;
            }
            table = pool.address(Pte.frame(entry));
        }
        return table + 8L * slot(vpn, level);
    }

    /** Address of the entry that translates a page, a leaf or a huge one, or 0. */
    long translationAt(long vpn) {
        long table = pool.address(root);
        for (int l = levels - 1; l > 0; l--) {
            long at = table + 8L * slot(vpn, l);
            long entry = Words.getLongOpaque(at);
            if ((entry & Pte.PRESENT) == 0) {
                return 0;
            }
            if ((entry & Pte.HUGE) != 0) {
                return at;
            }
            table = pool.address(Pte.frame(entry));
        }
        return table + 8L * slot(vpn, 0);
    }

    /** Changes whenever a table is taken out or a huge entry split. */
    int removals() {
        return removals.get();
    }

    /** Address of the leaf entry of a page, given the PMD entry that covers it; 0 if that points to no table. */
    public long leafBelow(long pmdEntry, long vpn) {
        return (pmdEntry & (Pte.PRESENT | Pte.HUGE)) == Pte.PRESENT
                ? pool.address(Pte.frame(pmdEntry)) + 8L * slot(vpn, 0)
                : 0;
    }

    /** Address of the leaf entry of a page, or 0. */
    public long leafAt(long vpn) {
        return entryAt(vpn, 0);
    }

    /** The leaf entry of a page: its PTE, the huge PMD that covers it, or 0. */
    public long lookup(long vpn) {
        long pmd = entryAt(vpn, 1);
        if (pmd == 0) {
            return 0;
        }
        long entry = Words.getLongOpaque(pmd);
        if ((entry & Pte.PRESENT) == 0 || (entry & Pte.HUGE) != 0) {
            return entry;
        }
        return Words.getLongOpaque(pool.address(Pte.frame(entry)) + 8L * slot(vpn, 0));
    }

    /**
     * Address of the entry of a page at a level, adding the tables above it.
     *
     * @return 0 if there is no memory for a table, {@link #HUGE_THERE} if an entry above maps all of it
     */
    public long ensureEntry(Actor actor, long vpn, int level) {
        int table = root;
        for (int l = levels - 1; l > level; l--) {
            long at = pool.address(table) + 8L * slot(vpn, l);
            long entry = Words.getLongOpaque(at);
            if ((entry & Pte.PRESENT) == 0) {
                int frame = accounting.tableNeeded(actor);
                if (frame < 0) {
                    return 0;
                }
                entry = link(actor, at, table, frame);
            }
            if ((entry & Pte.HUGE) != 0) {
                return HUGE_THERE;
            }
            table = Pte.frame(entry);
        }
        return pool.address(table) + 8L * slot(vpn, level);
    }

    /** Adds a table unless somebody else just did; returns the entry. */
    private long link(Actor actor, long at, int table, int frame) {
        int child = pool.take(frame);
        pool.lock(at, LockClass.UPPER_TABLE);
        long entry = Words.getLongOpaque(at);
        boolean mine = (entry & Pte.PRESENT) == 0;
        if (mine) {
            tables.getAndIncrement();
            pool.addUsed(table, 1);
            entry = Pte.of(child, LINK | Pte.ACCESSED);
            Words.setLongRelease(at, entry);
        }
        pool.unlock(at, LockClass.UPPER_TABLE);
        if (!mine) {
            giveBack(actor, child);
        }
        return entry;
    }

    /** Keeps others from changing what the leaf entries of a table map; touches and walks of the upper levels go on. */
    public void lockLeaf(long at) {
        pool.lock(at, LockClass.LEAF_TABLE);
    }

    public boolean tryLockLeaf(long at) {
        return pool.tryLock(at, LockClass.LEAF_TABLE);
    }

    /** Somebody waits for the table of a leaf entry. */
    public boolean leafContended(long at) {
        return pool.contended(at);
    }

    public void unlockLeaf(long at) {
        pool.unlock(at, LockClass.LEAF_TABLE);
    }

    /** The same for a child's table while the parent's is locked. */
    public void lockChild(long at) {
        pool.lock(at, LockClass.CHILD_TABLE);
    }

    public void unlockChild(long at) {
        pool.unlock(at, LockClass.CHILD_TABLE);
    }

    /** Locks the tables of two leaf entries of this address space, whose mmap lock the caller has alone. */
    public void lockLeaves(long at, long other) {
        lockLeaf(at);
        if (!sameTable(at, other)) {
            lockChild(other);
        }
    }

    public void unlockLeaves(long at, long other) {
        if (!sameTable(at, other)) {
            unlockChild(other);
        }
        unlockLeaf(at);
    }

    private boolean sameTable(long at, long other) {
        return pool.tableOf(at) == pool.tableOf(other);
    }

    /** Moves an entry of 2 MiB to an empty one, unless it has changed; false then. Under the mmap lock, taken alone. */
    public boolean moveHuge(long pmdAt, long target) {
        lockUpper(pmdAt);
        boolean apart = !sameTable(pmdAt, target);
        if (apart) {
            lockChild(target);
        }
        boolean moves = Pte.none(Words.getLongOpaque(target)) && Pte.huge(Words.getLongOpaque(pmdAt));
        if (moves) {
            install(target, clear(pmdAt));
        }
        if (apart) {
            unlockChild(target);
        }
        unlockUpper(pmdAt);
        return moves;
    }

    /** The same for a table above the leaves: what its huge entries map, and links to tables below. */
    public void lockUpper(long at) {
        pool.lock(at, LockClass.UPPER_TABLE);
    }

    public boolean tryLockUpper(long at) {
        return pool.tryLock(at, LockClass.UPPER_TABLE);
    }

    public void unlockUpper(long at) {
        pool.unlock(at, LockClass.UPPER_TABLE);
    }

    /** Sets an entry that was zero. */
    public void install(long at, long entry) {
        Words.setLongRelease(at, entry);
        pool.addUsed(pool.tableOf(at), 1);
    }

    /** Replaces an entry that stays in use (present by swap or the other way round); returns the one before. */
    public long replace(long at, long entry) {
        return exchange(at, entry);
    }

    /** Stores an entry if it still is what was just read. */
    private boolean change(long at, long read, long entry) {
        if (shared) {
            return Words.casLong(at, read, entry);
        }
        Words.setLong(at, entry);
        return true;
    }

    private long exchange(long at, long entry) {
        if (shared) {
            return Words.swapLong(at, entry);
        }
        long old = Words.getLong(at);
        Words.setLong(at, entry);
        return old;
    }

    /** Clears the accessed bit of an entry; true if it was set. An entry that is not young is not written. */
    public boolean clearYoung(long at) {
        return Pte.young(Words.getLongOpaque(at)) && Pte.young(takeAccessed(at));
    }

    /** Clears the accessed bit of an entry; returns the entry as it was at that moment. */
    public long takeAccessed(long at) {
        return shared ? Words.andLong(at, ~Pte.ACCESSED) : takeAccessed(at, Words.getLong(at));
    }

    /** The same, given what was just read, which is most likely what it still is. */
    public long takeAccessed(long at, long read) {
        return change(at, read, read & ~Pte.ACCESSED)
                ? read
                : Words.andLong(at, ~Pte.ACCESSED); // lost a race with a touch or an unmap
    }

    /** Clears an entry; returns the one before. */
    public long clear(long at) {
        long old = exchange(at, 0);
        if (old != 0) {
            pool.addUsed(pool.tableOf(at), -1);
        }
        return old;
    }

    /**
     * Takes a table for {@link #splitHuge}, which may reclaim. It cannot fail: the kernel keeps a table back with every huge
     * entry; here one without a frame stands in if there is no memory.
     */
    public int tableForSplit(Actor actor) {
        return pool.take(Math.max(NO_FRAME, accounting.tableNeeded(actor)));
    }

    /** Gives back a table that {@link #splitHuge} did not need. */
    public void giveBack(Actor actor, int table) {
        removals.incrementAndGet();
        int frame = pool.give(table);
        if (frame != NO_FRAME) {
            accounting.tableFreed(actor, frame);
        }
    }

    /**
     * Puts a table of leaf entries in the place of a huge entry, each with the entry's bits; under the upper table's lock.
     *
     * @return the huge entry as it was at last
     */
    public long splitHuge(long pmdAt, int table, long keptBits) {
        removals.incrementAndGet();
        tables.getAndIncrement();
        long address = pool.address(table);
        pool.addUsed(table, ENTRIES);
        while (true) {
            long huge = Words.getLongOpaque(pmdAt);
            for (int i = 0; i < ENTRIES; i++) {
                Words.setLongRelease(address + 8L * i, Pte.of(Pte.frame(huge) + i, huge & keptBits));
            }
            if (Words.casLong(pmdAt, huge, Pte.of(table, LINK | Pte.ACCESSED))) {
                return huge;
            }
        } // else a touch was faster
    }

    /** Frees the tables without entries that lie wholly within [first, end). */
    public void freeTables(Actor actor, long first, long end) {
        freeBelow(actor, root, levels - 1, 0, first, end);
    }

    private void freeBelow(Actor actor, int table, int level, long tableStart, long first, long end) {
        if (level == 0) {
            return;
        }
        long span = 1L << (LEVEL_BITS * level);
        int from = (int) Math.max(0, (first - tableStart) / span);
        int to = (int) Math.min(ENTRIES - 1, (end - 1 - tableStart) / span);
        for (int i = from; i <= to; i++) {
            long at = pool.address(table) + 8L * i;
            long entry = Words.getLongOpaque(at);
            if ((entry & Pte.PRESENT) == 0 || (entry & Pte.HUGE) != 0) {
                continue;
            }
            int child = Pte.frame(entry);
            freeBelow(actor, child, level - 1, tableStart + i * span, first, end);
            freeIfEmpty(actor, at, child);
        }
    }

    /** Frees the table that holds a page's entry, if nothing is mapped by it. */
    public void freeEmptyLeaf(Actor actor, long vpn) {
        long at = entryAt(vpn, 1);
        long entry = at == 0 ? 0 : Words.getLongOpaque(at);
        if ((entry & Pte.PRESENT) != 0 && (entry & Pte.HUGE) == 0) {
            freeIfEmpty(actor, at, Pte.frame(entry));
        }
    }

    private void freeIfEmpty(Actor actor, long at, int child) {
        if (pool.addUsed(child, 0) == 0) {
            clear(at);
            tables.getAndDecrement();
            giveBack(actor, child);
        }
    }

    /** Told of the tables of an address space and their entries in use. */
    public interface Visitor {
        /** A leaf entry, of 4 KiB (level 0) or 2 MiB (level 1), in any form but empty. */
        void entry(long vpn, long entry, int level);

        /**
         * A table below the root.
         *
         * @param frame the frame that it is accounted to
         * @param used entries in use by the table's own count
         * @param found entries that are not empty
         */
        void table(int level, int frame, int used, int found);
    }

    /** Visits everything that is mapped. For checks and dumps. */
    public void visit(Visitor visitor) {
        visitTable(root, levels - 1, 0, visitor);
    }

    private int visitTable(int table, int level, long first, Visitor visitor) {
        int found = 0;
        int used = pool.addUsed(table, 0);
        long address = pool.address(table);
        for (int i = 0; i < ENTRIES && (found < used || level > 0); i++) {
            long entry = Words.getLongOpaque(address + 8L * i);
            if (entry == 0) {
                continue;
            }
            found++;
            long vpn = first + ((long) i << (LEVEL_BITS * level));
            if (level == 0 || Pte.huge(entry)) {
                visitor.entry(vpn, entry, level);
            } else {
                int child = Pte.frame(entry);
                int below = visitTable(child, level - 1, vpn, visitor);
                visitor.table(level - 1, pool.frameOf(child), pool.addUsed(child, 0), below);
            }
        }
        return found;
    }

    /** Frees the root; everything below must have gone. Every touch faults from then on. */
    public void destroy() {
        pool.give(root);
        root = NOWHERE;
    }

    /** Address of the first entry of the table that holds the entries of {@code vpn} at a level, or 0. For walks. */
    public long tableAt(long vpn, int level) {
        long at = entryAt(vpn, level);
        return at == 0 ? 0 : at - 8L * slot(vpn, level);
    }
}
