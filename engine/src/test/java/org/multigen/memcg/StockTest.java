package org.multigen.memcg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.multigen.base.LockClass;
import org.multigen.base.Locks;

class StockTest {
    private final MemcgTree tree = new MemcgTree(true);
    private final List<String> given = new ArrayList<>();

    private Stock stock(int groups) {
        return new Stock(
                groups, (m, pages) -> given.add(m.path() + " " + pages), Locks.VIRTUAL.guard(LockClass.CPU_STOCK));
    }

    @Test
    void aStockForOneGroupGivesBackWhatAnotherOneLeft() {
        Memcg a = tree.create("A", -1);
        Memcg b = tree.create("B", -1);
        Stock s = stock(1);
        s.refill(a, 63);
        assertThat(s.consume(b, 1)).isFalse();
        s.refill(b, 10);
        assertThat(given).containsExactly("/A 63");
        assertThat(s.consume(a, 1)).isFalse();
        assertThat(s.consume(b, 10)).isTrue();
        assertThat(s.consume(b, 1)).isFalse();
    }

    @Test
    void aStockForSevenGroupsKeepsSevenAndClearsOneForTheEighth() {
        Stock s = stock(7);
        List<Memcg> groups = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            groups.add(tree.create("g" + i, -1));
            s.refill(groups.get(i), 20 + i);
        }
        assertThat(given).containsExactly("/g0 20");
        for (int i = 1; i < 8; i++) {
            assertThat(s.held(groups.get(i))).isEqualTo(20 + i);
        }
    }

    @Test
    void moreThanABatchGoesBackWhole() {
        Memcg a = tree.create("A", -1);
        Stock s = stock(7);
        s.refill(a, 64);
        assertThat(given).isEmpty();
        s.refill(a, 1);
        assertThat(given).containsExactly("/A 65");
        assertThat(s.held(a)).isZero();
    }

    @Test
    void drainingAGroupTakesItsDescendantsToo() {
        Memcg p = tree.create("P", -1);
        Memcg a = tree.create("P/A", -1);
        Memcg other = tree.create("O", -1);
        Stock s = stock(7);
        s.refill(a, 5);
        s.refill(p, 6);
        s.refill(other, 7);
        s.drain(p);
        assertThat(given).containsExactlyInAnyOrder("/P/A 5", "/P 6");
        assertThat(s.held(other)).isEqualTo(7);
    }
}
