package org.multigen.walk;

import org.jspecify.annotations.Nullable;
import org.multigen.addrspace.AddressSpace;
import org.multigen.addrspace.Vma;
import org.multigen.addrspace.VmaTree;
import org.multigen.addrspace.YoungWindow;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.Words;
import org.multigen.guest.SecondaryAging;
import org.multigen.guest.SecondaryAging.Asking;
import org.multigen.pagetable.PageTable;
import org.multigen.pagetable.Pte;
import org.multigen.rules.KernelRules;

/**
 * Walks the page tables of one address space, clears the accessed bits it finds and reports the pages. Kernel: mm/vmscan.c
 * walk_mm, walk_pud_range, walk_pmd_range, walk_pte_range.
 *
 * <p>The range methods below follow the radix: each finishes every eligible mapping inside its table before it returns to the
 * one above, so that thousands of tiny mappings do not make it climb up and down. One instance serves one walker at a time.
 */
public final class PageTableWalker {
    private static final long PMD_SPAN = PageTable.PMD_PAGES;
    private static final long PUD_SPAN = PageTable.PUD_PAGES;
    private static final long P4D_SPAN = PUD_SPAN * PageTable.ENTRIES;
    private static final int QUEUE = 64;
    private static final long NONE = -1;
    private static final int LINE = 8;
    private static final int LINE_BYTES = 64;
    /** Bits in which an old entry that maps a page is like {@link Pte#PRESENT}. */
    private static final long UNLIKE_OLD = Pte.PRESENT | Pte.ACCESSED | Pte.SPECIAL;

    private final KernelRules rules;
    private final WalkSettings settings;
    private final YoungFrames sink;
    private final SecondaryAging secondary;
    private final WindowScan windows;

    // One walk's state, valid between the start and the end of walk().
    private Actor actor;
    private AddressSpace mm;
    private MmWalk walk;
    private BloomFilter filter;
    private PageTable table;
    private boolean nonLeaf;
    /** Secondary MMUs are asked, so a page that is old here may be young there. */
    private boolean notify;

    private Asking asking = Asking.NONE;
    private final YoungWindow window = new YoungWindow();
    private @Nullable Vma vma;
    /** Range within the current table, in pages; moved on by {@link #nextVma}. */
    private long rangeStart;

    private long rangeEnd;
    /** Upper-level entries whose accessed bits are to be cleared, or huge entries to be looked at, under the PMD lock. */
    private long queueFirst = NONE;

    private long queueBits;

    @SuppressWarnings("NullAway.Init")
    public PageTableWalker(KernelRules rules, WalkSettings settings, YoungFrames sink, SecondaryAging secondary) {
        this.rules = rules;
        this.settings = settings;
        this.sink = sink;
        this.secondary = secondary;
        this.windows = new WindowScan(rules, sink, secondary);
    }

    /**
     * Walks an address space in chunks; between them it holds no lock. Gives up where somebody else has made a new generation or
     * holds the mmap lock for writing.
     *
     * @param nonLeafBits accessed bits of upper levels may be used
     */
    public void walk(Actor actor, AddressSpace mm, MmWalk walk, BloomFilter filter, boolean nonLeafBits) {
        this.actor = actor;
        this.mm = mm;
        this.walk = walk;
        this.filter = filter;
        this.table = mm.pageTable;
        this.asking = secondary.asking(mm);
        this.notify = asking != Asking.NONE;
        boolean nonLeafTells = secondary.nonLeafTells(mm);
        this.nonLeaf = nonLeafBits && (rules.nonLeafEvenWhenForced() || !walk.forceScan) && nonLeafTells;
        walk.next = 0;
        actor.charge(Cost.WALK_MM);
        boolean again;
        do {
            if (rules.walkRechecksGeneration() && !sink.current(walk)) {
                break;
            }
            if (!mm.mmapLock.tryShare(actor)) {
                break;
            }
            try {
                again = walkChunk();
            } finally {
                mm.mmapLock.unshare(actor);
            }
            if (walk.batched > 0) {
                sink.flush(actor, walk);
            }
            if (rules.walkYieldsBetweenChunks()) {
                actor.yieldPoint();
            }
        } while (again);
    }

