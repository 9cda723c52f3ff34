package org.multigen.lru.multigen;

import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.VmEvent;
import org.multigen.lru.Flushers;
import org.multigen.lru.FolioBatches;
import org.multigen.lru.FolioRelease;
import org.multigen.lru.FolioShrinker;
import org.multigen.lru.LruLists;
import org.multigen.lru.Lruvec;
import org.multigen.lru.ReclaimRequest;
import org.multigen.lru.ReclaimTrace;
import org.multigen.lru.ShrinkResult;
import org.multigen.lru.TracePoint;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.memory.PageLog;
import org.multigen.rules.KernelRules;
import org.multigen.walk.WalkSettings;

/**
 * One round of eviction: takes pages of the oldest generation, hands them to reclaim, puts the survivors back. Kernel:
 * mm/vmscan.c evict_folios, isolate_folios, scan_folios, sort_folio, isolate_folio.
 */
final class Eviction {
    /** Counted uses and working-set mark at their maximum. */
    static final int SATURATED = 5;

    private static final int FULL_USES = 4;
    private static final long MARKS = FolioFlags.REFS_MASK | FolioFlags.REFERENCED | FolioFlags.WORKINGSET;

    private final FolioTable folios;
    private final KernelRules rules;
    private final TierController controller;
    private final Promotion promotion;
    private final Placement placement;
    private final Aging aging;
    private final WalkBatches walks;
    private final LruLists lists;
    private final FolioBatches batches;
    private final FolioRelease release;
    private final TracePoint trace;
    private final WalkSettings settings;
    private FolioShrinker shrinker;
    private Flushers flushers;

    @SuppressWarnings("NullAway.Init")
    Eviction(
            FolioTable folios,
            KernelRules rules,
            TierController controller,
            Promotion promotion,
            Placement placement,
            Aging aging,
            WalkBatches walks,
            LruLists lists,
            FolioBatches batches,
            FolioRelease release,
            TracePoint trace,
            WalkSettings settings) {
        this.folios = folios;
        this.rules = rules;
        this.controller = controller;
        this.promotion = promotion;
        this.placement = placement;
        this.aging = aging;
        this.walks = walks;
        this.lists = lists;
        this.batches = batches;
        this.release = release;
        this.trace = trace;
        this.settings = settings;
    }

    void setShrinker(FolioShrinker shrinker) {
        this.shrinker = shrinker;
    }

    void setFlushers(Flushers theirs) {
        flushers = theirs;
    }

    /**
     * One round.
     *
     * @param limit pages to look at, at most
     * @return pages looked at, in the kernel's own way of counting: 0 ends the loop
     */
    int round(Actor actor, Generations g, ReclaimRequest request, int swappiness, long limit) {
        int list = folios.newListHead();
        Lruvec lruvec = g.lruvec;
        lruvec.lock.lock(actor);
        if (rules.advanceBeforeRound()) {
            aging.advanceOldest(g, swappiness);
        }
        request.takenNow = 0;
        int scanned = isolate(actor, g, request, swappiness, limit, list);
        if (rules.advanceBeforeRound()) {
            if (scanned > 0) {
                aging.advanceOldest(g, swappiness);
            }
        } else if (aging.advanceOldest(g, swappiness)) {
            scanned++;
        }
        if (rules.twoGenerationsEndRound() && twoLeft(g, swappiness)) {
            scanned = 0;
        }
        lruvec.lock.unlock(actor);
        if (!folios.listEmpty(list)) {
            shrinkAndPutBack(actor, g, request, list, scanned);
        }
        folios.freeListHead(list);
        return scanned;
    }

    void wakeFlushers() {
        flushers.wake();
    }

    /** No lock is held. */
    void letFlushersRun(Actor actor) {
        flushers.run(actor);
    }

    private boolean twoLeft(Generations g, int swappiness) {
        long min = rules.alignment() == KernelRules.Alignment.ANON_NEVER_AHEAD
                ? g.minSeq(Generations.anonEvictable(swappiness) ? Generations.ANON : Generations.FILE)
                : g.evictableMinSeq(swappiness);
        return g.maxSeq() - min + 1 == Generations.MIN;
    }

    /** The request's last round looked at anonymous pages. */
    static boolean scannedAnon(ReclaimRequest request) {
        return request.scannedType == Generations.ANON;
    }

    // ---- which type and tiers

