package org.multigen.tier;

import java.util.List;
import org.multigen.addrspace.Rmap;
import org.multigen.addrspace.SecondaryMmu;
import org.multigen.addrspace.Vma;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.PerActor;
import org.multigen.base.VmEvent;
import org.multigen.base.Words;
import org.multigen.lru.FolioBatches;
import org.multigen.lru.FolioRelease;
import org.multigen.lru.LruLists;
import org.multigen.lru.Lruvec;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.memory.FrameSource;
import org.multigen.memory.Node;
import org.multigen.pagetable.Pte;
import org.multigen.rules.KernelRules;
import org.multigen.storage.FilePages;
import org.multigen.storage.LruGate;
import org.multigen.storage.SwapSpace;

/**
 * Moves folios to frames of another node, mappings, caches and charge with them. Kernel: mm/migrate.c.
 *
 * <p>A page's age is not copied: it enters the other node's lists as its flags say. Entries are exchanged one by one, each
 * atomically; no frame has content, so none is ever seen half moved. Under real threads {@link LockedMove} keeps others away meanwhile.
 */
public final class Migration {
    private static final long KEPT = FolioFlags.REFERENCED
            | FolioFlags.DIRTY
            | FolioFlags.ACTIVE
            | FolioFlags.WORKINGSET
            | FolioFlags.SWAPBACKED
            | FolioFlags.UNEVICTABLE
            | FolioFlags.MLOCKED
            | FolioFlags.READAHEAD
            | FolioFlags.EXCLUSIVE
            | FolioFlags.PARTIALLY_MAPPED
            | FolioFlags.ZERO_FILLED;

    /** Neighbours, from the machine's wiring. */
    public record Parts(
            FolioTable folios,
            KernelRules rules,
            Rmap rmap,
            FrameSource frames,
            SwapSpace swap,
            FilePages files,
            LruGate gate,
            LruLists lists,
            FolioBatches batches,
            FolioRelease release) {}

    private final FolioTable folios;
    private final Parts p;
    private final long kept;
    private final PerActor<LockedMove> lockedMoves;

    public Migration(Parts parts) {
        this.p = parts;
        this.folios = parts.folios;
        this.kept = parts.rules.migrationKeepsUses() ? KEPT | FolioFlags.REFS_MASK : KEPT;
        this.lockedMoves = new PerActor<>(() -> new LockedMove(this, parts));
    }

    FolioTable folios() {
        return folios;
    }

    KernelRules rules() {
        return p.rules;
    }

    /**
     * Moves a folio that the caller has isolated. It does not reclaim.
     *
     * @param first nodes to ask alone
     * @param then nodes to ask if those have no room
     * @param cost what a page costs
     * @return the folio in its new place, under real threads no longer held; the old frame is free then. {@link FolioTable#NONE} if
     *     it stays where it is
     */
    int move(Actor actor, int folio, List<Node> first, List<Node> then, Cost cost) {
        int pages = folios.pages(folio);
        if (!folios.tryLock(folio)) {
            return failed(actor, pages);
        }
        int to = movable(folio) ? allocate(actor, FolioFlags.order(folios.flags(folio)), first, then) : FolioTable.NONE;
        if (to == FolioTable.NONE) {
            folios.unlock(folio);
            return failed(actor, pages);
        }
        actor.charge(cost, pages);
        boolean mapped = folios.mapped(folio);
        if (!folios.shared()) {
            exchange(actor, folio, to, pages);
        } else if (!lockedMoves.of(actor).move(actor, folio, to)) {
            folios.unlock(folio);
            if (folios.put(to)) {
                p.frames.free(actor, to);
            }
            return failed(actor, pages);
        }
        boolean mlocked = folios.has(to, FolioFlags.MLOCKED);
        p.gate.add(actor, to);
        if (p.rules.migrationDrains() ? mapped : mlocked) {
            p.batches.drain(actor);
        }
        p.release.put(actor, to); // others may have unmapped it and dropped it from its cache by now
        folios.unlock(folio);
        p.release.put(actor, folio);
        actor.count(VmEvent.PGMIGRATE_SUCCESS, pages);
        return to;
    }

    private int failed(Actor actor, int pages) {
        actor.count(VmEvent.PGMIGRATE_FAIL, pages);
        return FolioTable.NONE;
    }