    /** Up to the end of one PUD table's range; true if there is more. Kernel: walk_page_range. */
    private boolean walkChunk() {
        VmaTree vmas = mm.vmas();
        for (int i = vmas.indexAtOrAfter(walk.next); i < vmas.size(); i++) {
            Vma v = vmas.get(i);
            actor.charge(Cost.WALK_VMA);
            if (!VmaChoice.walked(v, walk, rules)) {
                continue;
            }
            for (long at = Math.max(v.start, walk.next); at < v.end; at = (at | P4D_SPAN - 1) + 1) {
                if (table.tableAt(at, 2) != 0) {
                    vma = v;
                    return walkPudRange(at, Math.min(v.end, (at | P4D_SPAN - 1) + 1));
                }
            }
        }
        return false;
    }

    private boolean walkPudRange(long from, long to) {
        rangeStart = from;
        rangeEnd = to;
        long end;
        restart:
        while (true) {
            long at = rangeStart;
            long limit = rangeEnd;
            long pudTable = table.tableAt(at, 2);
            while (at < limit) {
                long next = Math.min(limit, (at | PUD_SPAN - 1) + 1);
                long entry = Words.getLongOpaque(pudTable + 8L * index(at, 2));
                if ((entry & Pte.PRESENT) != 0) {
                    walkPmdRange(at, next);
                    if (walk.batched >= settings.maxBatch()) {
                        end = (at | PUD_SPAN - 1) + 1;
                        break restart;
                    }
                }
                at = next;
            }
            boolean tableLeft = (limit & P4D_SPAN - 1) != 0;
            rangeEnd = limit;
            if (tableLeft && nextVma(P4D_SPAN, PUD_SPAN)) {
                continue;
            }
            end = settings.vmaBatching() ? (limit + P4D_SPAN - 1) & -P4D_SPAN : limit;
            break;
        }
        if (vma == null) {
            return false;
        }
        walk.next = Math.max(end, vma.start);
        return true;
    }

    private void walkPmdRange(long from, long to) {
        rangeStart = from;
        rangeEnd = to;
        while (true) {
            long at = rangeStart;
            long limit = rangeEnd;
            long pmdTable = table.tableAt(at, 1);
            Vma here = vma;
            while (at < limit && here != null) {
                long next = Math.min(limit, (at | PMD_SPAN - 1) + 1);
                visitPmd(pmdTable + 8L * index(at, 1), at, next, here);
                at = next;
            }
            drainQueue(NONE);
            boolean tableLeft = (limit & PUD_SPAN - 1) != 0;
            rangeEnd = limit;
            if (!tableLeft || !nextVma(PUD_SPAN, PMD_SPAN)) {
                return;
            }
        }
    }

    private void visitPmd(long entryAt, long at, long next, Vma here) {
        actor.charge(Cost.WALK_PMD);
        long entry = Words.getLongOpaque(entryAt);
        if ((entry & (Pte.PRESENT | Pte.PROTNONE)) == 0 || Pte.special(entry)) {
            walk.count(WalkStat.LEAF_TOTAL);
            return;
        }
        if (Pte.huge(entry)) {
            visitHuge(entry, at, here);
            return;
        }
        walk.count(WalkStat.NONLEAF_TOTAL);
        if (nonLeaf) {
            if (!Pte.young(entry)) {
                return;
            }
            enqueue(at);
        }
        long key = table.pool().entryId(entryAt);
        if (!walk.forceScan) {
            actor.charge(Cost.BLOOM);
            if (!filter.test(walk.seq, key)) {
                return;
            }
        }
        walk.count(WalkStat.NONLEAF_FOUND);
        if (walkPteRange(table.pool().address(Pte.frame(entry)), at, next)) {
            walk.count(WalkStat.NONLEAF_ADDED);
            filter.insert(walk.seq + 1, key);
        }
    }

    private void visitHuge(long entry, long at, Vma here) {
        walk.count(WalkStat.LEAF_TOTAL);
        if (!Pte.young(entry) && !notify) {
            walk.count(WalkStat.LEAF_OLD);
        } else if (sink.candidate(walk, Pte.frame(entry), here) != YoungFrames.REJECT) {
            enqueue(at);
        }
    }