    private int isolate(Actor actor, Generations g, ReclaimRequest request, int swappiness, long limit, int list) {
        boolean both = Generations.anonEvictable(swappiness) && Generations.fileEvictable(swappiness);
        int tier = -1;
        int type;
        if (!Generations.anonEvictable(swappiness)) {
            type = Generations.FILE;
        } else if (!Generations.fileEvictable(swappiness)) {
            type = Generations.ANON;
        } else if (rules.typeByAgeAndFirstTier() && g.minSeq(Generations.ANON) < g.minSeq(Generations.FILE)) {
            type = Generations.ANON;
        } else if (swappiness == 1) {
            type = Generations.FILE;
        } else if (swappiness >= 200) {
            type = Generations.ANON;
        } else {
            type = controller.cheaperType(g, swappiness);
            if (rules.typeByAgeAndFirstTier()) {
                tier = controller.highestEvictedTier(g, type, swappiness);
            }
        }
        int scanned = 0;
        for (int attempt = 0; attempt < (both ? 2 : 1); attempt++) {
            if (tier < 0) {
                tier = controller.highestEvictedTier(g, type);
            }
            request.scannedType = type;
            int looked = scan(actor, g, request, type, tier, limit, list);
            scanned += looked;
            if (rules.sameTypeAgain() ? request.takenNow > 0 : looked > 0) {
                break;
            }
            if (looked == 0) {
                type = 1 - type;
            }
            tier = -1;
        }
        return scanned;
    }

    /** Kernel: scan_folios. */
    private int scan(
            Actor actor, Generations g, ReclaimRequest request, int type, int tierLimit, long limit, int list) {
        if (g.count(type) == Generations.MIN) {
            return 0;
        }
        int gen = Generations.genOf(g.minSeq(type));
        long remaining = Math.min(limit, settings.maxBatch());
        int scanned = 0;
        int sorted = 0;
        int isolated = 0;
        int skipped = 0;
        int maxZone = Math.min(request.maxZone, g.zones - 1);
        zones:
        for (int i = g.zones; i > 0; i--) {
            int zone = (maxZone + i) % g.zones;
            int head = g.list(gen, type, zone);
            int skippedZone = 0;
            int moved = folios.newListHead();
            while (!folios.listEmpty(head)) {
                int folio = folios.listLast(head);
                int pages = folios.pages(folio);
                scanned += pages;
                actor.charge(Cost.ISOLATE);
                if (sort(actor, g, folio, type, zone, tierLimit, request)) {
                    sorted += pages;
                } else if (take(g, folio, type)) {
                    folios.listAdd(list, folio);
                    isolated += pages;
                } else {
                    folios.listDel(folio);
                    folios.listAdd(moved, folio);
                    skippedZone += pages;
                }
                if (--remaining == 0 || Math.max(isolated, skippedZone) >= settings.minBatch()) {
                    break;
                }
            }
            folios.listSplice(moved, head);
            folios.freeListHead(moved);
            skipped += skippedZone;
            if (remaining == 0 || isolated >= settings.minBatch()) {
                break zones;
            }
        }
        countScan(actor, g.lruvec, request, type, isolated, sorted, skipped);
        request.takenNow = isolated;
        ReclaimTrace listener = trace.listener();
        if (listener != null) {
            listener.isolate(type == Generations.FILE, scanned, isolated);
        }
        g.lruvec.isolated[type] += isolated;
        return rules.scannedAlwaysCounts() || isolated > 0 || remaining == 0 ? scanned : 0;
    }

    private static void countScan(
            Actor actor, Lruvec lruvec, ReclaimRequest request, int type, int isolated, int sorted, int skipped) {
        VmEvent by = request.kswapd
                ? VmEvent.PGSCAN_KSWAPD
                : request.proactive ? VmEvent.PGSCAN_PROACTIVE : VmEvent.PGSCAN_DIRECT;
        if (!request.memcgReclaim()) {
            actor.count(by, isolated);
            actor.count(VmEvent.PGREFILL, sorted);
        }
        lruvec.memcg.count(by, isolated);
        lruvec.memcg.count(VmEvent.PGREFILL, sorted);
        actor.count(type == Generations.ANON ? VmEvent.PGSCAN_ANON : VmEvent.PGSCAN_FILE, isolated);
        actor.count(VmEvent.PGSCAN_SKIP, skipped);
    }

