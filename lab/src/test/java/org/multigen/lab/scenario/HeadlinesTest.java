package org.multigen.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multigen.lab.Golden;

/** The scenarios that docs/headlines.md compares with published results take every cost from the one committed file. */
class HeadlinesTest {
    @ParameterizedTest
    @ValueSource(strings = {"memcached-anon", "fio-buffered", "ablation"})
    void noneOverridesACost(String name) {
        Scenario s = Scenario.read(Golden.root().resolve("scenarios/" + name + ".yaml"));
        for (String variant : s.variantNames()) {
            Settings settings = s.settings(variant, List.of());
            assertThat(settings.names("cost")).as(variant).isEmpty();
            assertThat(settings.has("cpu.instructions_per_second")).as(variant).isFalse();
        }
    }
}
