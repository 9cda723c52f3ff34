package org.multigen.lru.multigen;

import java.util.Locale;
import org.multigen.base.Actor;
import org.multigen.base.KernelError;
import org.multigen.lru.Lruvec;
import org.multigen.lru.ReclaimRequest;
import org.multigen.rules.KernelRules;
import org.multigen.walk.WalkStat;

/**
 * The text of debugfs lru_gen and lru_gen_full for one lruvec, and the ageing and eviction that its commands ask for. Kernel:
 * lru_gen_seq_show, run_aging, run_eviction.
 */
public final class LruGenText {
    private static final WalkStat[] FOUR = {
        WalkStat.LEAF_TOTAL, WalkStat.LEAF_YOUNG, WalkStat.NONLEAF_FOUND, WalkStat.NONLEAF_ADDED
    };
    private static final WalkStat[] SIX = WalkStat.values();

    private final MultiGenLru lru;
    private final KernelRules rules;

    LruGenText(MultiGenLru lru, KernelRules rules) {
        this.lru = lru;
        this.rules = rules;
    }

    /** The lines of one lruvec below its node line. */
    public void append(StringBuilder out, Lruvec lruvec, boolean full, long nowNs) {
        Generations g = lru.generationsOf(lruvec);
        long max = g.maxSeq();
        long oldest = rules.listFromOlderType()
                ? Math.min(g.minSeq(Generations.ANON), g.minSeq(Generations.FILE))
                : g.minSeq(Generations.ANON);
        long from = full ? Math.max(0, max - Generations.MAX + 1) : oldest;
        for (long seq = from; seq <= max; seq++) {
            long ageMs = (nowNs - g.birthNs(seq)) / 1_000_000;
            out.append(String.format(Locale.ROOT, " %10d %10d", seq, ageMs));
            for (int type = 0; type < Generations.TYPES; type++) {
                char mark = full && seq < g.minSeq(type) ? 'x' : ' ';
                long pages = seq < g.minSeq(type) && full ? 0 : g.pages(seq, type);
                out.append(String.format(Locale.ROOT, " %10d%c", pages, mark));
            }
            out.append('\n');
            if (full) {
                appendTiers(out, g, seq);
                appendStats(out, g, seq);
            }
        }
    }

    private void appendTiers(StringBuilder out, Generations g, long seq) {
        int h = g.history(seq);
        for (int tier = 0; tier < Generations.TIERS; tier++) {
            out.append(String.format(Locale.ROOT, "            %10d", tier));
            for (int type = 0; type < Generations.TYPES; type++) {
                String letters = rules.blanksForUnused() ? "   " : "xxx";
                long[] n = {0, 0, 0};
                int counter = g.counter(h, type, tier);
                if (seq == g.maxSeq()) {
                    letters = rules.blanksForUnused() ? "RT " : "RTx";
                    n[0] = g.averageRefaulted[type * Generations.TIERS + tier];
                    n[1] = g.averageTotal[type * Generations.TIERS + tier];
                } else if (seq == g.minSeq(type) || g.historySlots() > 1) {
                    letters = "rep";
                    n[0] = g.refaulted.get(counter);
                    n[1] = g.evicted.get(counter);
                    n[2] = g.protectedPages[counter];
                }
                for (int i = 0; i < 3; i++) {
                    out.append(String.format(Locale.ROOT, " %10d%c", n[i], letters.charAt(i)));
                }
            }
            out.append('\n');
        }
    }

    private void appendStats(StringBuilder out, Generations g, long seq) {
        String letters = rules.walkStatistics();
        WalkStat[] stats = letters.length() == SIX.length ? SIX : FOUR;
        boolean history = g.historySlots() > 1;
        boolean shown = history ? seq != g.maxSeq() : seq == g.maxSeq();
        out.append("                      ");
        for (int i = 0; i < stats.length; i++) {
            char c = rules.blanksForUnused() ? ' ' : 'x';
            long n = 0;
            if (shown) {
                n = g.iteration.stat(seq, stats[i]);
                c = history ? Character.toLowerCase(letters.charAt(i)) : letters.charAt(i);
            }
            out.append(String.format(Locale.ROOT, " %10d%c", n, c));
        }
        out.append('\n');
    }

    // ---- commands

    /**
     * Ages a lruvec.
     *
     * @param seq the youngest generation that the caller knows
     * @throws KernelError EINVAL beyond the youngest, ERANGE or EEXIST where this kernel refuses, ENOMEM
     */
    public void age(Actor actor, Lruvec lruvec, long seq, int swappiness, boolean force) throws KernelError {
        Generations g = lru.generationsOf(lruvec);
        long max = g.maxSeq();
        if (seq > max) {
            throw new KernelError("EINVAL", "generation " + seq + " is beyond the youngest, " + max);
        }
        if (rules.ageStaleSucceeds() && seq < max) {
            return;
        }
        long oldest = g.minSeq(Generations.anonEvictable(swappiness) ? Generations.ANON : Generations.FILE);
        if (!force && rules.ageUnforcedRefuses() && oldest + Generations.MAX - 1 <= max) {
            throw new KernelError("ERANGE", "four generations exist and the ageing is not forced");
        }
        requireWalk(actor, g);
        boolean aged = lru.aging().age(actor, g, max, swappiness, force, null);
        lru.walks().detach(actor);
        if (!aged && !rules.ageStaleSucceeds()) {
            throw new KernelError("EEXIST", "no new generation was made");
        }
    }

    /**
     * Evicts from the generations up to one.
     *
     * @throws KernelError EINVAL if that would leave fewer than two generations, ENOMEM
     */
    public void evict(Actor actor, Lruvec lruvec, long seq, int swappiness, long pages, ReclaimRequest request)
            throws KernelError {
        Generations g = lru.generationsOf(lruvec);
        if (seq + Generations.MIN > g.maxSeq()) {
            throw new KernelError("EINVAL", "generation " + seq + " is one of the two youngest");
        }
        requireWalk(actor, g);
        actor.enterReclaim();
        while (request.reclaimed < pages) {
            long oldest = rules.alignment() == KernelRules.Alignment.ANON_NEVER_AHEAD
                    ? g.minSeq(Generations.anonEvictable(swappiness) ? Generations.ANON : Generations.FILE)
                    : g.evictableMinSeq(swappiness);
            if (seq < oldest) {
                break;
            }
            long left = pages - request.reclaimed;
            long limit = switch (rules.roundLimit()) {
                case BATCH -> Long.MAX_VALUE;
                case BUDGET, SMALL -> left;
            };
            if (lru.eviction().round(actor, g, request, swappiness, limit) == 0) {
                break;
            }
            actor.yieldPoint();
        }
        actor.leaveReclaim();
        lru.walks().detach(actor);
    }

    private void requireWalk(Actor actor, Generations g) throws KernelError {
        if (lru.walks().attach(actor, g) == null) {
            throw new KernelError("ENOMEM", "no memory for the state of a walk");
        }
    }

    /** Youngest generation of a lruvec. */
    public long maxSeq(Lruvec lruvec) {
        return lru.generationsOf(lruvec).maxSeq();
    }

    /** Oldest generation of a type (0 anonymous, 1 file). */
    public long minSeq(Lruvec lruvec, int type) {
        return lru.generationsOf(lruvec).minSeq(type);
    }

    /** Pages of a generation and type. */
    public long pages(Lruvec lruvec, long seq, int type) {
        return lru.generationsOf(lruvec).pages(seq, type);
    }
}