    /** Leaf entries of one table; true if the table is worth a visit by the next walk. */
    private boolean walkPteRange(long leafTable, long from, long to) {
        if (!table.tryLockLeaf(leafTable)) {
            return rules.contendedTableIsSuitable();
        }
        actor.charge(Cost.WALK_TABLE);
        int total = 0;
        int young = 0;
        rangeStart = from;
        rangeEnd = to;
        while (true) {
            int first = index(rangeStart, 0);
            int n = (int) (rangeEnd - rangeStart);
            Vma here = vma;
            if (here == null) {
                break;
            }
            long at = leafTable + 8L * first;
            young += asking == Asking.WINDOWS
                    ? windows.scan(actor, mm, walk, at, n, rangeStart, here)
                    : scanEntries(at, n, rangeStart, here);
            total += n;
            if ((rangeEnd & PMD_SPAN - 1) == 0 || !nextVma(PMD_SPAN, 1)) {
                break;
            }
        }
        table.unlockLeaf(leafTable);
        walk.count(WalkStat.LEAF_TOTAL, total);
        walk.count(WalkStat.LEAF_YOUNG, young);
        actor.charge(Cost.WALK_PTE_OLD, total - young);
        actor.charge(Cost.WALK_PTE_YOUNG, young);
        return settings.suitable(total, young);
    }

    private int scanEntries(long at, int n, long vpn, Vma here) {
        boolean eachEntry = rules.largeRuns() == KernelRules.LargeRuns.EACH_ENTRY;
        boolean oneTest = rules.largeRuns() == KernelRules.LargeRuns.ONE_TEST;
        boolean ask = notify;
        int young = 0;
        int old = 0;
        int last = YoungFrames.REJECT;
        boolean lastDirty = false;
        boolean sawOther = false;
        for (int i = 0; i < n; i++) {
            long entryAt = at + 8L * i;
            if ((entryAt & LINE_BYTES - 1) == 0 && !ask) {
                if (!sawOther) { // behind a line with other entries another one is likely
                    int uniform = linesOfOld(entryAt, n - i);
                    old += uniform;
                    i += uniform;
                    if (i >= n) {
                        break;
                    }
                    entryAt = at + 8L * i;
                }
                sawOther = false;
            }
            long entry = Words.getLongOpaque(entryAt);
            if (!Pte.mapsPage(entry)) {
                sawOther = true;
                continue;
            }
            if (!Pte.young(entry) && !ask) {
                old++;
                continue;
            }
            sawOther = true;
            int folio = sink.candidate(walk, Pte.frame(entry), here);
            if (folio == YoungFrames.REJECT) {
                continue;
            }
            int run = oneTest ? run(entryAt, n - i, entry, folio) : 1;
            long before = run == 1 ? table.takeAccessed(entryAt, entry) : clearRun(entryAt, run);
            boolean wasYoung = Pte.young(before);
            if (ask) {
                wasYoung |= secondary.clearYoung(actor, mm, vpn + i, vpn + i + run);
            }
            i += run - 1;
            if (!wasYoung) {
                continue;
            }
            young += run;
            if (last != YoungFrames.REJECT && (eachEntry || last != folio)) {
                sink.young(walk, last, lastDirty);
                lastDirty = false;
            }
            last = folio;
            lastDirty |= Pte.dirty(before);
        }
        if (last != YoungFrames.REJECT) {
            sink.young(walk, last, lastDirty);
        }
        walk.count(WalkStat.LEAF_OLD, old);
        return young;
    }

    /** Entries from the start of a cache line on, in whole lines, that all map pages and are old. */
    static int linesOfOld(long lineAt, int most) {
        int i = 0;
        while (i + LINE <= most && (Words.lineDifference(lineAt + 8L * i, Pte.PRESENT) & UNLIKE_OLD) == 0) {
            i += LINE;
        }
        return i;
    }

