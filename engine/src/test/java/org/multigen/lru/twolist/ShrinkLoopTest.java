package org.multigen.lru.twolist;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.multigen.base.VmEvent;
import org.multigen.lru.Lruvec;
import org.multigen.lru.ReclaimRequest;
import org.multigen.memory.FolioFlags;

class ShrinkLoopTest {
    @Test
    void theTypeWithLessLeftIsGivenUpAndTheOtherCatchesUp() {
        // anon: 100 of 400 left (24 % by the kernel's rounding); file: 700 of 1000
        long[] target = {300, 100, 800, 200};
        long[] left = {70, 30, 560, 140};
        assertThat(ShrinkLoop.goOnInProportion(left, target)).isTrue();
        // 800 * 76 / 100 - 240 and 200 * 76 / 100 - 60
        assertThat(left).containsExactly(0, 0, 368, 92);
    }

    @Test
    void whatIsAheadAlreadyStops() {
        long[] target = {100, 0, 1000, 0};
        long[] left = {90, 0, 95, 0};
        // anon is the smaller rest: 89 % undone, so file's budget becomes 110, of which 905 is done
        assertThat(ShrinkLoop.goOnInProportion(left, target)).isTrue();
        assertThat(left).containsExactly(0, 0, 0, 0);
    }

    @Test
    void nothingLeftOfOneTypeStopsAtOnce() {
        assertThat(ShrinkLoop.goOnInProportion(new long[] {0, 0, 50, 0}, new long[] {32, 0, 82, 0}))
                .isFalse();
    }

    private static ReclaimRequest request(SmallNode n, int priority) {
        ReclaimRequest r = new ReclaimRequest(n.group, 32);
        r.priority = priority;
        return r;
    }

    @Test
    void reclaimTakesTheOldestInRoundsOf32() {
        try (SmallNode n = new SmallNode("6.12", true)) {
            List<Integer> pages = n.pages(200, SmallNode.FILE);
            ReclaimRequest request = request(n, 0);
            n.lru.prepare(n.actor, n.node, request);
            n.lru.shrink(n.actor, n.lruvec, request);
            assertThat(n.tried).isEqualTo(pages.subList(0, 32));
            assertThat(request.reclaimed).isEqualTo(32);
            assertThat(n.lruvec.size(Lruvec.INACTIVE_FILE)).isEqualTo(168);
            assertThat(n.listed(Lruvec.INACTIVE_FILE)).isEqualTo(pages.subList(32, 200));
            assertThat(n.group.ownCount(VmEvent.PGSCAN_DIRECT)).isEqualTo(32);
            assertThat(n.group.ownCount(VmEvent.PGSTEAL_DIRECT)).isEqualTo(32);
            assertThat(n.actor.events(VmEvent.PGSCAN_FILE)).isEqualTo(32);
            assertThat(n.actor.events(VmEvent.PGSCAN_DIRECT)).isZero();
        }
    }

    @Test
    void survivorsGoToTheYoungEndInOrder() {
        try (SmallNode n = new SmallNode("6.12", true)) {
            List<Integer> pages = n.pages(64, SmallNode.FILE);
            n.frees = folio -> folio % 2 == 0;
            ReclaimRequest request = request(n, 1);
            n.lru.prepare(n.actor, n.node, request);
            n.lru.shrink(n.actor, n.lruvec, request);
            assertThat(n.tried).isEqualTo(pages.subList(0, 32)); // file pages only: the cache is trimmed
            List<Integer> expected = new ArrayList<>(pages.subList(32, 64));
            pages.subList(0, 32).stream().filter(f -> f % 2 != 0).forEach(expected::add);
            assertThat(n.listed(Lruvec.INACTIVE_FILE)).isEqualTo(expected);
        }
    }

    @Test
    void pagesThatReclaimActivatesMakeTheClockTick() {
        try (SmallNode n = new SmallNode("6.12", true)) {
            List<Integer> pages = n.pages(32, SmallNode.FILE);
            n.frees = folio -> {
                n.folios.set(folio, FolioFlags.ACTIVE);
                return false;
            };
            ReclaimRequest request = request(n, 0);
            n.lru.shrink(n.actor, n.lruvec, request);
            assertThat(n.listed(Lruvec.ACTIVE_FILE)).isEqualTo(pages);
            assertThat(n.of(n.group).nonresidentAge()).isEqualTo(32);
            assertThat(n.of(n.tree.root()).nonresidentAge()).isEqualTo(32);
        }
    }