    /** Nobody but its cache, its mappings and who isolated it holds the folio. Kernel: folio_expected_refs. */
    private boolean movable(int folio) {
        long flags = folios.flags(folio);
        if ((flags & FolioFlags.WRITEBACK) != 0 || p.files.busy(folio)) {
            return false;
        }
        boolean cached = (flags & FolioFlags.SWAPCACHE) != 0;
        boolean ofFile = !folios.isAnon(folio) && folios.mapping(folio) != 0;
        return folios.refCount(folio)
                == 1 + (cached ? 1 : 0) + (ofFile && !cached ? p.files.cacheReferences(folio) : 0);
    }

    private int allocate(Actor actor, int order, List<Node> first, List<Node> then) {
        int to = p.frames.allocateOn(actor, order, first);
        return to != FolioTable.NONE || then.isEmpty() ? to : p.frames.allocateOn(actor, order, then);
    }

    private void exchange(Actor actor, int from, int to, int pages) {
        long flags = folios.flags(from);
        describe(from, to);
        folios.log().moved(from, to, pages);
        new Remap(actor, from, to).run();
        if ((flags & FolioFlags.SWAPCACHE) != 0) {
            p.swap.moved(from, to);
        } else if (!folios.isAnon(from)) {
            p.files.moved(from, to);
        }
    }

    /** The new frames hold what the old ones do, for the same group; the charge goes with the content. */
    void describe(int from, int to) {
        long flags = folios.flags(from);
        folios.set(to, flags & kept);
        folios.setMemcg(to, FolioFlags.memcg(flags));
        folios.setMemcg(from, 0);
        for (int i = 0; i < FolioFlags.pages(flags); i++) {
            folios.contents().copied(from + i, to + i);
        }
        if (folios.isAnon(from)) {
            folios.setMapping(to, folios.mapping(from), folios.index(from));
            p.rmap.joinedBySplit(folios.mapping(from));
        }
    }

    /** Lets an entry that maps a folio map another one at the same place in it. */
    void remap(long entryAt, int from, int to) {
        folios.addMappings(to, 1);
        while (true) {
            long entry = Words.getLongOpaque(entryAt);
            if (Words.casLong(entryAt, entry, Pte.withFrame(entry, to + (Pte.frame(entry) - from)))) {
                break;
            }
        }
        folios.dropMappings(from, 1);
    }

    /** Points the entries that map a folio at another one. Kernel: try_to_migrate_one, remove_migration_pte. */
    private final class Remap implements Rmap.Visitor {
        private final Actor actor;
        private final int from;
        private final int to;

        Remap(Actor actor, int from, int to) {
            this.actor = actor;
            this.from = from;
            this.to = to;
        }

        void run() {
            if (folios.mapped(from)) {
                p.rmap.walk(from, this);
            }
        }

        @Override
        public boolean wants(Vma vma) {
            return true;
        }

        @Override
        public boolean mapping(Vma vma, long vpn, long entryAt, boolean huge) {
            long end = vpn + (huge ? folios.pages(from) : 1);
            vma.mm.invalidate(actor, vpn, end, SecondaryMmu.Why.CHANGE);
            remap(entryAt, from, to);
            vma.mm.invalidated(actor, vpn, end);
            return true;
        }
    }

    /**
     * Takes a folio off its list for a move; whether it was in use stays marked. Kernel: folio_isolate_lru.
     *
     * @return false if it is on no list, or somebody else took it
     */
    boolean isolate(Actor actor, int folio) {
        if (!folios.has(folio, FolioFlags.LRU) || !folios.tryGet(folio)) {
            return false;
        }
        if ((folios.clear(folio, FolioFlags.LRU) & FolioFlags.LRU) == 0) {
            p.release.put(actor, folio);
            return false;
        }
        Lruvec lruvec = p.lists.lruvecs().of(folio);
        lruvec.lock.lock(actor);
        p.lists.remove(lruvec, folio);
        lruvec.lock.unlock(actor);
        return true;
    }

    /** Gives a reference back. */
    void letGo(Actor actor, int folio) {
        p.release.put(actor, folio);
    }

    /** Puts back a folio that was isolated and did not move. Kernel: folio_putback_lru. */
    void putBack(Actor actor, int folio) {
        p.batches.putBack(actor, folio);
    }
}