    /** Entries from one on that map consecutive pages of the same large folio and are tested together. */
    private int run(long entryAt, int most, long entry, int folio) {
        int run = 1;
        int left = folio + sink.pages(folio) - Pte.frame(entry);
        while (run < Math.min(most, left)) {
            long next = Words.getLongOpaque(entryAt + 8L * run);
            if (!Pte.mapsPage(next) || Pte.frame(next) != Pte.frame(entry) + run) {
                break;
            }
            run++;
        }
        return run;
    }

    /** Clears the accessed bits of a run; returns the entries as they were, or-ed. */
    private long clearRun(long entryAt, int run) {
        long before = 0;
        for (int i = 0; i < run; i++) {
            before |= table.takeAccessed(entryAt + 8L * i);
        }
        return before;
    }

    // ---- second pass at the PMD level: 1 + 64 + 1 entries under one lock hold. Kernel: walk_pmd_range_locked.

    private void enqueue(long at) {
        if (queueFirst == NONE) {
            queueFirst = at;
            queueBits = 0;
            return;
        }
        int i = index(at, 1) - index(queueFirst, 1);
        if (i > 0 && i <= QUEUE) {
            queueBits |= 1L << (i - 1);
        } else if (i != 0) {
            drainQueue(at);
        }
    }

    private void drainQueue(long overflow) {
        if (queueFirst == NONE) {
            return;
        }
        long pmdTable = table.entryAt(queueFirst, 1);
        if (pmdTable != 0 && table.tryLockUpper(pmdTable)) { // else what was queued is dropped
            if (overflow != NONE) {
                secondPass(overflow);
            }
            secondPass(queueFirst);
            long base = queueFirst & -PMD_SPAN;
            for (long bits = queueBits; bits != 0; bits &= bits - 1) {
                secondPass(base + (Long.numberOfTrailingZeros(bits) + 1) * PMD_SPAN);
            }
            table.unlockUpper(pmdTable);
        }
        queueFirst = NONE;
        queueBits = 0;
    }

    private void secondPass(long vpn) {
        long entryAt = table.entryAt(vpn, 1);
        if (entryAt == 0) {
            return;
        }
        long entry = Words.getLongOpaque(entryAt);
        if (!Pte.present(entry)) {
            return;
        }
        if (!Pte.huge(entry)) {
            if (nonLeaf) {
                table.takeAccessed(entryAt);
            }
            return;
        }
        Vma here = mm.vmas().find(vpn);
        if (here == null) {
            return;
        }
        int folio = sink.candidate(walk, Pte.frame(entry), here);
        if (folio == YoungFrames.REJECT) {
            return;
        }
        long before = table.takeAccessed(entryAt);
        boolean young = Pte.young(before);
        if (notify) {
            young |= secondary.clearYoungHuge(actor, mm, vpn & -PMD_SPAN, window);
        }
        if (young) {
            walk.count(WalkStat.LEAF_YOUNG);
            actor.charge(Cost.WALK_PTE_YOUNG);
            sink.young(walk, folio, Pte.dirty(before));
        }
    }

    // ---- mappings

    /**
     * Moves on to the next eligible mapping that starts before the end of the current table; the range becomes its part inside
     * the table. Leaves {@link #vma} at the mapping looked at last, null behind the last one. Kernel: get_next_vma.
     *
     * @param tableSpan pages that the table spans
     * @param entrySpan pages that one of its entries spans
     */
    private boolean nextVma(long tableSpan, long entrySpan) {
        if (!settings.vmaBatching()) {
            return false;
        }
        long start = (rangeEnd + entrySpan - 1) & -entrySpan;
        long end = (start | tableSpan - 1) + 1;
        VmaTree vmas = mm.vmas();
        for (int i = vmas.indexAtOrAfter(start); i < vmas.size(); i++) {
            Vma v = vmas.get(i);
            vma = v;
            if (end <= v.start) {
                return false;
            }
            actor.charge(Cost.WALK_VMA);
            if (!VmaChoice.walked(v, walk, rules)) {
                continue;
            }
            rangeStart = Math.max(start, v.start);
            rangeEnd = Math.min(end, v.end);
            return true;
        }
        vma = null;
        return false;
    }

    private static int index(long vpn, int level) {
        return (int) (vpn >>> (PageTable.LEVEL_BITS * level)) & (PageTable.ENTRIES - 1);
    }
}
