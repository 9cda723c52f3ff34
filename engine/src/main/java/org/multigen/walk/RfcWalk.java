package org.multigen.walk;

import org.jspecify.annotations.Nullable;
import org.multigen.addrspace.AddressSpace;
import org.multigen.addrspace.Vma;
import org.multigen.addrspace.VmaTree;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.Words;
import org.multigen.pagetable.PageTable;
import org.multigen.pagetable.Pte;
import org.multigen.rules.KernelRules;

/**
 * The walk with a callback as it was proposed in 2025, kept to show what its defects cost. Where it resumes after the buffer was
 * full:
 *
 * <ul>
 *   <li>a stop at a leaf with entries queued for the second pass: at the first of them, whose work is lost
 *   <li>a stop at the last leaf of a table, or in a later mapping of it, with nothing queued: nowhere, the rest is skipped
 *   <li>a stop at the entry that made the queue overflow: behind it, and what was queued is lost
 *   <li>the first version offers one page more than fits, which is lost, and gives up when ageing has made a generation
 * </ul>
 */
final class RfcWalk {
    enum End {
        DONE,
        AGAIN,
        /** The first version hands any other error to its caller, which ends the address space. */
        ERROR
    }

    private static final long PMD_SPAN = PageTable.PMD_PAGES;
    private static final long PUD_SPAN = PageTable.PUD_PAGES;
    private static final int QUEUE = 64;
    private static final long NONE = -1;

    private final boolean first;
    private final KernelRules rules;
    private final WalkSettings settings;
    private final YoungFrames sink;
    private final ScanStats stats;

    private Actor actor;
    private AddressSpace mm;
    private PageTable table;
    private MmWalk walk;
    private BloomFilter filter;
    private AccessedFrames out;
    private boolean nonLeaf;
    private boolean brimful;
    private boolean stopped;
    private long resume;
    private final long[] queue = new long[QUEUE + 1];
    private int queued;

    @SuppressWarnings("NullAway.Init")
    RfcWalk(boolean first, KernelRules rules, WalkSettings settings, YoungFrames sink, ScanStats stats) {
        this.first = first;
        this.rules = rules;
        this.settings = settings;
        this.sink = sink;
        this.stats = stats;
    }

    void startSpace(MmWalk state) {
        state.next = 0;
    }

    End chunk(
            Actor by,
            AddressSpace space,
            MmWalk state,
            BloomFilter filterOfAgeing,
            boolean nonLeafBits,
            AccessedFrames frames) {
        actor = by;
        mm = space;
        table = space.pageTable;
        walk = state;
        filter = filterOfAgeing;
        out = frames;
        nonLeaf = nonLeafBits && !state.forceScan;
        brimful = false;
        stopped = false;
        queued = 0;
        if (first && !sink.current(state)) {
            stats.abandoned++;
            return End.ERROR;
        }
        if (!space.mmapLock.tryShare(by)) {
            return End.ERROR;
        }
        try {
            mappings();
        } finally {
            space.mmapLock.unshare(by);
        }
        if (state.batched > 0) {
            sink.flush(by, state);
        }
        if (!stopped || resume == NONE) {
            return End.DONE;
        }
        state.next = resume;
        return End.AGAIN;
    }

    private void mappings() {
        VmaTree vmas = mm.vmas();
        for (int i = vmas.indexAtOrAfter(walk.next); i < vmas.size() && !stopped; i++) {
            Vma v = vmas.get(i);
            actor.charge(Cost.WALK_VMA);
            if (!VmaChoice.walked(v, walk, rules)) {
                continue;
            }
            long at = Math.max(walk.next, v.start);
            while (at < v.end && !stopped) {
                long end = Math.min(v.end, (at | PUD_SPAN - 1) + 1);
                if (table.tableAt(at, 1) != 0) {
                    pmdRange(at, end, i);
                }
                at = end;
            }
            walk.next = Math.max(walk.next, v.end);
        }
    }

    private void pmdRange(long from, long end, int vma) {
        for (long at = from; at < end && !stopped; at = (at | PMD_SPAN - 1) + 1) {
            actor.charge(Cost.WALK_PMD);
            stats.entries++;
            long entryAt = table.entryAt(at, 1);
            long entry = Words.getLongOpaque(entryAt);
            if ((entry & Pte.PRESENT) == 0 || Pte.special(entry)) {
                continue;
            }
            if (Pte.huge(entry)) {
                enqueue(at);
                continue;
            }
            if (nonLeaf && !Pte.young(entry)) {
                continue;
            }
            if (nonLeaf) {
                enqueue(at);
            }
            long key = table.pool().entryId(entryAt);
            if (!stopped && wanted(key)) {
                leaves(key, at, Math.min(end, (at | PMD_SPAN - 1) + 1), vma);
            }
        }
        if (!stopped) {
            drain(NONE);
        }
    }