    /** Puts a page where it belongs instead of evicting it; false if it may be taken. Kernel: sort_folio. */
    private boolean sort(
            Actor actor, Generations g, int folio, int type, int zone, int tierLimit, ReclaimRequest request) {
        long flags = folios.flags(folio);
        int gen = FolioFlags.gen(flags);
        if (rules.sortUnevictable() && !lists.evictable(folio)) {
            placement.remove(g, folio, true);
            folios.set(folio, FolioFlags.UNEVICTABLE);
            lists.linkUnevictable(g.lruvec, folio);
            actor.count(VmEvent.UNEVICTABLE_PGS_CULLED, FolioFlags.pages(flags));
            return true;
        }
        if (gen != Generations.genOf(g.minSeq(type))) {
            folios.listDel(folio);
            folios.listAdd(g.list(gen, type, zone), folio);
            return true;
        }
        boolean workingset = (flags & FolioFlags.WORKINGSET) != 0;
        int uses = rules.uses(FolioFlags.refs(flags), (flags & FolioFlags.REFERENCED) != 0, workingset);
        int tier = tierOf(flags);
        boolean full = rules.saturatedCounted() ? uses == FULL_USES : uses + (workingset ? 1 : 0) == SATURATED;
        if (tier > tierLimit || full) {
            moveOn(g, folio, type, zone, false, rules.protectedToHead());
            if (rules.saturatedCounted() || !full) {
                g.protectedPages[g.counter(g.history(g.minSeq(type)), type, tier)] += FolioFlags.pages(flags);
            }
            actor.charge(Cost.SORT);
            folios.log().kept(folio, PageLog.TIER);
            return true;
        }
        if (zone > request.maxZone) {
            moveOn(g, folio, type, zone, false, false);
            return true;
        }
        if (type == Generations.FILE && waits(flags)) {
            countWaiting(request, flags);
            moveOn(g, folio, type, zone, true, true);
            folios.log().kept(folio, (flags & FolioFlags.DIRTY) != 0 ? PageLog.DIRTY : PageLog.IN_WRITEBACK);
            return true;
        }
        return false;
    }

    private int tierOf(long flags) {
        boolean workingset = (flags & FolioFlags.WORKINGSET) != 0;
        return rules.tier(
                rules.uses(FolioFlags.refs(flags), (flags & FolioFlags.REFERENCED) != 0, workingset), workingset);
    }

    private boolean waits(long flags) {
        return switch (rules.dirtyFiles()) {
            case PASS -> false;
            case SORT -> (flags & (FolioFlags.DIRTY | FolioFlags.WRITEBACK)) != 0;
            case SORT_WITH_LOCKED -> (flags & (FolioFlags.LOCKED | FolioFlags.DIRTY | FolioFlags.WRITEBACK)) != 0;
        };
    }

    /** Pages passed over because they are dirty count as taken where the flushers are woken for want of clean ones. */
    private void countWaiting(ReclaimRequest request, long flags) {
        if ((flags & FolioFlags.DIRTY) != 0 && rules.flusherWake() == KernelRules.FlusherWake.AFTER_LRUVEC) {
            request.fileTaken += FolioFlags.pages(flags);
            request.unqueuedDirty += (flags & FolioFlags.WRITEBACK) == 0 ? FolioFlags.pages(flags) : 0;
        }
    }

    private void moveOn(Generations g, int folio, int type, int zone, boolean waiting, boolean toHead) {
        int gen = promotion.toNext(g, folio, type, waiting);
        folios.listDel(folio);
        int list = g.list(gen, type, zone);
        if (toHead) {
            folios.listAdd(list, folio);
        } else {
            folios.listAddTail(list, folio);
        }
    }

    /** Kernel: isolate_folio. */
    private boolean take(Generations g, int folio, int type) {
        if (!folios.tryGet(folio)) {
            return false;
        }
        if ((folios.clear(folio, FolioFlags.LRU) & FolioFlags.LRU) == 0) {
            folios.put(folio);
            return false;
        }
        long flags = folios.flags(folio);
        folios.log().scanned(folio, g.count(type) - 1, tierOf(flags));
        long clear = 0;
        if (rules.isolationClearsReferenced()) {
            clear = FolioFlags.REFERENCED;
            if ((flags & FolioFlags.REFERENCED) == 0) {
                clear |= FolioFlags.REFS_MASK | FolioFlags.WORKINGSET;
            }
        } else if ((flags & FolioFlags.REFERENCED) == 0) {
            clear = FolioFlags.REFS_MASK;
        }
        if (rules.isolationClearsReclaim()) {
            clear |= FolioFlags.RECLAIM;
        }
        folios.clear(folio, clear);
        placement.remove(g, folio, true);
        return true;
    }

    // ---- shrinking and putting back

