package org.multigen.walk;

import org.jspecify.annotations.Nullable;
import org.multigen.addrspace.AddressSpace;
import org.multigen.addrspace.SecondaryMmu;
import org.multigen.addrspace.Vma;
import org.multigen.addrspace.VmaTree;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.Words;
import org.multigen.pagetable.PageTable;
import org.multigen.pagetable.Pte;
import org.multigen.rules.KernelRules;

/**
 * Walks the page tables of one address space for a scan: reports the frame of every young entry and can stop behind any of them.
 *
 * <p>The position is the next page to look at and the counts of the table it lies in, so that a table is judged once, whatever
 * the buffer's size. Accessed bits of upper levels are neither used nor cleared: ageing of other nodes depends on them, and a
 * young entry may lie below an old one. It shares the mmap lock as faults and ageing do, and waits for one table at a time; ageing,
 * which only tries for a table, is kept out of that one for the time of 512 entries. One instance serves one scan. Kernel: the
 * generalized walk_mm as proposed.
 */
final class ScanWalk {
    /** How a chunk ended. */
    enum End {
        /** The address space is done. */
        DONE,
        /** The buffer is full. */
        FULL,
        /** There is more; time to let others run. */
        MORE,
        /** Somebody is changing the mappings. */
        CONTENDED
    }

    /** Leaf tables after which a chunk ends, so that the mmap lock is not held for long. */
    private static final int CHUNK_TABLES = 512;

    private static final long PMD_SPAN = PageTable.PMD_PAGES;
    private static final long PUD_SPAN = PageTable.PUD_PAGES;
    private static final int LINE_BYTES = 64;
    private static final long NONE = -1;
    /** Spreads neighbouring tables over the passes of a sweep. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private static final int SPREAD_SHIFT = 32;

    private final KernelRules rules;
    private final WalkSettings settings;
    private final YoungFrames sink;
    private final ScanStats stats;

    private Actor actor;
    private MmWalk walk;
    private PageTable table;
    private AddressSpace mm;
    private AccessedFrames out;
    private boolean ask;
    private boolean full;

    // Where it stands, between chunks too.
    private long next;
    private long tableKey = NONE;
    private boolean tableWanted;
    private int tableTotal;
    private int tableYoung;
    /** Filters of its own, alternating by the number of the pass; null looks at everything and learns nothing. */
    private final @Nullable BloomFilter filter;

    private long pass;
    private int sweep = 1;
    private boolean whole;
    private int tablesLeft;

    @SuppressWarnings("NullAway.Init")
    ScanWalk(
            KernelRules rules, WalkSettings settings, YoungFrames sink, @Nullable BloomFilter filter, ScanStats stats) {
        this.rules = rules;
        this.settings = settings;
        this.sink = sink;
        this.filter = filter;
        this.stats = stats;
    }

    /**
     * A pass over a group begins.
     *
     * @param every passes in which each table is looked at once, learned or not: a share of them in each
     */
    void startPass(long number, int every) {
        pass = number;
        sweep = every;
        if (filter != null) {
            filter.reset(number + 1);
        }
    }

    /**
     * The next chunk starts at the beginning of an address space.
     *
     * @param all all its tables are looked at
     */
    void startSpace(boolean all) {
        whole = all;
        next = 0;
        tableKey = NONE;
        tableTotal = 0;
        tableYoung = 0;
    }

    /** Walks on from where it stands. */
    End chunk(Actor by, AddressSpace space, MmWalk state, AccessedFrames sinkOfFrames) {
        actor = by;
        mm = space;
        walk = state;
        out = sinkOfFrames;
        table = space.pageTable;
        ask = rules.walkAsksSecondaryMmu() && space.hasSecondaryMmu();
        full = false;
        tablesLeft = CHUNK_TABLES;
        if (!space.mmapLock.tryShare(by)) {
            return End.CONTENDED;
        }
        boolean done;
        try {
            done = mappings();
        } finally {
            space.mmapLock.unshare(by);
        }
        if (state.batched > 0) {
            sink.flush(by, state);
        }
        return full ? End.FULL : done ? End.DONE : End.MORE;
    }

    private boolean mappings() {
        VmaTree vmas = mm.vmas();
        for (int i = vmas.indexAtOrAfter(next); i < vmas.size(); i++) {
            Vma v = vmas.get(i);
            actor.charge(Cost.WALK_VMA);
            if (!VmaChoice.walked(v, walk, rules)) {
                continue;
            }
            next = Math.max(next, v.start);
            while (next < v.end) {
                long pmds = table.tableAt(next, 1);
                long end = Math.min(v.end, (next | PUD_SPAN - 1) + 1);
                if (pmds == 0) {
                    next = end;
                } else if (!pmdRange(pmds, end, v)) {
                    return false;
                }
            }
        }
        judge();
        return true;
    }

