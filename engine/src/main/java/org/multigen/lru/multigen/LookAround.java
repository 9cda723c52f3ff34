package org.multigen.lru.multigen;

import org.jspecify.annotations.Nullable;
import org.multigen.addrspace.Vma;
import org.multigen.addrspace.YoungWindow;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.PerActor;
import org.multigen.base.Words;
import org.multigen.guest.AgingPolicy;
import org.multigen.guest.SecondaryAging;
import org.multigen.guest.SecondaryAging.Asking;
import org.multigen.lru.FolioBatches;
import org.multigen.lru.Lruvec;
import org.multigen.lru.LruvecTable;
import org.multigen.lru.Lruvecs;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.memory.PageLog;
import org.multigen.pagetable.PageTable;
import org.multigen.pagetable.Pte;
import org.multigen.pagetable.TablePool;
import org.multigen.rules.KernelRules;
import org.multigen.walk.MmWalk;
import org.multigen.walk.WalkSettings;

/**
 * When the reverse map finds a page young, its neighbours in the same table are looked at too, and a table that proves busy is
 * entered in the filter for the next walk. Kernel: mm/vmscan.c lru_gen_look_around.
 */
public final class LookAround {
    private static final int WINDOW = 64;

    private final FolioTable folios;
    private final KernelRules rules;
    private final WalkSettings settings;
    private final Promotion promotion;
    private final WalkBatches walks;
    private final FolioBatches batches;
    private final Lruvecs lruvecs;
    private final LruvecTable<Generations> generations;
    private final TablePool tables;
    private final SecondaryAging secondary;
    private final PerActor<YoungWindow> asks = new PerActor<>(YoungWindow::new);
    private final PerActor<Marked> marks = new PerActor<>(Marked::new);

    /** Neighbours of the window at hand that are to be promoted together. */
    private static final class Marked {
        final int[] folios = new int[WINDOW];
        int count;
    }

    LookAround(
            FolioTable folios,
            KernelRules rules,
            WalkSettings settings,
            Promotion promotion,
            WalkBatches walks,
            FolioBatches batches,
            Lruvecs lruvecs,
            LruvecTable<Generations> generations,
            TablePool tables,
            SecondaryAging secondary) {
        this.secondary = secondary;
        this.folios = folios;
        this.rules = rules;
        this.settings = settings;
        this.promotion = promotion;
        this.walks = walks;
        this.batches = batches;
        this.lruvecs = lruvecs;
        this.generations = generations;
        this.tables = tables;
    }

    /**
     * Clears the accessed bit of an entry that maps a page under reclaim, and looks around if it was set.
     *
     * @param folio the page's folio
     * @return true if it was young
     */
    public boolean clearAndLook(Actor actor, int folio, Vma vma, long vpn, long entryAt) {
        if (rules.lookAround() == KernelRules.LookAround.TARGET_INSIDE) {
            return lookAndClear(actor, folio, vma, vpn, entryAt);
        }
        int toEnd = PageTable.PMD_PAGES - (int) (vpn & PageTable.PMD_PAGES - 1);
        int most = (int) Math.min(toEnd, vma.end - vpn);
        int run = run(entryAt, most, Words.getLongOpaque(entryAt), folio);
        boolean byTheWay = secondary.policy() == AgingPolicy.LANDED && secondary.guestDecides(vma.mm);
        boolean host = false;
        boolean guest = false;
        for (int i = 0; i < run; i++) {
            host |= vma.mm.pageTable.clearYoung(entryAt + 8L * i);
            if (byTheWay) {
                guest |= secondary.clearYoung(actor, vma.mm, vpn + i, vpn + i + 1);
            }
        }
        if (!byTheWay && vma.mm.hasSecondaryMmu()) {
            guest = SecondaryAging.clearAtEviction(actor, vma.mm, vpn, vpn + run);
        }
        int which = secondary.neighbours(vma.mm, host, guest);
        if (which != 0) {
            look(actor, folio, vma, vpn, entryAt, 1, which);
        }
        return host | guest;
    }

