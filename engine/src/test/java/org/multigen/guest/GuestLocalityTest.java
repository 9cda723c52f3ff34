package org.multigen.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multigen.base.Cost;
import org.multigen.fault.HugePagePolicy;

/**
 * What locality in guest-physical order is worth to a walk: the next walk visits only tables in which an eighth of the entries was
 * young. What a guest uses densely fills few tables; the same pages scattered fill all tables if they are many, and none if few.
 */
class GuestLocalityTest {
    private static final int PAGES = 4096;
    private static final int TABLES = PAGES / 512;

    @ParameterizedTest
    @CsvSource({"landed", "v2", "v4", "fast-only"})
    void aHotTenthInOrderFillsOneTable(String policy) {
        Found f = secondWalk(policy, 410, 0);
        assertThat(f.tables).isEqualTo(1);
        assertThat(f.young).isGreaterThanOrEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({"landed", "v2", "v4", "fast-only"})
    void scatteredItFillsNoneAndTheWalkIsBlind(String policy) {
        Found f = secondWalk(policy, 410, 1);
        assertThat(f.tables).isLessThanOrEqualTo(1); // by chance one table may have an eighth
        assertThat(f.young).isLessThanOrEqualTo(100);
    }

    @ParameterizedTest
    @CsvSource({"landed", "v2", "v4", "fast-only"})
    void aHotThirdScatteredFillsAllOfThem(String policy) {
        assertThat(secondWalk(policy, 1365, 0).tables).isEqualTo(3);
        Found f = secondWalk(policy, 1365, 1);
        assertThat(f.tables).isEqualTo(TABLES);
        assertThat(f.young).isGreaterThanOrEqualTo(1300);
    }

    private record Found(long tables, long young) {}

    /** A walk that goes by the filter that the one before it has filled. */
    private static Found secondWalk(String policy, int hot, double scatter) {
        GuestSettings s = GuestWorld.settings(PAGES, LockDiscipline.LOCKLESS);
        try (GuestWorld w =
                new GuestWorld("6.18", AgingPolicy.named(policy), s, scatter, List.of(), HugePagePolicy.Mode.NEVER)) {
            w.touchAll(true);
            w.age();
            w.touch(0, hot, false);
            w.age();
            w.touch(0, hot, false);
            long tables = w.machine.costs().events(Cost.WALK_TABLE);
            long young = w.machine.costs().events(Cost.WALK_PTE_YOUNG);
            w.ageByFilter();
            return new Found(
                    w.machine.costs().events(Cost.WALK_TABLE) - tables,
                    w.machine.costs().events(Cost.WALK_PTE_YOUNG) - young);
        }
    }
}
