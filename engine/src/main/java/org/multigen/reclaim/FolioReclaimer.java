package org.multigen.reclaim;

import org.multigen.addrspace.TlbShootdown;
import org.multigen.addrspace.Vma;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.PerActor;
import org.multigen.base.VmEvent;
import org.multigen.lru.FolioRelease;
import org.multigen.lru.FolioShrinker;
import org.multigen.lru.LruLists;
import org.multigen.lru.Lruvec;
import org.multigen.lru.MappedPages;
import org.multigen.lru.PageLru;
import org.multigen.lru.ReclaimRequest;
import org.multigen.lru.References;
import org.multigen.lru.ShrinkResult;
import org.multigen.lru.multigen.MultiGenLru;
import org.multigen.memcg.Charge;
import org.multigen.memcg.Memcg;
import org.multigen.memcg.MemcgTree;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.memory.FrameAllocator;
import org.multigen.memory.Node;
import org.multigen.memory.PageLog;
import org.multigen.rules.KernelRules;
import org.multigen.storage.BlockDevice;
import org.multigen.storage.FilePages;
import org.multigen.storage.Shadow;
import org.multigen.storage.SwapSpace;
import org.multigen.tier.Demoter;

/**
 * Tries to free isolated pages, one by one: asks whether they are in use, unmaps, writes out, drops. Kernel: mm/vmscan.c
 * shrink_folio_list.
 */
public final class FolioReclaimer implements FolioShrinker {
    private enum Verdict {
        RECLAIM,
        RECLAIM_CLEAN,
        KEEP,
        ACTIVATE,
        FREED
    }

    /** Freed pages after which the TLB is flushed. Kernel: FOLIO_BATCH. */
    private static final int FREE_BATCH = 31;
    /** The cache's and the isolation's. */
    private static final int SOLE_REFERENCES = 2;

    private final FolioTable folios;
    private final KernelRules rules;
    private final LruLists lists;
    private final FolioRelease release;
    private final References references;
    private final MultiGenLru multigen;
    private final PageLru twolist;
    private final SwapSpace swap;
    private final FilePages files;
    private final PerActor<Unmapper> unmappers;
    private final TlbShootdown shootdown;
    private final MemcgTree memcgs;
    private final FrameAllocator frames;
    private final MappedPages mapped;
    private final Demoter demoter;

    /** Neighbours it works with, from the machine's wiring. */
    public record Parts(
            FolioTable folios,
            KernelRules rules,
            LruLists lists,
            FolioRelease release,
            References references,
            MultiGenLru multigen,
            PageLru twolist,
            SwapSpace swap,
            FilePages files,
            org.multigen.addrspace.Rmap rmap,
            TlbShootdown shootdown,
            MappedPages mapped,
            MemcgTree memcgs,
            FrameAllocator frames,
            Demoter demoter) {}

    public FolioReclaimer(Parts p) {
        this.folios = p.folios;
        this.rules = p.rules;
        this.lists = p.lists;
        this.release = p.release;
        this.references = p.references;
        this.multigen = p.multigen;
        this.twolist = p.twolist;
        this.swap = p.swap;
        this.files = p.files;
        this.mapped = p.mapped;
        this.unmappers = new PerActor<>(() -> new Unmapper(p.folios, p.rmap, p.swap, p.mapped, p.shootdown));
        this.shootdown = p.shootdown;
        this.memcgs = p.memcgs;
        this.frames = p.frames;
        this.demoter = p.demoter;
    }

    @Override
    public void shrink(
            Actor actor, int list, Node node, ReclaimRequest request, ShrinkResult result, boolean ignoreReferences) {
        files.endWrites(actor);
        int kept = folios.newListHead();
        if (demoter.may(list, node, request)) {
            shrinkByDemotion(actor, list, kept, node, request, result, ignoreReferences);
        }
        shrinkList(actor, list, kept, FolioTable.NONE, request, result, ignoreReferences);
        folios.listSplice(kept, list);
        folios.freeListHead(kept);
        actor.count(VmEvent.PGACTIVATE, result.activatedAnon + result.activatedFile);
    }

    /** Demotes what would be reclaimed; what could not be demoted stays on the list, to be reclaimed if it may. */
    private void shrinkByDemotion(
            Actor actor,
            int list,
            int kept,
            Node node,
            ReclaimRequest request,
            ShrinkResult result,
            boolean ignoreReferences) {
        int demote = folios.newListHead();
        shrinkList(actor, list, kept, demote, request, result, ignoreReferences);
        result.reclaimed += demoter.demote(actor, demote, node, request);
        folios.listSplice(demote, request.proactive && !rules.proactiveReclaimsUndemoted() ? kept : list);
        folios.freeListHead(demote);
    }

