package org.multigen.lru.multigen;

import org.multigen.base.Actor;
import org.multigen.base.VmEvent;
import org.multigen.lru.Lruvec;
import org.multigen.lru.LruvecTable;
import org.multigen.lru.Lruvecs;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.rules.KernelRules;

/**
 * Refaults: what an evicted page's shadow says, and what is made of it when the page returns.
 *
 * <pre>
 *  61          26 25    24 23    16 15      0
 * +--------------+--------+--------+----------+
 * | seq      refs| workset|  node  | memcg id |
 * +--------------+--------+--------+----------+
 * </pre>
 *
 * Kernel: mm/workingset.c lru_gen_eviction, lru_gen_refault.
 */
final class Workingset {
    private static final VmEvent[] EVENTS = VmEvent.values();
    private static final int MEMCG_BITS = 16;
    private static final int NODE_BITS = 8;
    private static final int REFS_BITS = 2;
    private static final int SHIFT = MEMCG_BITS + NODE_BITS + 1;
    private static final long TOKEN_MASK = (1L << (62 - SHIFT)) - 1;
    private static final long SEQ_MASK = TOKEN_MASK >>> REFS_BITS;
    private static final int FULL_REFS = (1 << REFS_BITS) - 1;

    private final FolioTable folios;
    private final KernelRules rules;
    private final Lruvecs lruvecs;
    private final LruvecTable<Generations> generations;

    Workingset(FolioTable folios, KernelRules rules, Lruvecs lruvecs, LruvecTable<Generations> generations) {
        this.folios = folios;
        this.rules = rules;
        this.lruvecs = lruvecs;
        this.generations = generations;
    }

    /** Counts the eviction and packs what to remember. */
    long evicted(Lruvec lruvec, int folio) {
        Generations g = generations.get(lruvec);
        long flags = folios.flags(folio);
        int type = FolioFlags.type(flags);
        boolean workingset = (flags & FolioFlags.WORKINGSET) != 0;
        int uses = rules.uses(FolioFlags.refs(flags), (flags & FolioFlags.REFERENCED) != 0, workingset);
        int tier = rules.tier(uses, workingset);
        long min = g.minSeq(type);
        g.evicted.add(g.counter(g.history(min), type, tier), FolioFlags.pages(flags));
        long token = (min << REFS_BITS | Math.max(uses - 1, 0)) & TOKEN_MASK;
        boolean mark = rules.shadowRemembersUses() ? uses != 0 : workingset;
        return token << SHIFT
                | (mark ? 1L << (MEMCG_BITS + NODE_BITS) : 0)
                | (long) lruvec.node.id() << MEMCG_BITS
                | lruvec.memcg.id();
    }

    private static long token(long shadow) {
        return shadow >>> SHIFT & TOKEN_MASK;
    }

    private static boolean mark(long shadow) {
        return (shadow >>> (MEMCG_BITS + NODE_BITS) & 1) != 0;
    }

    private boolean recent(Generations g, int type, long token) {
        long seq = token >>> REFS_BITS;
        if (rules.refaultRecentIsOldest()) {
            return seq == (g.minSeq(type) & SEQ_MASK);
        }
        return Math.abs((g.maxSeq() & SEQ_MASK) - seq) < Generations.MAX;
    }

    /** A page comes back, before it is put on a list. */
    void refault(Actor actor, int folio, long shadow) {
        Lruvec lruvec = lruvecs.of(folio);
        if (lruvec.memcg.id() != (shadow & (1L << MEMCG_BITS) - 1)
                || lruvec.node.id() != (shadow >>> MEMCG_BITS & (1L << NODE_BITS) - 1)) {
            return;
        }
        Generations g = generations.get(lruvec);
        long flags = folios.flags(folio);
        int type = FolioFlags.type(flags);
        int pages = FolioFlags.pages(flags);
        boolean recent = recent(g, type, token(shadow));
        boolean counted = recent || !rules.refaultCountsRecentOnly();
        folios.log().refaulted(folio, counted, recent && mark(shadow));
        if (counted) {
            count(actor, lruvec, VmEvent.WORKINGSET_REFAULT_ANON, type, pages);
        }
        if (!recent) {
            return;
        }
        int field = (int) token(shadow) & FULL_REFS;
        boolean mark = mark(shadow);
        int uses = rules.shadowRemembersUses() ? field + (mark ? 1 : 0) : field + 1;
        int tier = rules.tier(uses, mark && !rules.shadowRemembersUses());
        g.refaulted.add(g.counter(g.history(g.minSeq(type)), type, tier), pages);
        if (rules.shadowRemembersUses()) {
            restoreByUses(actor, lruvec, folio, type, pages, uses);
        } else {
            restoreByMark(actor, lruvec, folio, type, pages, field, mark);
        }
    }

    private void restoreByUses(Actor actor, Lruvec lruvec, int folio, int type, int pages, int uses) {
        if (!rules.refaultCountsRecentOnly()) {
            count(actor, lruvec, VmEvent.WORKINGSET_ACTIVATE_ANON, type, pages);
        }
        if (actor.inLruFault || uses >= FULL_REFS) {
            folios.set(folio, FolioFlags.REFS_MASK | FolioFlags.WORKINGSET);
            count(actor, lruvec, VmEvent.WORKINGSET_RESTORE_ANON, type, pages);
        }
    }

    private void restoreByMark(Actor actor, Lruvec lruvec, int folio, int type, int pages, int field, boolean mark) {
        if (actor.inLruFault && (mark || !rules.activationNeedsWorkingset())) {
            count(actor, lruvec, VmEvent.WORKINGSET_ACTIVATE_ANON, type, pages);
        }
        if (mark) {
            folios.set(folio, FolioFlags.WORKINGSET);
            count(actor, lruvec, VmEvent.WORKINGSET_RESTORE_ANON, type, pages);
        } else {
            folios.update(folio, FolioFlags.REFS_MASK, FolioFlags.withRefs(0, field));
        }
    }

    private static void count(Actor actor, Lruvec lruvec, VmEvent anon, int type, int pages) {
        VmEvent event = EVENTS[anon.ordinal() + type];
        actor.count(event, pages);
        lruvec.memcg.count(event, pages);
    }
}
