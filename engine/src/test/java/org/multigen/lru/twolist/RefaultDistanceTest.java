package org.multigen.lru.twolist;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.multigen.base.VmEvent;
import org.multigen.lru.ReclaimRequest;
import org.multigen.memcg.Memcg;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.Mobility;

class RefaultDistanceTest {
    private static long evict(SmallNode n, int folio) {
        return n.lru.evicted(n.actor, n.lruvec, folio, new ReclaimRequest(n.group, 32));
    }

    private static int comesBack(SmallNode n, long flags, long shadow) {
        int folio = n.memory.allocator().take(n.node.zone(0), 0, 0, Mobility.MOVABLE);
        n.folios.setMemcg(folio, n.group.id());
        n.folios.set(folio, flags);
        n.lru.refault(n.actor, folio, shadow);
        return folio;
    }

    @Test
    void distanceCountsTheTicksBetweenAndSurvivesTheWrap() {
        long shadow = RefaultDistance.pack(100, 7, 3, true);
        assertThat(RefaultDistance.distance(shadow, 142)).isEqualTo(42);
        assertThat(shadow).isPositive().isLessThan(1L << 62);
        long late = RefaultDistance.pack((1L << 37) - 1, 65535, 255, true);
        assertThat(late).isEqualTo((1L << 62) - 1);
        assertThat(RefaultDistance.distance(late, (1L << 37) + 4)).isEqualTo(5);
    }

    @Test
    void aPageIsActivatedIfItCameBackWithinTheActivePages() {
        try (SmallNode n = new SmallNode("6.1", true)) {
            n.pages(3, SmallNode.ACTIVE_ANON);
            n.pages(50, SmallNode.ANON);
            int page = n.page(0, SmallNode.ANON);
            long first = evict(n, page);
            evict(n, page);
            evict(n, page);
            // three evictions, its own included, against three active pages
            int near = comesBack(n, SmallNode.ANON, first);
            assertThat(n.has(near, FolioFlags.ACTIVE)).isTrue();
            assertThat(n.has(near, FolioFlags.WORKINGSET)).isFalse();
            // the activation was a tick too
            int far = comesBack(n, SmallNode.ANON, first);
            assertThat(n.has(far, FolioFlags.ACTIVE)).isFalse();
            assertThat(n.group.ownCount(VmEvent.WORKINGSET_REFAULT_ANON)).isEqualTo(2);
            assertThat(n.group.ownCount(VmEvent.WORKINGSET_ACTIVATE_ANON)).isEqualTo(1);
            assertThat(n.group.ownCount(VmEvent.WORKINGSET_RESTORE_ANON)).isZero();
        }
    }

    @Test
    void aPageOfTheWorkingSetIsRestoredAndCosts() {
        try (SmallNode n = new SmallNode("6.12", true)) {
            n.pages(100, SmallNode.ACTIVE_ANON);
            n.pages(60, SmallNode.FILE);
            int page = n.page(0, SmallNode.ANON | FolioFlags.WORKINGSET);
            int back = comesBack(n, SmallNode.ANON, evict(n, page));
            assertThat(n.has(back, FolioFlags.WORKINGSET)).isTrue();
            assertThat(n.group.ownCount(VmEvent.WORKINGSET_RESTORE_ANON)).isEqualTo(1);
            assertThat(n.of(n.group).cost).containsExactly(32, 0);
            assertThat(n.of(n.tree.root()).cost).containsExactly(32, 0);
        }
    }

    @Test
    void aFilePageCompetesWithAllButInactiveFilePages() {
        try (SmallNode n = new SmallNode("6.1", true)) {
            n.pages(1, SmallNode.ANON);
            n.pages(10, SmallNode.ACTIVE_ANON);
            n.pages(100, SmallNode.FILE);
            n.pages(1000, SmallNode.ACTIVE_FILE);
            TwoLists lists = n.of(n.group);
            assertThat(RefaultDistance.workingsetSize(lists, TwoLists.FILE, true))
                    .isEqualTo(1011);
            assertThat(RefaultDistance.workingsetSize(lists, TwoLists.FILE, false))
                    .isEqualTo(1000);
            assertThat(RefaultDistance.workingsetSize(lists, TwoLists.ANON, true))
                    .isEqualTo(1110);
            assertThat(RefaultDistance.workingsetSize(lists, TwoLists.ANON, false))
                    .isEqualTo(1100);
        }
    }

    @Test
    void refaultsMakeActivePagesGoDownUntilTheSnapshot() {
        try (SmallNode n = new SmallNode("6.1", true)) {
            n.pages(100, SmallNode.ANON);
            n.pages(50, SmallNode.ACTIVE_ANON);
            int page = n.page(0, SmallNode.ANON);
            ReclaimRequest request = new ReclaimRequest(n.group, 32);
            n.lru.prepare(n.actor, n.node, request);
            assertThat(request.mayDeactivateAnon).isFalse();
            comesBack(n, SmallNode.ANON, evict(n, page));
            n.lru.prepare(n.actor, n.node, request);
            assertThat(request.mayDeactivateAnon).isTrue();
            assertThat(request.mayDeactivateFile).isFalse();
            n.lru.snapshotRefaults(n.group, n.node);
            n.lru.prepare(n.actor, n.node, request);
            assertThat(request.mayDeactivateAnon).isFalse();
            // the root has a snapshot of its own
            ReclaimRequest global = new ReclaimRequest(null, 32);
            n.lru.prepare(n.actor, n.node, global);
            assertThat(global.mayDeactivateAnon).isTrue();
        }
    }

    @Test
    void theClockOfTheReclaimedGroupCountsAndItsEndForgets() {
        try (SmallNode n = new SmallNode("6.1", true)) {
            n.pages(100, SmallNode.ACTIVE_ANON);
            int page = n.page(0, SmallNode.ANON);
            Memcg child = n.tree.create("A/B", -1);
            n.lruvecs.online(child);
            long byChild = n.lru.evicted(n.actor, n.lruvec, page, new ReclaimRequest(child, 32));
            assertThat(n.of(n.group).nonresidentAge()).isEqualTo(1);
            assertThat(n.has(comesBack(n, SmallNode.ANON, byChild), FolioFlags.ACTIVE))
                    .as("no active page in the child, whose clock it was")
                    .isFalse();
            long byGroup = evict(n, page);
            n.tree.remove(child);
            n.tree.release(child);
            assertThat(n.has(comesBack(n, SmallNode.ANON, byChild), FolioFlags.ACTIVE))
                    .isFalse();
            assertThat(n.has(comesBack(n, SmallNode.ANON, byGroup), FolioFlags.ACTIVE))
                    .isTrue();
        }
    }
}
