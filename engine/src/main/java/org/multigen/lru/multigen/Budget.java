package org.multigen.lru.multigen;

import org.multigen.lru.ProportionalProtection;
import org.multigen.lru.ReclaimRequest;
import org.multigen.memcg.Memcg;
import org.multigen.rules.KernelRules;

/** How many pages of a lruvec a reclaim call may look at. Kernel: mm/vmscan.c get_nr_to_scan, apply_proportional_protection. */
final class Budget {
    private final KernelRules rules;

    Budget(KernelRules rules) {
        this.rules = rules;
    }

    /** Pages of the evictable types in all generations. */
    static long evictable(Generations g, int swappiness) {
        long total = 0;
        for (int type = 0; type < Generations.TYPES; type++) {
            if (Generations.evictable(type, swappiness)) {
                for (long seq = g.minSeq(type); seq <= g.maxSeq(); seq++) {
                    total += g.pages(seq, type);
                }
            }
        }
        return total;
    }

    /** The share that the request's priority asks for; all of a group that is gone. */
    long atPriority(Generations g, ReclaimRequest request, int swappiness) {
        long total = evictable(g, swappiness);
        Memcg memcg = g.lruvec.memcg;
        if (!memcg.online()) {
            return total;
        }
        if (rules.proportionalProtection()) {
            total = ProportionalProtection.unprotected(g.lruvec, request, total);
        }
        return total >> request.priority;
    }
}