    @Test
    void activePagesGoDownOnlyIfInactiveOnesAreFewOrRefaultsCameBack() {
        try (SmallNode n = new SmallNode("6.1", true)) {
            n.pages(100, SmallNode.FILE);
            List<Integer> active = n.pages(100, SmallNode.ACTIVE_FILE);
            n.frees = folio -> false;
            ReclaimRequest request = request(n, 0);
            n.lru.prepare(n.actor, n.node, request);
            assertThat(request.mayDeactivateFile).isFalse();
            assertThat(request.cacheTrimMode).isTrue();
            n.lru.shrink(n.actor, n.lruvec, request);
            assertThat(request.skippedDeactivate).isTrue();
            assertThat(n.listed(Lruvec.ACTIVE_FILE)).isEqualTo(active);

            n.page(SmallNode.LOW_ZONE, SmallNode.ACTIVE_FILE);
            request = request(n, 0);
            n.lru.prepare(n.actor, n.node, request);
            assertThat(request.mayDeactivateFile).isTrue();
            assertThat(request.cacheTrimMode).isFalse();
            n.lru.shrink(n.actor, n.lruvec, request);
            assertThat(n.listed(Lruvec.ACTIVE_FILE)).isEmpty();
            assertThat(n.group.ownCount(VmEvent.PGDEACTIVATE)).isEqualTo(101);
            assertThat(n.group.ownCount(VmEvent.PGREFILL)).isEqualTo(101);
            assertThat(active).allMatch(f -> n.has(f, FolioFlags.WORKINGSET) && !n.has(f, FolioFlags.ACTIVE));
        }
    }

    @Test
    void afterwards32AnonPagesAreAgedIfInactiveOnesAreFew() {
        try (SmallNode n = new SmallNode("6.1", true)) {
            n.pages(10, SmallNode.ANON);
            List<Integer> active = n.pages(100, SmallNode.ACTIVE_ANON);
            ReclaimRequest request = request(n, 12);
            n.lru.shrink(n.actor, n.lruvec, request);
            assertThat(n.tried).isEmpty();
            assertThat(n.listed(Lruvec.ACTIVE_ANON)).isEqualTo(active.subList(32, 100));
            assertThat(n.listed(Lruvec.INACTIVE_ANON).subList(10, 42)).isEqualTo(active.subList(0, 32));
        }
    }

    @Test
    void withoutSwapAnonPagesAreNotAged() {
        try (SmallNode n = new SmallNode("6.12", false)) {
            List<Integer> active = n.pages(100, SmallNode.ACTIVE_ANON);
            n.lru.shrink(n.actor, n.lruvec, request(n, 12));
            assertThat(n.listed(Lruvec.ACTIVE_ANON)).isEqualTo(active);
        }
    }

    @Test
    void kswapdAgesEveryGroupWhenTheNodeRunsOutOfInactivePages() {
        try (SmallNode n = new SmallNode("6.1", true)) {
            List<Integer> active = n.pages(100, SmallNode.ACTIVE_ANON);
            ReclaimRequest request = new ReclaimRequest(null, 32);
            request.kswapd = true;
            n.lru.ageActiveAnon(n.actor, n.node, request);
            assertThat(n.listed(Lruvec.INACTIVE_ANON)).isEqualTo(active.subList(0, 32));
            n.lru.ageActiveAnon(n.actor, n.node, request);
            assertThat(n.listed(Lruvec.INACTIVE_ANON)).isEqualTo(active.subList(0, 64));
            n.lru.ageActiveAnon(n.actor, n.node, request);
            assertThat(n.listed(Lruvec.INACTIVE_ANON)).hasSize(64);
        }
    }

    @Test
    void globalDirectReclaimAtTheLowestPressureNeverStopsEarly() {
        try (SmallNode n = new SmallNode("6.12", false, 66 << 12)) {
            n.pages((66 << 12) - 8, SmallNode.FILE);
            n.pages(4, SmallNode.FILE);
            n.frees = folio -> true;
            n.lru.shrink(n.actor, n.lruvec, new ReclaimRequest(n.group, 1));
            assertThat(n.tried).hasSize(32);
            n.tried.clear();
            ReclaimRequest request = new ReclaimRequest(null, 1);
            n.lru.shrink(n.actor, n.lruvec, request);
            assertThat(n.tried).hasSize(65);
            assertThat(request.reclaimed).isEqualTo(65);
            n.tried.clear();
            request.kswapd = true;
            n.lru.shrink(n.actor, n.lruvec, request);
            assertThat(n.tried).hasSize(32);
        }
    }
}
