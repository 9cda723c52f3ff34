package org.multigen.lru.twolist;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.multigen.lru.Lruvec;
import org.multigen.lru.ReclaimRequest;

class SumsTest {
    @Test
    void staleSumsChangeAtTheFirstLookInAPeriod() {
        Sums s = new Sums(true);
        s.add(0, 5);
        assertThat(s.shown(0)).isZero();
        assertThat(s.now(0)).isEqualTo(5);
        s.refresh(10);
        assertThat(s.shown(0)).isEqualTo(5);
        s.add(0, 2);
        s.refresh(Sums.PERIOD_NS - 1);
        assertThat(s.shown(0)).isEqualTo(5);
        s.refresh(Sums.PERIOD_NS);
        assertThat(s.shown(0)).isEqualTo(7);
        s.add(0, 1);
        s.refresh(0); // an actor that is behind
        assertThat(s.shown(0)).isEqualTo(7);
    }

    @Test
    void readingTheStatisticsRefreshesThem() {
        try (SmallNode n = new SmallNode("6.12", true)) {
            n.of(n.group).refresh(n.actor);
            n.pages(5, SmallNode.FILE);
            n.of(n.group).refresh(n.actor);
            assertThat(n.of(n.group).size()).isZero();
            n.lru.statisticsRead(n.group);
            assertThat(n.of(n.group).size()).isEqualTo(5);
        }
    }

    @Test
    void freshSumsAreShownAtOnce() {
        Sums s = new Sums(false);
        s.add(3, 5);
        assertThat(s.shown(3)).isEqualTo(5);
    }

    @Test
    void since612RefaultsMakeOneReclaimPerPeriodDeactivate() {
        try (SmallNode n = new SmallNode("6.12", true)) {
            n.pages(100, SmallNode.ANON);
            n.pages(50, SmallNode.ACTIVE_ANON);
            assertThat(deactivates(n)).isFalse();
            n.later();
            for (int i = 0; i < 3; i++) {
                int page = n.page(0, SmallNode.ANON);
                n.lru.refault(n.actor, page, n.lru.evicted(n.actor, n.lruvec, page, new ReclaimRequest(n.group, 32)));
                assertThat(deactivates(n)).isFalse();
            }
            n.later();
            assertThat(deactivates(n)).isTrue();
            assertThat(deactivates(n)).isFalse();
        }
    }

    private static boolean deactivates(SmallNode n) {
        ReclaimRequest request = new ReclaimRequest(n.group, 32);
        n.lru.prepare(n.actor, n.node, request);
        n.lru.snapshotRefaults(n.group, n.node);
        return request.mayDeactivateAnon;
    }

    @Test
    void since612InactivePagesRunOutUnseenForAPeriod() {
        try (SmallNode n = new SmallNode("6.12", true)) {
            n.pages(100, SmallNode.ANON);
            n.pages(90, SmallNode.ACTIVE_ANON);
            ReclaimRequest request = new ReclaimRequest(n.group, 32);
            n.lru.shrink(n.actor, n.lruvec, request);
            n.pages(20, SmallNode.ACTIVE_ANON);
            n.lru.shrink(n.actor, n.lruvec, request);
            assertThat(n.listed(Lruvec.ACTIVE_ANON)).hasSize(110);
            n.later();
            n.lru.shrink(n.actor, n.lruvec, request);
            n.lru.shrink(n.actor, n.lruvec, request);
            n.lru.shrink(n.actor, n.lruvec, request);
            assertThat(n.listed(Lruvec.ACTIVE_ANON))
                    .as("32 each time, needed or not")
                    .hasSize(14);
        }
    }
}
