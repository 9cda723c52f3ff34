package org.multigen.lru;

import org.jspecify.annotations.Nullable;
import org.multigen.addrspace.Rmap;
import org.multigen.addrspace.Vma;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.PerActor;
import org.multigen.guest.SecondaryAging;
import org.multigen.memcg.Memcg;
import org.multigen.memcg.MemcgTree;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.rules.KernelRules;

/**
 * Asks all mappings of a page whether it was used, and clears their accessed bits. Kernel: mm/rmap.c folio_referenced.
 *
 * <p>The answer is kept for each actor.
 */
public final class References {
    /** What is done with an entry under the multi-gen LRU. */
    public interface YoungTest {
        /** Clears the accessed bit; true if it was set. */
        boolean clear(Actor actor, int folio, Vma vma, long vpn, long entryAt);

        /** Whether it is to be asked now. */
        boolean on();
    }

    /** Answer: keep the page, an exiting process alone maps it. */
    public static final int KEEP = -1;

    private final FolioTable folios;
    private final Rmap rmap;
    private final MemcgTree memcgs;
    private final KernelRules rules;
    private @Nullable YoungTest multigen;

    private final PerActor<Ask> asks = new PerActor<>(Ask::new);

    public References(FolioTable folios, Rmap rmap, MemcgTree memcgs, KernelRules rules) {
        this.folios = folios;
        this.rmap = rmap;
        this.memcgs = memcgs;
        this.rules = rules;
    }

    /** Set once while the machine is wired. */
    public void setYoungTest(YoungTest test) {
        multigen = test;
    }

    /**
     * Asks all mappings.
     *
     * @param target the group that is reclaimed, or null; mappings of other groups do not count then
     * @return mappings that used the page (one per mapping however many entries), or {@link #KEEP}
     */
    public int referenced(Actor actor, int folio, @Nullable Memcg target) {
        Ask ask = asks.of(actor);
        ask.start(actor, folio, target);
        if (!folios.mapped(folio)) {
            return 0;
        }
        rmap.walk(folio, ask);
        return ask.keep ? KEEP : ask.vmas;
    }

    /** Of the actor's last question: flags of the mappings that used the page; {@link Vma#LOCKED} if one is locked. */
    public int vmaFlags(Actor actor) {
        return asks.of(actor).flags;
    }

    private final class Ask implements Rmap.Visitor {
        private Actor actor;
        private int folio;
        private @Nullable Memcg target;
        private boolean keep;
        private boolean young;
        private boolean first;
        private int vmas;
        private int flags;

        @SuppressWarnings("NullAway.Init") // set by start
        Ask() {}

        void start(Actor by, int of, @Nullable Memcg reclaimed) {
            actor = by;
            folio = of;
            target = reclaimed;
            keep = false;
            young = false;
            first = true;
            vmas = 0;
            flags = 0;
        }

        @Override
        public boolean wants(Vma vma) {
            actor.charge(first ? Cost.RMAP : Cost.RMAP_NEXT);
            first = false;
            if (rules.rmapIgnoresNoRecency() && !vma.hasRecency(rules.noReuseCounts())) {
                return false;
            }
            return target == null || target.contains(memcgs.of(vma.mm.memcgId));
        }

        @Override
        public boolean mapping(Vma vma, long vpn, long entryAt, boolean huge) {
            if (vma.has(Vma.LOCKED)) {
                flags |= Vma.LOCKED;
                return false;
            }
            if (rules.keepExitingAnon() && (vma.mm.exiting || vma.mm.reaped) && soleSwapBacked()) {
                keep = true;
                return false;
            }
            young |= clear(vma, vpn, entryAt, huge);
            return true;
        }

        private boolean soleSwapBacked() {
            return folios.isAnon(folio) && folios.has(folio, FolioFlags.SWAPBACKED) && folios.mapCount(folio) == 1;
        }

        private boolean clear(Vma vma, long vpn, long entryAt, boolean huge) {
            YoungTest test = multigen;
            if (test != null && !huge && test.on()) {
                return test.clear(actor, folio, vma, vpn, entryAt);
            }
            boolean was = vma.mm.pageTable.clearYoung(entryAt);
            was |= SecondaryAging.clearAtEviction(actor, vma.mm, vpn, vpn + (huge ? 512 : 1));
            return was && (rules.rmapIgnoresNoRecency() || !vma.has(Vma.SEQ_READ));
        }

        @Override
        public boolean mappingDone(Vma vma) {
            if (young) {
                vmas++;
                flags |= vma.flags & ~Vma.LOCKED;
                young = false;
            }
            return true;
        }
    }
}
