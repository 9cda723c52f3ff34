package org.multigen.lru.multigen;

import org.multigen.rules.KernelRules;

/**
 * Decides, from refaults of pages used several times through file descriptors, which tiers to protect and which type to evict: a
 * controller with a proportional and an integral term. Kernel: mm/vmscan.c struct ctrl_pos, get_tier_idx, get_type_to_scan.
 */
final class TierController {
    private static final int MIN_SAMPLE = 64;
    private static final int MAX_SWAPPINESS = 200;

    private final KernelRules rules;

    TierController(KernelRules rules) {
        this.rules = rules;
    }

    /** A sampled position: refaults among so many pages evicted or protected, weighted by a gain. */
    private record Position(long refaulted, long total, int gain) {
        /** The pages behind this set point are refaulted no more often than those behind the measured value. */
        boolean better(Position measured) {
            return measured.refaulted < MIN_SAMPLE
                    || measured.refaulted * (total + MIN_SAMPLE) * gain
                            <= (refaulted + 1) * measured.total * measured.gain;
        }
    }

    private Position read(Generations g, int type, int firstTier, int lastTier, int gain) {
        int h = g.history(g.minSeq(type));
        long refaulted = 0;
        long total = 0;
        for (int t = firstTier; t <= lastTier; t++) {
            int average = type * Generations.TIERS + t;
            int now = g.counter(h, type, t);
            refaulted += g.averageRefaulted[average] + g.refaulted.get(now);
            total += g.averageTotal[average] + g.evicted.get(now) + g.protectedPages[now];
        }
        return new Position(refaulted, total, gain);
    }

    /** The highest tier to evict; pages of higher ones move on to the next generation. */
    int highestEvictedTier(Generations g, int type) {
        Position first = read(g, type, 0, 0, rules.tierGainFirst());
        int tier = 1;
        while (tier < Generations.TIERS && first.better(read(g, type, tier, tier, rules.tierGainOther()))) {
            tier++;
        }
        return tier - 1;
    }

    /** The tier limit where the other type was compared with: its first tier is the set point. */
    int highestEvictedTier(Generations g, int type, int swappiness) {
        int[] gain = {swappiness, MAX_SWAPPINESS - swappiness};
        Position other = read(g, 1 - type, 0, 0, gain[1 - type]);
        int tier = 1;
        while (tier < Generations.TIERS && other.better(read(g, type, tier, tier, gain[type]))) {
            tier++;
        }
        return tier - 1;
    }

    /** The type whose pages cost less to lose, given both may go. */
    int cheaperType(Generations g, int swappiness) {
        int lastTier = rules.typeByAgeAndFirstTier() ? 0 : Generations.TIERS - 1;
        Position anon = read(g, Generations.ANON, 0, lastTier, swappiness);
        Position file = read(g, Generations.FILE, 0, lastTier, MAX_SWAPPINESS - swappiness);
        return anon.better(file) ? Generations.FILE : Generations.ANON;
    }

    /** The oldest generation of a type goes: its counts enter the moving averages. Kernel: reset_ctrl_pos. */
    void carryOver(Generations g, int type) {
        int h = g.history(g.minSeq(type));
        for (int t = 0; t < Generations.TIERS; t++) {
            int average = type * Generations.TIERS + t;
            int now = g.counter(h, type, t);
            g.averageRefaulted[average] = (g.averageRefaulted[average] + g.refaulted.get(now)) / 2;
            g.averageTotal[average] = (g.averageTotal[average] + g.evicted.get(now) + g.protectedPages[now]) / 2;
            if (g.historySlots() == 1) {
                clear(g, now);
            }
        }
    }

    /** A new generation: its slot of the history, if one is kept, starts empty. */
    void startGeneration(Generations g, long seq) {
        if (g.historySlots() > 1) {
            for (int type = 0; type < Generations.TYPES; type++) {
                for (int t = 0; t < Generations.TIERS; t++) {
                    clear(g, g.counter(g.history(seq), type, t));
                }
            }
        }
    }

    private static void clear(Generations g, int counter) {
        g.refaulted.exchange(counter, 0);
        g.evicted.exchange(counter, 0);
        g.protectedPages[counter] = 0;
    }
}
