package org.multigen.walk;

import org.multigen.addrspace.AddressSpace;
import org.multigen.addrspace.Vma;
import org.multigen.addrspace.YoungWindow;
import org.multigen.base.Actor;
import org.multigen.base.Words;
import org.multigen.guest.SecondaryAging;
import org.multigen.pagetable.Pte;
import org.multigen.rules.KernelRules;

/**
 * Leaf entries of an address space whose secondary MMUs are asked about windows of up to 64 pages: first what may be asked about
 * is found, then one call says which of it was used, then host and guest together decide. One instance serves one walker at a
 * time.
 */
final class WindowScan {
    private final KernelRules rules;
    private final YoungFrames sink;
    private final SecondaryAging secondary;
    private final YoungWindow window = new YoungWindow();
    private final int[] folios = new int[YoungWindow.PAGES];

    WindowScan(KernelRules rules, YoungFrames sink, SecondaryAging secondary) {
        this.rules = rules;
        this.sink = sink;
        this.secondary = secondary;
    }

    /** Looks at {@code n} entries from an address on, which map the pages from {@code vpn} on; returns the young ones. */
    int scan(Actor actor, AddressSpace mm, MmWalk walk, long at, int n, long vpn, Vma vma) {
        int young = 0;
        for (int done = 0; done < n; ) {
            int size = Math.min(n - done, YoungWindow.PAGES - (int) (vpn + done & YoungWindow.PAGES - 1));
            long first = at + 8L * done;
            window.ask(vpn + done, candidates(walk, first, size, vma));
            secondary.clearYoung(actor, mm, window);
            young += update(mm, walk, first);
            done += size;
        }
        return young;
    }

    private long candidates(MmWalk walk, long at, int size, Vma vma) {
        long wanted = 0;
        int old = 0;
        for (int i = 0; i < size; i++) {
            long entry = Words.getLongOpaque(at + 8L * i);
            if (!Pte.mapsPage(entry)) {
                continue;
            }
            int folio = sink.candidate(walk, Pte.frame(entry), vma);
            if (folio == YoungFrames.REJECT) {
                old += Pte.young(entry) ? 0 : 1;
            } else {
                folios[i] = folio;
                wanted |= 1L << i;
            }
        }
        walk.count(WalkStat.LEAF_OLD, old);
        return wanted;
    }

    private int update(AddressSpace mm, MmWalk walk, long at) {
        boolean eachEntry = rules.largeRuns() == KernelRules.LargeRuns.EACH_ENTRY;
        int young = 0;
        int last = YoungFrames.REJECT;
        boolean lastDirty = false;
        for (long left = window.wanted; left != 0; left &= left - 1) {
            int i = Long.numberOfTrailingZeros(left);
            long before = mm.pageTable.takeAccessed(at + 8L * i);
            if (!Pte.young(before) && (window.young >>> i & 1) == 0) {
                walk.count(WalkStat.LEAF_OLD);
                continue;
            }
            young++;
            if (last != YoungFrames.REJECT && (eachEntry || last != folios[i])) {
                sink.young(walk, last, lastDirty);
                lastDirty = false;
            }
            last = folios[i];
            lastDirty |= Pte.dirty(before);
        }
        if (last != YoungFrames.REJECT) {
            sink.young(walk, last, lastDirty);
        }
        return young;
    }
}
