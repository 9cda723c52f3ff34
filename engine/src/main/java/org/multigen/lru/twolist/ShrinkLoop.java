package org.multigen.lru.twolist;

import org.multigen.lru.Lruvec;
import org.multigen.lru.ReclaimRequest;

/**
 * Works through the lists of one lruvec, 32 pages of each in turn, until their budgets are used or enough is freed; then sees to it
 * that inactive anonymous pages do not run out. Kernel: mm/vmscan.c shrink_lruvec, shrink_list.
 */
final class ShrinkLoop {
    static final int SWAP_CLUSTER = 32;

    private final ScanCount scanCount;
    private final ActiveList active;
    private final InactiveList inactive;

    ShrinkLoop(ScanCount scanCount, ActiveList active, InactiveList inactive) {
        this.scanCount = scanCount;
        this.active = active;
        this.inactive = inactive;
    }

    /**
     * Reclaims as much as the request's priority asks for.
     *
     * @param node the lists of the whole node
     */
    void shrink(Round r, TwoLists node) {
        ReclaimRequest request = r.request;
        scanCount.fill(r);
        long[] target = r.left.clone();
        boolean useAll =
                !request.memcgReclaim() && !request.kswapd && request.priority == ReclaimRequest.DEFAULT_PRIORITY;
        long freed = 0;
        while (r.left[Lruvec.INACTIVE_ANON] > 0 || r.left[Lruvec.ACTIVE_FILE] > 0 || r.left[Lruvec.INACTIVE_FILE] > 0) {
            for (int list = 0; list < TwoLists.LISTS; list++) {
                int n = (int) Math.min(r.left[list], SWAP_CLUSTER);
                if (n > 0) {
                    r.left[list] -= n;
                    freed += shrinkList(r, node, list, n);
                }
            }
            r.actor.yieldPoint();
            if (freed >= request.goal && !useAll && !goOnInProportion(r.left, target)) {
                break;
            }
        }
        request.reclaimed += freed;
        r.lists.refresh(r.actor);
        if (scanCount.canAgeAnon(r.lists.lruvec, request) && r.lists.inactiveIsLow(TwoLists.ANON)) {
            active.shrink(r, TwoLists.ANON, SWAP_CLUSTER);
        }
    }

    private long shrinkList(Round r, TwoLists node, int list, int n) {
        int type = TwoLists.typeOf(list);
        if (!TwoLists.active(list)) {
            return inactive.shrink(r, node, type, n);
        }
        ReclaimRequest request = r.request;
        if (type == TwoLists.ANON ? request.mayDeactivateAnon : request.mayDeactivateFile) {
            active.shrink(r, type, n);
        } else {
            request.skippedDeactivate = true;
        }
        return 0;
    }

    /**
     * Enough is freed: gives up the type with less left to do, and lets the other catch up to the share that this one has done, so
     * that both are scanned as the targets want.
     *
     * @return false if nothing is left of one type: stop at once
     */
    static boolean goOnInProportion(long[] left, long[] target) {
        long anon = left[Lruvec.INACTIVE_ANON] + left[Lruvec.ACTIVE_ANON];
        long file = left[Lruvec.INACTIVE_FILE] + left[Lruvec.ACTIVE_FILE];
        if (anon == 0 || file == 0) {
            return false;
        }
        int smaller = file > anon ? TwoLists.ANON : TwoLists.FILE;
        int a = TwoLists.listOf(smaller, false);
        long undone = Math.min(anon, file) * 100 / (target[a] + target[a + 1] + 1);
        left[a] = 0;
        left[a + 1] = 0;
        int b = TwoLists.listOf(1 - smaller, false);
        for (int list = b; list <= b + 1; list++) {
            long done = target[list] - left[list];
            left[list] = Math.max(target[list] * (100 - undone) / 100 - done, 0);
        }
        return true;
    }
}
