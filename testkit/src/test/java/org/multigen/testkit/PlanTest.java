package org.multigen.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PlanTest {
    @Test
    void textAndBack() {
        Plan plan = Plan.of(7, 10).without(3, 5).without(6, 7);
        assertThat(plan).hasToString("7:0-2,5-7,9");
        assertThat(Plan.parse("7:0-2,5-7,9")).isEqualTo(plan);
    }

    @Test
    void noPlan() {
        assertThatThrownBy(() -> Plan.parse("7")).hasMessageContaining("'7' is no plan");
    }
}