    /**
     * Tries all pages of a list.
     *
     * @param kept where those go that stay
     * @param demote where those go that would be reclaimed, unlocked, or {@link FolioTable#NONE} to reclaim them
     */
    private void shrinkList(
            Actor actor,
            int list,
            int kept,
            int demote,
            ReclaimRequest request,
            ShrinkResult result,
            boolean ignoreReferences) {
        int freed = 0;
        while (!folios.listEmpty(list)) {
            int folio = folios.listLast(list);
            folios.listDel(folio);
            actor.charge(Cost.SHRINK);
            int pages = folios.pages(folio);
            if (!folios.tryLock(folio)) {
                folios.listAdd(kept, folio);
                continue;
            }
            request.scanned += pages;
            request.why = PageLog.HELD;
            Verdict v = judge(actor, folio, request, result, ignoreReferences);
            boolean free = v == Verdict.RECLAIM || v == Verdict.RECLAIM_CLEAN;
            if (free && demote != FolioTable.NONE) {
                folios.unlock(folio);
                folios.listAdd(demote, folio);
                continue;
            }
            if (free) {
                v = reclaim(actor, folio, request, result, v, list);
            }
            pages = folios.pages(folio);
            if (v == Verdict.FREED) {
                result.reclaimed += pages;
                folios.log().evicted(folio, pages, evictor(request, ignoreReferences));
                folios.unlock(folio);
                release.put(actor, folio);
                if (++freed % FREE_BATCH == 0) {
                    shootdown.flushBatch(actor);
                }
                continue;
            }
            folios.log().kept(folio, request.why);
            if (v == Verdict.ACTIVATE) {
                activate(actor, folio, pages, result);
            }
            folios.unlock(folio);
            folios.listAdd(kept, folio);
        }
        if (freed % FREE_BATCH != 0) {
            shootdown.flushBatch(actor);
        }
    }

    private static int evictor(ReclaimRequest request, boolean advised) {
        if (advised) {
            return PageLog.ADVICE;
        }
        if (request.proactive) {
            return PageLog.PROACTIVE;
        }
        return request.kswapd ? PageLog.KSWAPD : request.memcgReclaim() ? PageLog.MEMCG : PageLog.DIRECT;
    }

    private void activate(Actor actor, int folio, int pages, ShrinkResult result) {
        boolean mlocked = folios.has(folio, FolioFlags.MLOCKED);
        Memcg memcg = memcgs.of(FolioFlags.memcg(folios.flags(folio)));
        if (folios.has(folio, FolioFlags.SWAPCACHE) && (mlocked || Charge.swapFull(memcg, swap.free(), swap.total()))) {
            swap.freeSwap(folio);
        }
        if (!mlocked) {
            folios.set(folio, FolioFlags.ACTIVE);
            if (FolioFlags.type(folios.flags(folio)) == 0) {
                result.activatedAnon += pages;
            } else {
                result.activatedFile += pages;
            }
            memcg.count(VmEvent.PGACTIVATE, pages);
        }
    }

    // ---- in use?

    private Verdict judge(
            Actor actor, int folio, ReclaimRequest request, ShrinkResult result, boolean ignoreReferences) {
        if (!lists.evictable(folio)) {
            return Verdict.ACTIVATE;
        }
        if (!request.mayUnmap && folios.mapped(folio)) {
            return Verdict.KEEP;
        }
        if (rules.keepReferencedWithoutRmap()
                && multigen.enabled()
                && !ignoreReferences
                && folios.mapped(folio)
                && folios.has(folio, FolioFlags.REFERENCED)) {
            request.why = PageLog.IN_USE;
            folios.log().used(folio, PageLog.BY_RMAP, keptIsYoungest());
            return Verdict.KEEP;
        }
        long flags = folios.flags(folio);
        int pages = FolioFlags.pages(flags);
        if (FolioFlags.type(flags) == 1 && !folios.isAnon(folio)) {
            countDirty(flags, pages, result);
        }
        if ((flags & FolioFlags.WRITEBACK) != 0) {
            return writeback(actor, folio, flags, request, result);
        }
        return ignoreReferences ? Verdict.RECLAIM : checkReferences(actor, folio, request, result);
    }

    private static void countDirty(long flags, int pages, ShrinkResult result) {
        boolean dirty = (flags & FolioFlags.DIRTY) != 0;
        boolean writeback = (flags & FolioFlags.WRITEBACK) != 0;
        if (dirty || writeback) {
            result.dirty += pages;
        }
        if (dirty && !writeback) {
            result.unqueuedDirty += pages;
        }
        if (writeback && (flags & FolioFlags.RECLAIM) != 0) {
            result.congested += pages;
        }
    }

