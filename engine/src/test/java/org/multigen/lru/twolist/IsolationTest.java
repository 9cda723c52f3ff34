package org.multigen.lru.twolist;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.multigen.base.VmEvent;
import org.multigen.lru.Lruvec;
import org.multigen.lru.ReclaimRequest;
import org.multigen.memory.FolioFlags;

class IsolationTest {
    private static ReclaimRequest request(SmallNode n) {
        ReclaimRequest r = new ReclaimRequest(n.group, 1000);
        r.priority = 0;
        return r;
    }

    @Test
    void pagesOfHigherZonesAreSteppedOverAndKeepTheirOrder() {
        try (SmallNode n = new SmallNode("6.12", true)) {
            int h1 = n.page(SmallNode.HIGH_ZONE, SmallNode.FILE);
            int l1 = n.page(SmallNode.LOW_ZONE, SmallNode.FILE);
            int h2 = n.page(SmallNode.HIGH_ZONE, SmallNode.FILE);
            int l2 = n.page(SmallNode.LOW_ZONE, SmallNode.FILE);
            n.frees = folio -> false;
            ReclaimRequest request = request(n);
            request.maxZone = SmallNode.LOW_ZONE;
            n.lru.shrink(n.actor, n.lruvec, request);
            assertThat(n.tried).containsExactly(l1, l2);
            assertThat(n.listed(Lruvec.INACTIVE_FILE)).containsExactly(h1, h2, l1, l2);
            assertThat(n.actor.events(VmEvent.PGSCAN_SKIP)).isEqualTo(2);
            assertThat(n.group.ownCount(VmEvent.PGSCAN_DIRECT)).isEqualTo(4);
        }
    }

    @Test
    void aPageThatSomebodyElseIsolatedIsLeftAlone() {
        try (SmallNode n = new SmallNode("6.12", true)) {
            List<Integer> pages = n.pages(3, SmallNode.FILE);
            n.folios.clear(pages.get(0), FolioFlags.LRU);
            n.lru.shrink(n.actor, n.lruvec, request(n));
            assertThat(n.tried).containsExactly(pages.get(1), pages.get(2));
            assertThat(n.listed(Lruvec.INACTIVE_FILE)).containsExactly(pages.get(0));
        }
    }

    @Test
    void mappedPagesStayWhereUnmappingIsNotAllowed() {
        try (SmallNode n = new SmallNode("6.12", true)) {
            List<Integer> pages = n.pages(2, SmallNode.FILE);
            n.folios.addMappings(pages.get(0), 1);
            ReclaimRequest request = request(n);
            request.mayUnmap = false;
            n.lru.shrink(n.actor, n.lruvec, request);
            assertThat(n.tried).containsExactly(pages.get(1));
        }
    }

    @Test
    void aSurvivorThatNobodyElseHoldsIsFreed() {
        try (SmallNode n = new SmallNode("6.12", true)) {
            n.pages(20, SmallNode.FILE);
            long free = n.node.freePages();
            long usage = n.group.usage();
            n.frees = folio -> {
                n.folios.put(folio); // whoever else held it lets go while it is isolated
                return false;
            };
            n.lru.shrink(n.actor, n.lruvec, request(n));
            assertThat(n.node.freePages()).isEqualTo(free + 20);
            assertThat(n.group.usage()).isEqualTo(usage - 20);
            assertThat(n.of(n.tree.root()).size()).isZero();
        }
    }

    @Test
    void lockedPagesAreSortedOut() {
        try (SmallNode n = new SmallNode("6.12", true)) {
            List<Integer> pages = n.pages(2, SmallNode.FILE);
            n.frees = folio -> {
                n.folios.set(folio, FolioFlags.MLOCKED);
                return false;
            };
            n.lru.shrink(n.actor, n.lruvec, request(n));
            n.batches.drain(n.actor);
            assertThat(n.lruvec.size(Lruvec.UNEVICTABLE)).isEqualTo(2);
            assertThat(n.lruvec.size(Lruvec.INACTIVE_FILE)).isZero();
            assertThat(pages).allMatch(f -> n.has(f, FolioFlags.UNEVICTABLE));
        }
    }

    @Test
    void whatIsIsolatedIsAccountedUntilItIsBack() {
        try (SmallNode n = new SmallNode("6.12", true)) {
            n.pages(5, SmallNode.FILE);
            n.frees = folio -> {
                assertThat(n.lruvec.isolated[TwoLists.FILE]).isEqualTo(5);
                assertThat(n.of(n.tree.root()).isolated(TwoLists.FILE)).isEqualTo(5);
                return false;
            };
            n.lru.shrink(n.actor, n.lruvec, request(n));
            assertThat(n.tried).hasSize(5);
            assertThat(n.lruvec.isolated[TwoLists.FILE]).isZero();
            assertThat(n.of(n.tree.root()).isolated(TwoLists.FILE)).isZero();
        }
    }
}
