package org.multigen.lru.twolist;

import org.multigen.lru.Lruvec;
import org.multigen.lru.ProportionalProtection;
import org.multigen.lru.ReclaimRequest;
import org.multigen.memcg.Memcg;
import org.multigen.rules.KernelRules;
import org.multigen.storage.SwapSpace;

/** How many pages of each list a call of reclaim looks at. Kernel: mm/vmscan.c get_scan_count. */
final class ScanCount {
    private static final int SWAP_CLUSTER = 32;
    private static final int MAX_SWAPPINESS = 200;

    /** Which types are asked. */
    enum Balance {
        /** Both alike. */
        EQUAL,
        /** Both, in the proportion that costs and swappiness say. */
        FRACTION,
        ANON,
        FILE
    }

    /**
     * Shares of the pressure.
     *
     * @param anon share of anonymous pages
     * @param file share of file pages
     */
    record Shares(long anon, long file) {
        /** The dearer a type was lately the less is asked of it, but at least a third before swappiness. */
        static Shares of(int swappiness, long anonCost, long fileCost) {
            long total = anonCost + fileCost;
            long anon = total + anonCost;
            long file = total + fileCost;
            long sum = anon + file;
            return new Shares(
                    swappiness * (sum + 1) / (anon + 1), (MAX_SWAPPINESS - swappiness) * (sum + 1) / (file + 1));
        }

        /** A type's part of {@code pages}. */
        long of(long pages, int type, boolean roundUp) {
            long whole = anon + file;
            long part = pages * (type == TwoLists.ANON ? anon : file);
            return roundUp ? (part + whole - 1) / whole : part / whole;
        }
    }

    private final KernelRules rules;
    private final SwapSpace swap;
    private final Surroundings surroundings;

    ScanCount(KernelRules rules, SwapSpace swap, Surroundings surroundings) {
        this.rules = rules;
        this.swap = swap;
        this.surroundings = surroundings;
    }

    /** Fills in the pages to look at per list. */
    void fill(Round r) {
        Lruvec lruvec = r.lists.lruvec;
        ReclaimRequest request = r.request;
        int swappiness = swappiness(request);
        boolean anon = request.maySwap && canReclaimAnon(lruvec, request);
        Balance balance = balance(request, anon, swappiness, rules.swappinessMax());
        Shares shares = Shares.of(Math.min(swappiness, MAX_SWAPPINESS), request.anonCost, request.fileCost);
        for (int list = 0; list < TwoLists.LISTS; list++) {
            r.left[list] = amount(lruvec, request, list, balance, shares);
        }
    }

    private int swappiness(ReclaimRequest request) {
        return request.swappiness == ReclaimRequest.SYSTEM_SWAPPINESS ? surroundings.swappiness() : request.swappiness;
    }

    /** Kernel: can_reclaim_anon_pages. */
    private boolean canReclaimAnon(Lruvec lruvec, ReclaimRequest request) {
        return swap.availableTo(lruvec.memcg) > 0 || surroundings.canDemote(lruvec, request);
    }

    /** Anonymous pages can be aged at all on this machine. Kernel: can_age_anon_pages. */
    boolean canAgeAnon(Lruvec lruvec, ReclaimRequest request) {
        return swap.total() > 0 || surroundings.canDemote(lruvec, request);
    }

    /** The first rule that applies decides. */
    static Balance balance(ReclaimRequest request, boolean canReclaimAnon, int swappiness, boolean knowsAnonOnly) {
        if (!canReclaimAnon || (request.memcgReclaim() && swappiness == 0)) {
            return Balance.FILE;
        }
        if (knowsAnonOnly && swappiness == ReclaimRequest.ANON_ONLY) {
            return Balance.ANON;
        }
        if (request.priority == 0 && swappiness != 0) {
            return Balance.EQUAL;
        }
        if (request.fileIsTiny) {
            return Balance.ANON;
        }
        return request.cacheTrimMode ? Balance.FILE : Balance.FRACTION;
    }

    private static long amount(Lruvec lruvec, ReclaimRequest request, int list, Balance balance, Shares shares) {
        int type = TwoLists.typeOf(list);
        Memcg memcg = lruvec.memcg;
        long size = lruvec.size(list, request.maxZone);
        long scan = ProportionalProtection.unprotected(lruvec, request, size) >> request.priority;
        if (scan == 0 && !memcg.online()) {
            scan = Math.min(size, SWAP_CLUSTER);
        }
        return switch (balance) {
            case EQUAL -> scan;
            case FRACTION -> shares.of(scan, type, !memcg.online());
            case ANON -> type == TwoLists.ANON ? scan : 0;
            case FILE -> type == TwoLists.FILE ? scan : 0;
        };
    }
}