    /** Entries of one PMD table; false to stop. */
    private boolean pmdRange(long pmds, long end, Vma v) {
        while (next < end) {
            long entryAt = pmds + 8L * index(next, 1);
            long entry = Words.getLongOpaque(entryAt);
            long until = Math.min(end, (next | PMD_SPAN - 1) + 1);
            stats.entries++;
            actor.charge(Cost.WALK_PMD);
            if ((entry & Pte.PRESENT) == 0 || Pte.special(entry)) {
                next = until;
            } else if (Pte.huge(entry)) {
                huge(entryAt, entry, v);
                next = until;
            } else {
                leaves(entryAt, entry, until, v);
            }
            if (full || tablesLeft <= 0) {
                return false;
            }
        }
        return true;
    }

    private void huge(long entryAt, long seen, Vma v) {
        stats.leaves++;
        if (!Pte.young(seen) && !ask) {
            return;
        }
        table.lockUpper(entryAt);
        long entry = Words.getLongOpaque(entryAt);
        if (Pte.huge(entry)) {
            hugeLocked(entryAt, entry, v);
        } // else somebody split it just now: what it mapped is met as small entries in the next pass
        table.unlockUpper(entryAt);
    }

    private void hugeLocked(long entryAt, long entry, Vma v) {
        int folio = sink.candidate(walk, Pte.frame(entry), v);
        if (folio == YoungFrames.REJECT) {
            return;
        }
        long before = table.takeAccessed(entryAt);
        if (Pte.young(before) | (ask && askSecondary(next & -PMD_SPAN, PMD_SPAN))) {
            report(Pte.frame(before), folio, Pte.dirty(before));
        }
    }

    private void leaves(long entryAt, long entry, long until, Vma v) {
        long key = table.pool().entryId(entryAt);
        if (key != tableKey) {
            judge();
            tableKey = key;
            tableTotal = 0;
            tableYoung = 0;
            tableWanted = wanted(key);
            if (tableWanted) {
                stats.tables++;
                tablesLeft--;
                actor.charge(Cost.WALK_TABLE);
            } else {
                stats.unlearned++;
            }
        }
        if (tableWanted) {
            long leafTable = table.pool().address(Pte.frame(entry));
            table.lockLeaf(leafTable);
            scan(leafTable, until, v);
            table.unlockLeaf(leafTable);
        } else {
            next = until;
        }
    }

    private boolean wanted(long key) {
        if (filter == null || whole || Math.floorMod(key * SPREAD >>> SPREAD_SHIFT, sweep) == pass % sweep) {
            return true;
        }
        actor.charge(Cost.BLOOM);
        return filter.test(pass, key);
    }

    /** The table behind is complete: is it worth a look in the next pass? */
    private void judge() {
        if (tableKey != NONE && tableWanted && filter != null && settings.suitable(tableTotal, tableYoung)) {
            filter.insert(pass + 1, tableKey);
            stats.learned++;
        }
        tableKey = NONE;
    }

    private void scan(long leafTable, long until, Vma v) {
        long from = next;
        int young = 0;
        while (next < until && !full) {
            long at = leafTable + 8L * index(next, 0);
            if ((at & LINE_BYTES - 1) == 0 && !ask) {
                int old = PageTableWalker.linesOfOld(at, (int) (until - next));
                next += old;
                if (next >= until) {
                    break;
                }
                at += 8L * old;
            }
            young += entry(at, v) ? 1 : 0;
            next++;
        }
        int total = (int) (next - from);
        tableTotal += total;
        tableYoung += young;
        stats.leaves += total;
        actor.charge(Cost.WALK_PTE_OLD, total - young);
        actor.charge(Cost.WALK_PTE_YOUNG, young);
    }

    private boolean entry(long at, Vma v) {
        long entry = Words.getLongOpaque(at);
        if (!Pte.mapsPage(entry) || (!Pte.young(entry) && !ask)) {
            return false;
        }
        int folio = sink.candidate(walk, Pte.frame(entry), v);
        if (folio == YoungFrames.REJECT) {
            return false;
        }
        long before = table.takeAccessed(at);
        if (!(Pte.young(before) | (ask && askSecondary(next, 1)))) {
            return false;
        }
        report(Pte.frame(before), folio, Pte.dirty(before));
        return true;
    }

    private void report(int frame, int folio, boolean dirty) {
        stats.young++;
        sink.young(walk, folio, dirty);
        full = out.accessed(frame);
        stats.full += full ? 1 : 0;
    }

    private boolean askSecondary(long vpn, long pages) {
        boolean young = false;
        for (SecondaryMmu s : mm.secondaryMmus()) {
            young |= s.clearYoung(actor, vpn, vpn + pages);
        }
        return young;
    }

    private static int index(long vpn, int level) {
        return (int) (vpn >>> (PageTable.LEVEL_BITS * level)) & (PageTable.ENTRIES - 1);
    }
}
