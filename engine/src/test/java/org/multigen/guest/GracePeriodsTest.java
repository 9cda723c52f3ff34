package org.multigen.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.multigen.pagetable.Pte;

class GracePeriodsTest {
    @Test
    void aTableWaitsForThoseWhoEnteredBeforeItLeft() {
        List<Integer> freed = new ArrayList<>();
        GracePeriods grace = new GracePeriods(freed::add);
        grace.enter(1);
        grace.defer(7);
        grace.enter(2);
        grace.poll();
        assertThat(freed).isEmpty();
        grace.exit(1);
        grace.poll();
        assertThat(freed).containsExactly(7);
        grace.exit(2);
    }

    @Test
    void tablesGoInTheOrderInWhichTheyLeft() {
        List<Integer> freed = new ArrayList<>();
        GracePeriods grace = new GracePeriods(freed::add);
        grace.defer(1);
        grace.enter(5);
        grace.defer(2);
        grace.poll();
        assertThat(freed).containsExactly(1);
        assertThat(grace.waiting()).isEqualTo(1);
        grace.exit(5);
        grace.poll();
        assertThat(freed).containsExactly(1, 2);
    }

    /** The poison works: a reader that kept an address beyond its grace period is found out. */
    @Test
    void aFreedTableIsFoundOut() {
        try (TableArena arena = new TableArena(64, true)) {
            GracePeriods grace = new GracePeriods(arena::give);
            GuestTable table = new GuestTable(arena, grace, true, false);
            table.map(3, Pte.of(99, Pte.PRESENT));
            long kept = table.leafAt(3);
            table.unmap(0, 512, (gpn, entry) -> {});
            grace.poll();
            assertThatThrownBy(() -> table.clearYoung(kept))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("a freed table was used");
        }
    }
}
