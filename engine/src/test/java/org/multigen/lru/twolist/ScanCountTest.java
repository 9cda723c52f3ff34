package org.multigen.lru.twolist;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.multigen.lru.Lruvec;
import org.multigen.lru.ReclaimRequest;
import org.multigen.lru.twolist.ScanCount.Balance;
import org.multigen.lru.twolist.ScanCount.Shares;

class ScanCountTest {
    @Test
    void withoutCostsSwappinessDecides() {
        assertThat(Shares.of(60, 0, 0)).isEqualTo(new Shares(60, 140));
        assertThat(Shares.of(60, 0, 0).of(1000, TwoLists.ANON, false)).isEqualTo(300);
        assertThat(Shares.of(60, 0, 0).of(1000, TwoLists.FILE, false)).isEqualTo(700);
        assertThat(Shares.of(0, 0, 0).of(1000, TwoLists.ANON, true)).isZero();
    }

    @Test
    void theDearerTypeIsAskedForLess() {
        // total 1000; A = 2000, F = 1000, T = 3000; 60 * 3001 / 2001 = 89, 140 * 3001 / 1001 = 419
        assertThat(Shares.of(60, 1000, 0)).isEqualTo(new Shares(89, 419));
    }

    @Test
    void eachTypeKeepsAThirdOfThePressure() {
        Shares s = Shares.of(100, 1_000_000, 0);
        assertThat(s.of(300_000, TwoLists.ANON, false)).isBetween(99_000L, 101_000L);
    }

    @Test
    void sharesAreRoundedUpForAGroupThatIsGone() {
        assertThat(Shares.of(60, 0, 0).of(1, TwoLists.ANON, false)).isZero();
        assertThat(Shares.of(60, 0, 0).of(1, TwoLists.ANON, true)).isOne();
    }

    private static ReclaimRequest global(int priority) {
        ReclaimRequest r = new ReclaimRequest(null, 32);
        r.priority = priority;
        return r;
    }

    @Test
    void theFirstRuleThatAppliesDecides() {
        try (SmallNode n = new SmallNode("6.12", true)) {
            ReclaimRequest memcg = new ReclaimRequest(n.group, 32);
            assertThat(ScanCount.balance(memcg, false, 201, true)).isEqualTo(Balance.FILE);
            assertThat(ScanCount.balance(memcg, true, 0, true)).isEqualTo(Balance.FILE);
            assertThat(ScanCount.balance(memcg, true, 201, true)).isEqualTo(Balance.ANON);
            assertThat(ScanCount.balance(memcg, true, 201, false)).isEqualTo(Balance.FRACTION);
            assertThat(ScanCount.balance(memcg, true, 60, true)).isEqualTo(Balance.FRACTION);
        }
        assertThat(ScanCount.balance(global(0), true, 60, true)).isEqualTo(Balance.EQUAL);
        assertThat(ScanCount.balance(global(0), true, 0, true)).isEqualTo(Balance.FRACTION);
        ReclaimRequest r = global(3);
        r.cacheTrimMode = true;
        assertThat(ScanCount.balance(r, true, 60, true)).isEqualTo(Balance.FILE);
        r.fileIsTiny = true;
        assertThat(ScanCount.balance(r, true, 60, true)).isEqualTo(Balance.ANON);
        r.priority = 0;
        assertThat(ScanCount.balance(r, true, 60, true)).isEqualTo(Balance.EQUAL);
    }

    private static long[] budgets(SmallNode n, ReclaimRequest request) {
        Round r = new Round(n.actor, n.of(n.group), request);
        new ScanCount(org.multigen.rules.Kernels.find("6.12"), n.swap, () -> n.swappiness).fill(r);
        return r.left;
    }

    @Test
    void priorityShiftsTheSizeOfEachList() {
        try (SmallNode n = new SmallNode("6.12", true)) {
            n.pages(200, SmallNode.ANON);
            n.pages(100, SmallNode.ACTIVE_ANON);
            n.pages(400, SmallNode.FILE);
            n.pages(40, SmallNode.ACTIVE_FILE);
            ReclaimRequest request = new ReclaimRequest(n.group, 32);
            request.priority = 2;
            // 200/4 * 0.3, 100/4 * 0.3, 400/4 * 0.7, 40/4 * 0.7
            assertThat(budgets(n, request)).containsExactly(15, 7, 70, 7);
            request.priority = 0;
            assertThat(budgets(n, request)).containsExactly(200, 100, 400, 40);
        }
    }

    @Test
    void pagesOfHigherZonesDoNotCount() {
        try (SmallNode n = new SmallNode("6.12", true)) {
            n.pages(64, SmallNode.FILE);
            n.page(SmallNode.HIGH_ZONE, SmallNode.FILE);
            ReclaimRequest request = new ReclaimRequest(n.group, 32);
            request.priority = 0;
            assertThat(budgets(n, request)[Lruvec.INACTIVE_FILE]).isEqualTo(65);
            request.maxZone = SmallNode.LOW_ZONE;
            assertThat(budgets(n, request)[Lruvec.INACTIVE_FILE]).isEqualTo(64);
        }
    }

    @Test
    void withoutSwapOnlyFilePages() {
        try (SmallNode n = new SmallNode("6.12", false)) {
            n.pages(64, SmallNode.ANON);
            n.pages(64, SmallNode.FILE);
            ReclaimRequest request = new ReclaimRequest(n.group, 32);
            request.priority = 0;
            assertThat(budgets(n, request)).containsExactly(0, 0, 64, 0);
        }
    }

    @Test
    void protectionLeavesItsShareAlone() {
        try (SmallNode n = new SmallNode("6.12", true)) {
            n.pages(1000, SmallNode.FILE);
            n.group.setLow(500);
            org.multigen.memcg.Protection.calculate(null, n.group, false);
            ReclaimRequest request = global(0);
            // 1000 - 1000 * 500 / 1001 = 501
            assertThat(budgets(n, request)[Lruvec.INACTIVE_FILE]).isEqualTo(501);
            assertThat(request.memcgLowSkipped).isTrue();
            request.memcgLowReclaim = true;
            assertThat(budgets(n, request)[Lruvec.INACTIVE_FILE]).isEqualTo(1000);
        }
    }

    @Test
    void aGroupThatIsGoneIsScannedAtAnyPriority() {
        try (SmallNode n = new SmallNode("6.12", true)) {
            n.pages(40, SmallNode.FILE);
            assertThat(budgets(n, global(12))).containsExactly(0, 0, 0, 0);
            n.tree.remove(n.group);
            // min(40, 32) * 140 / 200, rounded up
            assertThat(budgets(n, global(12))).containsExactly(0, 0, 23, 0);
        }
    }
}