    private void shrinkAndPutBack(Actor actor, Generations g, ReclaimRequest request, int list, int scanned) {
        Lruvec lruvec = g.lruvec;
        ShrinkResult result = request.result;
        int type = request.scannedType;
        long isolated = request.takenNow;
        boolean retried = false;
        int clean = folios.newListHead();
        while (true) {
            result.clear();
            shrinker.shrink(actor, list, lruvec.node, request, result, false);
            request.reclaimed += result.reclaimed;
            ReclaimTrace listener = trace.listener();
            if (listener != null) {
                listener.shrink(
                        result.reclaimed,
                        scanned,
                        result.activatedAnon + result.activatedFile,
                        result.referencedKept,
                        request.priority);
            }
            if (!retried) {
                addStatistics(request, type, isolated);
                if (rules.flusherWake() == KernelRules.FlusherWake.EACH_ROUND && result.unqueuedDirty == isolated) {
                    wakeFlushers();
                }
            }
            sortSurvivors(actor, g, request, list, clean, type, retried);
            lruvec.lock.lock(actor);
            putBack(actor, lruvec, list);
            walks.book(g, Aging.attachedWalk(actor));
            countSteal(actor, lruvec, request, type);
            if (!retried) {
                lruvec.isolated[type] -= isolated;
            }
            lruvec.lock.unlock(actor);
            if (folios.listEmpty(clean)) {
                break;
            }
            folios.listSplice(clean, list);
            retried = true;
        }
        folios.freeListHead(clean);
    }

    private static void addStatistics(ReclaimRequest request, int type, long isolated) {
        ShrinkResult result = request.result;
        request.dirtyPages += result.dirty;
        request.unqueuedDirty += result.unqueuedDirty;
        request.congested += result.congested;
        request.writeback += result.writeback;
        request.immediate += result.immediate;
        request.taken += isolated;
        if (type == Generations.FILE) {
            request.fileTaken += isolated;
        }
    }

    private void sortSurvivors(
            Actor actor, Generations g, ReclaimRequest request, int list, int clean, int type, boolean retried) {
        int folio = folios.prev(list);
        while (folio != list) {
            int next = folios.prev(folio);
            if (!lists.evictable(folio)) {
                folios.listDel(folio);
                batches.putBack(actor, folio);
            } else if (rules.rejected() == KernelRules.Rejected.YOUNGEST) {
                sortOlder(request, folio, clean, retried);
            } else {
                sortNewer(g, folio, clean, type, retried);
            }
            folio = next;
        }
    }

    private void sortOlder(ReclaimRequest request, int folio, int clean, boolean retried) {
        long flags = folios.flags(folio);
        long waiting = FolioFlags.DIRTY | FolioFlags.WRITEBACK;
        if ((flags & FolioFlags.RECLAIM) != 0 && (flags & waiting) != 0) {
            if ((flags & FolioFlags.WORKINGSET) != 0) {
                folios.set(folio, FolioFlags.REFERENCED);
            }
            return;
        }
        long inUse = FolioFlags.ACTIVE | FolioFlags.REFERENCED | FolioFlags.LOCKED | waiting;
        if (retried || (flags & inUse) != 0 || folios.mapped(folio)) {
            folios.update(folio, MARKS, FolioFlags.ACTIVE);
            return;
        }
        folios.listDel(folio);
        folios.listAdd(clean, folio);
        request.scanned -= FolioFlags.pages(flags);
    }

    private void sortNewer(Generations g, int folio, int clean, int type, boolean retried) {
        long flags = folios.flags(folio);
        long inUse = FolioFlags.ACTIVE | FolioFlags.DIRTY | FolioFlags.WRITEBACK;
        if (!retried && (flags & inUse) == 0 && !folios.mapped(folio)) {
            folios.listDel(folio);
            folios.listAdd(clean, folio);
        } else if (placement.seqFor(g, flags, false) == g.minSeq(type)) {
            folios.update(folio, FolioFlags.REFS_MASK | FolioFlags.REFERENCED, FolioFlags.ACTIVE);
        }
    }

    /** Kernel: move_folios_to_lru. */
    private void putBack(Actor actor, Lruvec lruvec, int list) {
        while (!folios.listEmpty(list)) {
            int folio = folios.listLast(list);
            folios.listDel(folio);
            folios.set(folio, FolioFlags.LRU);
            if (folios.put(folio)) {
                folios.clear(folio, FolioFlags.LRU);
                release.freeOffList(actor, folio);
            } else {
                lists.add(lruvec, folio);
            }
        }
    }

    private static void countSteal(Actor actor, Lruvec lruvec, ReclaimRequest request, int type) {
        ShrinkResult result = request.result;
        VmEvent by = request.kswapd
                ? VmEvent.PGSTEAL_KSWAPD
                : request.proactive ? VmEvent.PGSTEAL_PROACTIVE : VmEvent.PGSTEAL_DIRECT;
        if (!request.memcgReclaim()) {
            actor.count(by, result.reclaimed);
        }
        lruvec.memcg.count(by, result.reclaimed);
        actor.count(type == Generations.ANON ? VmEvent.PGSTEAL_ANON : VmEvent.PGSTEAL_FILE, result.reclaimed);
    }
}
