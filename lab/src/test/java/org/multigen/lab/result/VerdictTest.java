package org.multigen.lab.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** What the sentence above the table says, and when it may not say it. */
final class VerdictTest {
    private static final long S = 1_000_000_000L;

    private static String verdict(TrialResult... variants) {
        return Verdict.of(Synthetic.experiment(variants));
    }

    @Test
    void bandMovesOneCostAtATime() {
        TrialResult a = Synthetic.variant("a", 10 * S, 100, 4 * S, 2 * S, S);
        TrialResult b = Synthetic.variant("b", 8 * S, 100, 2 * S, 2 * S, S);
        Band band = Band.of(Metrics.RUN_TIME, a, b);
        assertThat(band.change()).isCloseTo(-0.2, within(1e-12));
        // Reads doubled: 14 and 10 s; reads halved: 8 and 7 s.
        assertThat(band.low()).isCloseTo(10.0 / 14 - 1, within(1e-12));
        assertThat(band.high()).isCloseTo(7.0 / 8 - 1, within(1e-12));
        assertThat(band.lowCost()).isEqualTo(new Band.Lever("SWAP_READ", 2));
        assertThat(band.highCost()).isEqualTo(new Band.Lever("SWAP_READ", 0.5));
        assertThat(band.undecided()).isFalse();
    }

    @Test
    void decided() {
        assertThat(verdict(Synthetic.classic(), Synthetic.mglru()))
                .isEqualTo("mglru takes 11.6 % less time than classic (5.2 % to 18.1 % when any one cost is halved or"
                        + " doubled) and 30.0 % fewer major faults.");
    }

    @Test
    void undecidedNamesTheCost() {
        TrialResult a = Synthetic.variant("a", 10 * S, 100, 4 * S, 2 * S, S);
        TrialResult b = Synthetic.variant("b", 10 * S - S / 10, 90, 3 * S, 2 * S, 3 * S);
        assertThat(verdict(a, b))
                .isEqualTo("Undecided: b takes 1.0 % less time than a, but 17.3 % more with the cost RMAP doubled;"
                        + " it takes 10.0 % fewer major faults.");
    }

    @Test
    void sameIsNotUndecided() {
        TrialResult a = Synthetic.variant("a", 10 * S, 100, 4 * S, 2 * S, S);
        TrialResult b = Synthetic.variant("b", 10 * S, 100, 4 * S, 2 * S, S);
        assertThat(verdict(a, b)).isEqualTo("b and a came out exactly the same: same run time, same major faults.");
    }

    @Test
    void severalNameTheBest() {
        TrialResult c = Synthetic.variant("c", 20 * S, 30_000, 4 * S, 2 * S, S);
        assertThat(verdict(Synthetic.classic(), c, Synthetic.mglru()))
                .startsWith("Of 3 variants mglru is the fastest: mglru takes 11.6 % less time than classic");
        assertThat(verdict(Synthetic.mglru(), c, Synthetic.classic()))
                .startsWith("None of the 3 variants beats mglru; nearest: classic takes 13.1 % more time than mglru");
    }

    /** It is computed from a run of another variant, and nothing that could be chosen. */
    @Test
    void aBoundIsNoContestant() {
        TrialResult bound = Synthetic.variant("bound", S, 1, 0, 0, 0);
        bound.settings().put("promotion.policy", "optimum");
        assertThat(verdict(bound, Synthetic.classic(), Synthetic.mglru()))
                .isEqualTo(verdict(Synthetic.classic(), Synthetic.mglru()));
        assertThat(verdict(bound)).startsWith("bound took ");
    }

    @Test
    void withoutFaultsInTheFirst() {
        TrialResult a = Synthetic.variant("a", 10 * S, 0, 0, 0, 0);
        TrialResult b = Synthetic.variant("b", 20 * S, 1000, 4 * S, 2 * S, S);
        assertThat(verdict(a, b)).contains("and 1,000 major faults against none");
        TrialResult many = Synthetic.variant("many", 20 * S, 1000, 4 * S, 2 * S, S);
        TrialResult few = Synthetic.variant("few", 10 * S, 10, 4 * S, 2 * S, S);
        assertThat(verdict(few, many)).contains("100.0 times the major faults");
    }
}