    /** The first kernels look around first, the page itself included, and ask the guest last unless their policy differs. */
    private boolean lookAndClear(Actor actor, int folio, Vma vma, long vpn, long entryAt) {
        boolean host = Pte.young(Words.getLongOpaque(entryAt));
        boolean first = secondary.guestDecides(vma.mm);
        boolean guest = first && SecondaryAging.clearAtEviction(actor, vma.mm, vpn, vpn + 1);
        int which = secondary.neighbours(vma.mm, host, guest);
        if (which != 0) {
            look(actor, folio, vma, vpn, entryAt, 0, which);
        }
        host |= vma.mm.pageTable.clearYoung(entryAt);
        return host | (first ? guest : SecondaryAging.clearAtEviction(actor, vma.mm, vpn, vpn + 1));
    }

    private void look(Actor actor, int folio, Vma vma, long vpn, long entryAt, int youngAtStart, int which) {
        if (!settings.lookAround() || vma.has(Vma.SPECIAL) || vma.mm.pageTable.leafContended(entryAt)) {
            return;
        }
        if (rules.lookAround() == KernelRules.LookAround.TARGET_INSIDE && vma.has(Vma.SEQ_READ | Vma.RAND_READ)) {
            return;
        }
        long tableStart = vpn & -(long) PageTable.PMD_PAGES;
        long start = Math.max(tableStart, vma.start);
        long end = Math.min(tableStart + PageTable.PMD_PAGES, vma.end);
        if (end - start == 1 && rules.lookAround() == KernelRules.LookAround.TARGET_FIRST) {
            return;
        }
        if (end - start > WINDOW) {
            if (vpn - start < WINDOW / 2) {
                end = start + WINDOW;
            } else if (end - vpn - 1 < WINDOW / 2) {
                start = end - WINDOW;
            } else {
                start = vpn - WINDOW / 2;
                end = vpn + WINDOW / 2;
            }
        }
        actor.charge(Cost.LOOK_AROUND);
        Lruvec lruvec = lruvecs.of(folio);
        Generations g = generations.get(lruvec);
        long firstAt = entryAt - 8 * (vpn - start);
        int young = youngAtStart + window(actor, g, lruvec, vma, start, end, firstAt, which);
        if (settings.suitable((int) (end - start), young)) {
            long pmd = vma.mm.pageTable.entryAt(vpn, 1);
            actor.charge(Cost.BLOOM);
            g.iteration.filter().insert(g.maxSeq(), tables.entryId(pmd));
        }
    }

    private int window(
            Actor actor, Generations g, Lruvec lruvec, Vma vma, long start, long end, long firstAt, int which) {
        boolean guest = (which & SecondaryAging.GUEST) != 0;
        boolean host = (which & SecondaryAging.HOST) != 0;
        MmWalk walk = Aging.attachedWalk(actor);
        boolean inWindows = guest && secondary.asking(vma.mm) == Asking.WINDOWS;
        if (inWindows) {
            askWindow(actor, lruvec, walk, vma, start, end, firstAt);
        }
        YoungWindow asked = asks.of(actor);
        int found = 0;
        int last = FolioTable.NONE;
        for (long i = 0; i < end - start; i++) {
            long at = firstAt + 8 * i;
            long entry = Words.getLongOpaque(at);
            boolean told = inWindows && (asked.young >>> i & 1) != 0;
            boolean mayBeYoung = (host && Pte.young(entry)) || told || (guest && !inWindows);
            if (!Pte.mapsPage(entry) || !mayBeYoung) {
                continue;
            }
            int neighbour = neighbour(lruvec, walk, entry);
            if (neighbour == FolioTable.NONE) {
                continue;
            }
            int run = run(at, (int) (end - start - i), entry, neighbour);
            boolean young = false;
            for (int k = 0; k < run; k++) {
                if (host) {
                    young |= vma.mm.pageTable.clearYoung(at + 8L * k);
                }
                if (guest && !inWindows) {
                    young |= secondary.clearYoung(actor, vma.mm, start + i + k, start + i + k + 1);
                }
                young |= inWindows && (asked.young >>> i + k & 1) != 0;
            }
            i += run - 1;
            if (!young) {
                continue;
            }
            found += run;
            if (Pte.dirty(entry)) {
                walks.carryDirty(neighbour);
            }
            if (neighbour != last || rules.largeRuns() == KernelRules.LargeRuns.EACH_ENTRY) {
                promote(actor, g, walk, neighbour);
            }
            last = neighbour;
        }
        Marked marked = marks.of(actor);
        if (marked.count > 0) {
            promoteMarked(actor, g, marked);
        }
        return found;
    }

