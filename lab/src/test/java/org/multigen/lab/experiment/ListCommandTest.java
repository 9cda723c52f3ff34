package org.multigen.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multigen.lab.cli.Main;
import org.multigen.lab.scenario.Key;
import org.multigen.lab.scenario.Keys;

/** {@code multigen list} shows what the program itself goes by. */
final class ListCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int list(String... what) {
        String[] args = new String[what.length + 1];
        args[0] = "list";
        System.arraycopy(what, 0, args, 1, what.length);
        return Main.run(new PrintWriter(out), new PrintWriter(err), args);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kernels|6.12   rules and recordings of 6.12.",
                "patterns|zipf      rank k is touched with weight (k + 1)^-theta",
                "metrics|mg_run_time_ns",
                "metrics|workingset_restore_file",
                "costs|swap_read",
                "keys|memcgs.NAME.memory.swap.max (bytes or share)  default: max"
            })
    void listsWhatThereIs(String what, String line) {
        assertThat(list(what)).isZero();
        assertThat(out.toString()).contains(line);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void keysAreAllThere() {
        assertThat(list("keys")).isZero();
        for (Key k : Keys.all()) {
            assertThat(out.toString().lines()).anyMatch(l -> l.equals(k.path()) || l.startsWith(k.path() + " "));
        }
    }

    @Test
    void kernelsAreToldApart() {
        assertThat(list("kernels")).isZero();
        assertThat(out.toString().lines())
                .anyMatch(l -> l.matches("promotion +one sighting +v10 6.1 6.12"))
                .anyMatch(l -> l.matches(" +two sightings +6.18 7.2"))
                .noneMatch(l -> l.contains("2147483647"));
    }

    @Test
    void aTypoGetsTheNearestList() {
        assertThat(list("kernls")).isEqualTo(64);
        assertThat(err.toString())
                .isEqualTo("multigen: nothing to list under 'kernls' (did you mean 'kernels'?): expected kernels,"
                        + " patterns, formats, policies, metrics, costs, keys\n");
    }
}