    private boolean wanted(long key) {
        if (walk.forceScan) {
            return true;
        }
        actor.charge(Cost.BLOOM);
        boolean learned = filter.test(walk.seq, key);
        stats.unlearned += learned ? 0 : 1;
        return learned;
    }

    /** The leaves of one table, those of later mappings in it too. */
    private void leaves(long key, long from, long end, int firstVma) {
        actor.charge(Cost.WALK_TABLE);
        stats.tables++;
        VmaTree vmas = mm.vmas();
        long tableEnd = (from | PMD_SPAN - 1) + 1;
        int total = 0;
        int young = 0;
        long at = from;
        for (int i = firstVma; i < vmas.size() && vmas.get(i).start < tableEnd; i++) {
            Vma v = vmas.get(i);
            if (!VmaChoice.walked(v, walk, rules)) {
                continue;
            }
            at = Math.max(at, v.start);
            long until = Math.min(tableEnd, v.end);
            for (; at < until; at++, total++) {
                young += leaf(table.leafAt(at), v) ? 1 : 0;
                if (stopped) {
                    boolean lastOfRange = at + 1 == until || i != firstVma;
                    resume = queued > 0 ? queue[0] : lastOfRange ? NONE : at + 1;
                    return;
                }
            }
        }
        stats.leaves += total;
        if (settings.suitable(total, young)) {
            filter.insert(walk.seq + 1, key);
            stats.learned++;
        }
    }

    private boolean leaf(long entryAt, Vma v) {
        actor.charge(Cost.WALK_PTE_OLD);
        long entry = Words.getLongOpaque(entryAt);
        if (!Pte.mapsPage(entry) || !Pte.young(entry)) {
            return false;
        }
        table.lockLeaf(entryAt);
        boolean young = youngLeaf(entryAt, Words.getLongOpaque(entryAt), v);
        table.unlockLeaf(entryAt);
        return young;
    }

    private boolean youngLeaf(long entryAt, long entry, Vma v) {
        if (!Pte.mapsPage(entry)) {
            return false;
        }
        int folio = sink.candidate(walk, Pte.frame(entry), v);
        if (folio == YoungFrames.REJECT) {
            return false;
        }
        long before = table.takeAccessed(entryAt);
        report(Pte.frame(before), folio, Pte.dirty(before));
        return true;
    }

    private void report(int frame, int folio, boolean dirty) {
        actor.charge(Cost.WALK_PTE_YOUNG);
        stats.young++;
        sink.young(walk, folio, dirty);
        if (brimful) {
            stats.lost++;
            stopped = true;
            return;
        }
        brimful = out.accessed(frame);
        stopped = brimful && !first;
        stats.full += brimful ? 1 : 0;
    }

    // ---- second pass

    private void enqueue(long at) {
        if (queued > 0 && at - (queue[0] & -PMD_SPAN) > QUEUE * PMD_SPAN) {
            drain(at);
            return;
        }
        queue[queued++] = at;
    }

    private void drain(long overflow) {
        if (overflow != NONE) {
            second(overflow);
            if (stopped) {
                resume = (overflow | PMD_SPAN - 1) + 1;
                queued = 0;
                return;
            }
        }
        for (int i = 0; i < queued; i++) {
            second(queue[i]);
            if (stopped) {
                resume = i + 1 < queued ? queue[i + 1] : (queue[i] | PMD_SPAN - 1) + 1;
                break;
            }
        }
        queued = 0;
    }

    private void second(long vpn) {
        long entryAt = table.entryAt(vpn, 1);
        long entry = entryAt == 0 ? 0 : Words.getLongOpaque(entryAt);
        if (!Pte.present(entry)) {
            return;
        }
        if (!Pte.huge(entry)) {
            if (nonLeaf) {
                table.takeAccessed(entryAt);
            }
            return;
        }
        table.lockUpper(entryAt);
        long now = Words.getLongOpaque(entryAt);
        if (Pte.huge(now)) {
            secondHuge(entryAt, now, mm.vmas().find(vpn));
        }
        table.unlockUpper(entryAt);
    }

    private void secondHuge(long entryAt, long entry, @Nullable Vma v) {
        int folio = v == null ? YoungFrames.REJECT : sink.candidate(walk, Pte.frame(entry), v);
        stats.leaves++;
        if (folio != YoungFrames.REJECT && Pte.young(table.takeAccessed(entryAt))) {
            report(Pte.frame(entry), folio, Pte.dirty(entry));
        }
    }
}