    /** Asks the fast hook once about all entries that may be promoted. */
    private void askWindow(
            Actor actor, Lruvec lruvec, @Nullable MmWalk walk, Vma vma, long start, long end, long firstAt) {
        long wanted = 0;
        for (int i = 0; i < end - start; i++) {
            long entry = Words.getLongOpaque(firstAt + 8L * i);
            if (Pte.mapsPage(entry) && neighbour(lruvec, walk, entry) != FolioTable.NONE) {
                wanted |= 1L << i;
            }
        }
        YoungWindow asked = asks.of(actor);
        asked.ask(start, wanted);
        secondary.clearYoung(actor, vma.mm, asked);
    }

    /** The folio of an entry if it may be promoted along with the page under reclaim. */
    private int neighbour(Lruvec lruvec, @Nullable MmWalk walk, long entry) {
        int neighbour = folios.folioOf(Pte.frame(entry));
        long flags = folios.flags(neighbour);
        if (FolioFlags.node(flags) != lruvec.node.id() || FolioFlags.memcg(flags) != lruvec.memcg.id()) {
            return FolioTable.NONE;
        }
        boolean swapUnknown = walk != null && !walk.anonWanted() && rules.lookAroundAsksWalkForSwap();
        if (swapUnknown && FolioFlags.type(flags) == Generations.ANON) {
            return FolioTable.NONE;
        }
        if (rules.walkSkipsOffList() && FolioFlags.gen(flags) < 0) {
            return FolioTable.NONE; // isolated: its own check is still to come
        }
        return neighbour;
    }

    /** Entries from one on that map consecutive pages of the same large folio and are tested together. */
    private int run(long at, int most, long entry, int folio) {
        int run = 1;
        if (rules.largeRuns() == KernelRules.LargeRuns.ONE_TEST) {
            int left = folio + folios.pages(folio) - Pte.frame(entry);
            while (run < Math.min(most, left)) {
                long next = Words.getLongOpaque(at + 8L * run);
                if (!Pte.mapsPage(next) || Pte.frame(next) != Pte.frame(entry) + run) {
                    break;
                }
                run++;
            }
        }
        return run;
    }

    private void promote(Actor actor, Generations g, @Nullable MmWalk walk, int folio) {
        if (walk != null) {
            walks.promote(walk, g, folio, PageLog.BY_LOOK_AROUND);
            return;
        }
        if (rules.lookAroundCountsSightings()) {
            boolean twice = promotion.countSighting(folio);
            folios.log().used(folio, PageLog.BY_LOOK_AROUND, twice);
            if (twice) {
                batches.activate(actor, folio);
            }
            return;
        }
        int gen = FolioFlags.gen(folios.flags(folio));
        folios.log().used(folio, PageLog.BY_LOOK_AROUND, gen >= 0);
        if (gen < 0) {
            folios.set(folio, FolioFlags.REFERENCED);
        } else if (gen != Generations.genOf(g.maxSeq())) {
            if (rules.lookAround() == KernelRules.LookAround.TARGET_INSIDE) {
                Marked marked = marks.of(actor);
                marked.folios[marked.count++] = folio;
                return;
            }
            promotion.clearUses(folio);
            batches.activate(actor, folio);
        }
    }

    /** The first kernels promote a few neighbours by way of the batch, and many at once under the lru lock. */
    private void promoteMarked(Actor actor, Generations g, Marked marked) {
        boolean few = marked.count < rules.folioBatchSize();
        if (!few) {
            g.lruvec.lock.lock(actor);
        }
        int gen = Generations.genOf(g.maxSeq());
        for (int i = 0; i < marked.count; i++) {
            if (few) {
                batches.activate(actor, marked.folios[i]);
                continue;
            }
            long old = promotion.seenByWalk(marked.folios[i], gen);
            if (old != 0) {
                g.updateSize(old, FolioFlags.gen(old), gen);
            }
        }
        if (!few) {
            g.lruvec.lock.unlock(actor);
        }
        marked.count = 0;
    }
}
