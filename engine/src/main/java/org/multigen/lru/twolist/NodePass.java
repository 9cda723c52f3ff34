package org.multigen.lru.twolist;

import org.multigen.lru.Lruvec;
import org.multigen.lru.ReclaimRequest;
import org.multigen.memory.Node;
import org.multigen.memory.Zone;

/** What is decided once per pass over a node, from the lists of the group that is reclaimed. Kernel: prepare_scan_control. */
final class NodePass {
    private NodePass() {}

    /**
     * Fills in the request.
     *
     * @param target lists of the group over its limit, or of the root
     * @param root lists of the whole node
     */
    static void prepare(ReclaimRequest request, TwoLists target, TwoLists root) {
        request.anonCost = target.cost[TwoLists.ANON];
        request.fileCost = target.cost[TwoLists.FILE];
        request.mayDeactivateAnon = mayDeactivate(request, target, TwoLists.ANON);
        request.mayDeactivateFile = mayDeactivate(request, target, TwoLists.FILE);
        request.cacheTrimMode = target.size(Lruvec.INACTIVE_FILE) >> request.priority != 0
                && !request.mayDeactivateFile
                && !request.noCacheTrimMode;
        if (!request.memcgReclaim()) {
            request.fileIsTiny = fileIsTiny(request, root);
        }
    }

    /** Active pages are needed: refaults want their room, or inactive ones run out. */
    private static boolean mayDeactivate(ReclaimRequest request, TwoLists target, int type) {
        return request.forceDeactivate || target.refaultedSinceSnapshot(type) || target.inactiveIsLow(type);
    }

    /** Even without any file page the node would not be in balance, and there are anonymous pages to take. */
    private static boolean fileIsTiny(ReclaimRequest request, TwoLists root) {
        Node node = root.lruvec.node;
        long file = root.sizeNow(Lruvec.INACTIVE_FILE) + root.sizeNow(Lruvec.ACTIVE_FILE);
        long high = 0;
        for (Zone z : node.zones()) {
            high += z.high();
        }
        return file + node.freePages() <= high
                && !request.mayDeactivateAnon
                && root.sizeNow(Lruvec.INACTIVE_ANON) >> request.priority != 0;
    }
}