    private Verdict writeback(Actor actor, int folio, long flags, ReclaimRequest request, ShrinkResult result) {
        if (request.kswapd && (flags & FolioFlags.RECLAIM) != 0) {
            result.immediate += FolioFlags.pages(flags);
        } else {
            folios.set(folio, FolioFlags.RECLAIM);
            result.writeback += FolioFlags.pages(flags);
        }
        request.why = PageLog.IN_WRITEBACK;
        return Verdict.ACTIVATE;
    }

    /** Kernel: folio_check_references. */
    private Verdict checkReferences(Actor actor, int folio, ReclaimRequest request, ShrinkResult result) {
        Memcg target = request.target;
        int used = references.referenced(actor, folio, target);
        Verdict v;
        if ((references.vmaFlags(actor) & Vma.LOCKED) != 0) {
            foundLocked(actor, folio);
            v = Verdict.ACTIVATE;
        } else if (used == References.KEEP) {
            v = Verdict.KEEP;
        } else if (multigen.enabled() && rules.mappedReference() != KernelRules.MappedReference.CLASSIC) {
            v = used == 0 ? Verdict.RECLAIM : multigen.countSighting(actor, folio) ? Verdict.ACTIVATE : Verdict.KEEP;
        } else {
            v = classic(actor, folio, used);
        }
        if (used > 0) {
            request.why = PageLog.IN_USE;
            folios.log().used(folio, PageLog.BY_RMAP, v == Verdict.ACTIVATE || keptIsYoungest());
        }
        if (v == Verdict.KEEP) {
            result.referencedKept += folios.pages(folio);
        }
        return v;
    }

    /** A locked mapping maps the page, which was not known. Kernel: mlock_vma_folio. */
    private void foundLocked(Actor actor, int folio) {
        if ((folios.set(folio, FolioFlags.MLOCKED) & FolioFlags.MLOCKED) == 0) {
            actor.count(VmEvent.UNEVICTABLE_PGS_MLOCKED, 1);
        }
    }

    /** Where the multi-gen LRU puts what it does not take into the youngest generation, the first sighting promotes. */
    private boolean keptIsYoungest() {
        return multigen.enabled() && rules.rejected() == KernelRules.Rejected.YOUNGEST;
    }

    private Verdict classic(Actor actor, int folio, int used) {
        boolean referenced = (folios.clear(folio, FolioFlags.REFERENCED) & FolioFlags.REFERENCED) != 0;
        boolean file = FolioFlags.type(folios.flags(folio)) == 1;
        if (used > 0) {
            folios.set(folio, FolioFlags.REFERENCED);
            if (referenced || used > 1 || (file && (references.vmaFlags(actor) & Vma.EXEC) != 0)) {
                return Verdict.ACTIVATE;
            }
            return Verdict.KEEP;
        }
        return referenced && file ? Verdict.RECLAIM_CLEAN : Verdict.RECLAIM;
    }

    // ---- freeing

    private Verdict reclaim(
            Actor actor, int folio, ReclaimRequest request, ShrinkResult result, Verdict how, int list) {
        if (folios.mapping(folio) == 0 && !folios.has(folio, FolioFlags.SWAPCACHE)) {
            return Verdict.KEEP; // its file was cut off or dropped it; whoever refers to it last frees it
        }
        if (folios.isAnon(folio) && folios.has(folio, FolioFlags.SWAPBACKED)) {
            if (!prepareSwap(actor, folio, list)) {
                request.why = PageLog.NO_SWAP;
                return Verdict.ACTIVATE;
            }
        }
        if (folios.mapped(folio)) {
            boolean wasBacked = folios.has(folio, FolioFlags.SWAPBACKED);
            Unmapper unmapper = unmappers.of(actor);
            unmapper.unmap(actor, folio);
            if (unmapper.foundLocked()) {
                foundLocked(actor, folio);
            }
            if (folios.mapped(folio)) {
                result.unmapFailed += folios.pages(folio);
                if (!wasBacked && folios.has(folio, FolioFlags.SWAPBACKED)) {
                    result.lazyfreeFailed += folios.pages(folio);
                }
                return Verdict.ACTIVATE;
            }
        }
        if (folios.has(folio, FolioFlags.DIRTY)) {
            Verdict v = writeOut(actor, folio, request, result, how);
            if (v != Verdict.FREED) {
                return v;
            }
        }
        if (files.busy(folio)) {
            return Verdict.ACTIVATE;
        }
        return drop(actor, folio, request);
    }

