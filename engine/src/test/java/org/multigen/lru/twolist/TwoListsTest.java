package org.multigen.lru.twolist;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multigen.base.VmEvent;
import org.multigen.lru.Lruvec;
import org.multigen.lru.ReclaimRequest;
import org.multigen.memcg.Memcg;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.memory.Mobility;
import org.multigen.rules.Kernels;

class TwoListsTest {
    @ParameterizedTest
    @CsvSource({"0.5, 1", "1, 3", "10, 10", "100, 31", "1024, 101"})
    void inactiveListsMayBeShorterOnLargerMachines(double gib, long ratio) {
        assertThat(TwoLists.inactiveRatio((long) (gib * (1 << 18)))).isEqualTo(ratio);
    }

    @Test
    void pagesAreOnTheListThatTheirFlagsSay() {
        try (SmallNode n = new SmallNode("6.1", true)) {
            n.pages(1, SmallNode.ANON);
            n.pages(2, SmallNode.ACTIVE_ANON);
            n.pages(3, SmallNode.FILE);
            n.pages(4, SmallNode.ACTIVE_FILE);
            for (Memcg m : List.of(n.group, n.tree.root())) {
                for (int list = 0; list < 4; list++) {
                    assertThat(n.of(m).size(list)).isEqualTo(list + 1);
                }
            }
            assertThat(n.lruvecs.of(n.tree.root(), 0).size(Lruvec.ACTIVE_FILE)).isZero();
            int next = take(n);
            n.lists.addTail(n.lruvec, next);
            assertThat(n.listed(Lruvec.INACTIVE_FILE)).hasSize(4).startsWith(next);
            while (n.lru.anyPage(n.lruvec) != FolioTable.NONE) {
                n.lists.remove(n.lruvec, n.lru.anyPage(n.lruvec));
            }
            assertThat(n.of(n.tree.root()).size()).isZero();
            assertThat(n.lruvec.reclaimable()).isZero();
        }
    }

    private static int take(SmallNode n) {
        return n.memory.allocator().take(n.node.zone(0), 0, 0, Mobility.MOVABLE);
    }

    @Test
    void usedTwiceAPageBecomesActive() {
        try (SmallNode n = new SmallNode("6.12", true)) {
            int page = n.page(0, SmallNode.FILE);
            n.lru.markAccessed(n.actor, page);
            assertThat(n.has(page, FolioFlags.REFERENCED)).isTrue();
            n.lru.markAccessed(n.actor, page);
            n.batches.drain(n.actor);
            assertThat(n.listed(Lruvec.ACTIVE_FILE)).containsExactly(page);
            assertThat(n.has(page, FolioFlags.REFERENCED)).isFalse();
            assertThat(n.of(n.tree.root()).nonresidentAge()).isEqualTo(1);
            assertThat(n.group.ownCount(VmEvent.PGACTIVATE)).isEqualTo(1);
            n.lru.markAccessed(n.actor, page);
            n.lru.markAccessed(n.actor, page);
            assertThat(n.has(page, FolioFlags.REFERENCED)).isTrue();
            assertThat(n.of(n.group).nonresidentAge()).isEqualTo(1);
        }
    }

    @Test
    void aPageOnItsWayToAListIsOnlyMarked() {
        try (SmallNode n = new SmallNode("6.12", true)) {
            int page = take(n);
            n.folios.setMemcg(page, n.group.id());
            n.batches.add(n.actor, page);
            n.lru.markAccessed(n.actor, page);
            n.lru.markAccessed(n.actor, page);
            assertThat(n.has(page, FolioFlags.ACTIVE)).isTrue();
            n.batches.drain(n.actor);
            assertThat(n.listed(Lruvec.ACTIVE_FILE)).containsExactly(page);
        }
    }

    @Test
    void costsCountIoMoreThanRotationSince612() {
        try (SmallNode n = new SmallNode("6.12", true)) {
            n.pages(2000, SmallNode.FILE);
            TwoLists lists = n.of(n.group);
            new LruCost(Kernels.find("6.12")).note(n.actor, lists, TwoLists.ANON, 2, 5);
            assertThat(lists.cost).containsExactly(69, 0);
            new LruCost(Kernels.find("6.1")).note(n.actor, lists, TwoLists.FILE, 2, 5);
            assertThat(lists.cost).containsExactly(69, 2);
            assertThat(n.of(n.tree.root()).cost).containsExactly(69, 2);
        }
    }

    @Test
    void costsOverAQuarterOfThePagesAreHalvedOnce() {
        long[] cost = {90, 11};
        LruCost.fade(cost, 404);
        assertThat(cost).containsExactly(90, 11);
        LruCost.fade(cost, 403);
        assertThat(cost).containsExactly(45, 5);
        LruCost.fade(cost, 8);
        assertThat(cost).containsExactly(22, 2);
    }

    @Test
    void reclaimCostsWhatItWritesAndWhatItRotates() {
        try (SmallNode n = new SmallNode("6.12", true)) {
            List<Integer> pages = n.pages(3000, SmallNode.FILE);
            n.frees = folio -> folio >= pages.get(20);
            n.writes = true;
            ReclaimRequest request = new ReclaimRequest(n.group, 1);
            request.priority = 0;
            n.lru.shrink(n.actor, n.lruvec, request);
            // 32 looked at, 20 kept, 12 written
            assertThat(n.of(n.group).cost).containsExactly(0, 12 * 32 + 20);
        }
    }

    @Test
    void filePagesAreTinyWhenDroppingThemAllWouldNotBalanceTheNode() {
        try (SmallNode n = new SmallNode("6.12", true)) {
            n.pages(4090, SmallNode.ANON);
            for (int i = 0; i < 4089; i++) {
                n.page(SmallNode.HIGH_ZONE, SmallNode.ANON);
            }
            // 13 pages are free, the high watermarks are 6 + 6
            ReclaimRequest request = new ReclaimRequest(null, 32);
            n.lru.prepare(n.actor, n.node, request);
            assertThat(request.fileIsTiny).isFalse();
            n.pages(1, SmallNode.ANON);
            n.lru.prepare(n.actor, n.node, request);
            assertThat(request.fileIsTiny).isTrue();
            ReclaimRequest memcg = new ReclaimRequest(n.group, 32);
            n.lru.prepare(n.actor, n.node, memcg);
            assertThat(memcg.fileIsTiny).isFalse();
        }
    }
}