    /** A slot for an anonymous page; large folios get one only after a split. */
    private boolean prepareSwap(Actor actor, int folio, int list) {
        if (folios.has(folio, FolioFlags.SWAPCACHE)) {
            return true;
        }
        if (folios.has(folio, FolioFlags.HEAD) && !splitLarge(actor, folio, list)) {
            return false;
        }
        actor.charge(Cost.SWAP_SLOT);
        if (!swap.addToSwap(actor.cpu, folio)) {
            return false;
        }
        folios.set(folio, FolioFlags.DIRTY);
        return true;
    }

    /** The pages behind the first become folios of their own at the tail of the list, so that they are tried next. */
    private boolean splitLarge(Actor actor, int folio, int list) {
        if (!new LargeFolioSplit(folios, frames, unmappers.of(actor), mapped).split(actor, folio, list)) {
            return false;
        }
        actor.count(VmEvent.THP_SWPOUT_FALLBACK, 1);
        actor.count(VmEvent.THP_SPLIT_PAGE, 1);
        return true;
    }

    /** Writes a dirty page; FREED here means: clean now, go on. Kernel: pageout. */
    private Verdict writeOut(Actor actor, int folio, ReclaimRequest request, ShrinkResult result, Verdict how) {
        if (FolioFlags.type(folios.flags(folio)) == 1 && !folios.isAnon(folio)) {
            folios.set(folio, FolioFlags.RECLAIM);
            request.why = PageLog.DIRTY;
            return Verdict.ACTIVATE;
        }
        if (folios.isAnon(folio) && !folios.has(folio, FolioFlags.SWAPBACKED)) {
            return Verdict.FREED;
        }
        if (how == Verdict.RECLAIM_CLEAN || !request.mayWritePage) {
            return Verdict.KEEP;
        }
        if (folios.refCount(folio) > SOLE_REFERENCES) {
            return Verdict.KEEP; // waits in somebody's batch
        }
        if (!folios.isAnon(folio) && !folios.has(folio, FolioFlags.SWAPCACHE)) {
            if (!files.shmemToSwap(actor, folio)) {
                request.why = PageLog.NO_SWAP;
                return Verdict.ACTIVATE;
            }
        }
        folios.clear(folio, FolioFlags.DIRTY);
        int pages = folios.pages(folio);
        BlockDevice device = swap.areaOf(folios.slot(folio)).device;
        device.write(actor, pages);
        folios.contents().swappedOut(folio, folios.slot(folio));
        folios.log().swappedOut(folio, pages, folios.slot(folio));
        actor.count(VmEvent.PSWPOUT, pages);
        memcgs.of(FolioFlags.memcg(folios.flags(folio))).count(VmEvent.PSWPOUT, pages);
        result.pageout += pages;
        if (device.synchronous()) {
            return Verdict.FREED;
        }
        request.why = PageLog.IN_WRITEBACK;
        folios.set(folio, FolioFlags.RECLAIM | FolioFlags.WRITEBACK);
        files.swapWriteStarted(actor, folio);
        return Verdict.KEEP;
    }

    /** Out of its cache, with a shadow. Kernel: __remove_mapping. */
    private Verdict drop(Actor actor, int folio, ReclaimRequest request) {
        long flags = folios.flags(folio);
        if (folios.isAnon(folio) && (flags & FolioFlags.SWAPBACKED) == 0) {
            actor.count(VmEvent.PGLAZYFREED, FolioFlags.pages(flags));
            memcgs.of(FolioFlags.memcg(flags)).count(VmEvent.PGLAZYFREED, FolioFlags.pages(flags));
            return Verdict.FREED;
        }
        if ((flags & FolioFlags.SWAPCACHE) != 0) {
            if (folios.refCount(folio) > SOLE_REFERENCES) {
                return Verdict.KEEP;
            }
            boolean alone = swap.removeUnlessReferred(folio, shadow(actor, folio, request), SOLE_REFERENCES);
            return alone ? Verdict.FREED : Verdict.KEEP; // somebody found it in the cache meanwhile
        }
        int held = 1 + files.cacheReferences(folio);
        if (folios.refCount(folio) > held) {
            return Verdict.KEEP;
        }
        return files.removeForReclaim(folio, shadow(actor, folio, request), held) ? Verdict.FREED : Verdict.KEEP;
    }

    private long shadow(Actor actor, int folio, ReclaimRequest request) {
        Lruvec lruvec = lists.lruvecs().of(folio);
        PageLru lru = multigen.enabled() ? multigen : twolist;
        return Shadow.of(lru.evicted(actor, lruvec, folio, request));
    }
}
