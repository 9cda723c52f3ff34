package org.multigen.walk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multigen.base.Rng;
import org.multigen.walk.FilterSettings.Hash;

class BloomFilterTest {
    private static final int PROBES = 100_000;

    private static BloomFilter filter(boolean spare, boolean scaled, Hash hash) {
        return new BloomFilter(new FilterSettings(true, FilterSettings.DEFAULT_SHIFT, spare, scaled, hash));
    }

    private static BloomFilter filled(FilterSettings settings, int items, long seq) {
        BloomFilter f = new BloomFilter(settings);
        f.reset(seq);
        Rng rng = new Rng(items);
        for (int i = 0; i < items; i++) {
            f.insert(seq, rng.next() | 1);
        }
        return f;
    }

    private static double falsePositives(BloomFilter f, long seq) {
        Rng rng = new Rng(-1);
        int yes = 0;
        for (int i = 0; i < PROBES; i++) {
            yes += f.test(seq, rng.next() & ~1L) ? 1 : 0;
        }
        return (double) yes / PROBES;
    }

    /** With 2^15 bits and two hashes: (1 - exp(-2n/m))^2. */
    @ParameterizedTest
    @CsvSource({
        "10000, 0.209, GOLDEN_RATIO",
        "20000, 0.497, GOLDEN_RATIO",
        "10000, 0.209, MURMUR",
        "20000, 0.497, MURMUR"
    })
    void saysYesToStrangersAsOftenAsItsSizeMakesIt(int items, double rate, Hash hash) {
        FilterSettings s = new FilterSettings(true, FilterSettings.DEFAULT_SHIFT, true, false, hash);
        assertThat(falsePositives(filled(s, items, 3), 3)).isCloseTo(rate, within(0.01));
    }

    @ParameterizedTest
    @CsvSource({"GOLDEN_RATIO", "MURMUR"})
    void neverSaysNoToWhatWasInserted(Hash hash) {
        FilterSettings s = new FilterSettings(true, FilterSettings.DEFAULT_SHIFT, true, false, hash);
        BloomFilter f = filled(s, 20_000, 4);
        Rng rng = new Rng(20_000);
        for (int i = 0; i < 20_000; i++) {
            assertThat(f.test(4, rng.next() | 1)).isTrue();
        }
    }

    @Test
    void aMissingFilterSaysYesAndTakesNothing() {
        BloomFilter f = filter(true, false, Hash.GOLDEN_RATIO);
        f.insert(3, 5);
        assertThat(f.bytes()).isZero();
        assertThat(f.test(3, 5)).isTrue();
        assertThat(f.test(3, 6)).isTrue();
        f.reset(3);
        assertThat(f.test(3, 5)).isFalse();
        assertThat(f.test(4, 5)).as("the other parity is still missing").isTrue();
        assertThat(f.bytes()).isEqualTo(4096);
    }

    @Test
    void generationsOfOneParityShareAFilter() {
        BloomFilter f = filter(true, false, Hash.GOLDEN_RATIO);
        f.reset(4);
        f.reset(5);
        f.insert(4, 77);
        assertThat(f.test(4, 77)).isTrue();
        assertThat(f.test(5, 77)).isFalse();
        assertThat(f.test(6, 77)).isTrue();
        f.reset(6);
        assertThat(f.test(6, 77)).isFalse();
    }

    @Test
    void withoutTheSpareTheFilterThatWasReadIsFreed() {
        BloomFilter kept = filter(true, false, Hash.GOLDEN_RATIO);
        BloomFilter dropped = filter(false, false, Hash.GOLDEN_RATIO);
        for (BloomFilter f : new BloomFilter[] {kept, dropped}) {
            f.reset(4);
            f.reset(5);
            f.insert(5, 9);
            f.walked(4);
            assertThat(f.test(5, 9)).isTrue();
            assertThat(f.test(5, 10)).isFalse();
        }
        assertThat(kept.bytes()).isEqualTo(8192);
        assertThat(dropped.bytes()).isEqualTo(4096);
    }

    @Test
    void scaledFiltersGrowWithWhatTheLastOneTook() {
        FilterSettings scaled = new FilterSettings(true, FilterSettings.DEFAULT_SHIFT, true, true, Hash.GOLDEN_RATIO);
        BloomFilter f = filled(scaled, 20_000, 3);
        long small = f.bytes();
        f.reset(4);
        assertThat(f.bytes() - small)
                .as("8 bits for each insertion, rounded up")
                .isEqualTo(1 << 14);
        Rng rng = new Rng(1);
        for (int i = 0; i < 20_000; i++) {
            f.insert(4, rng.next() | 1);
        }
        assertThat(falsePositives(f, 4)).isLessThan(0.1);
        f.reset(5);
        f.reset(6);
        f.reset(7);
        assertThat(f.bytes()).as("and shrink again").isEqualTo((1 << 12) + (1 << 12));
    }

    @Test
    void switchedOffNothingIsKept() {
        BloomFilter f = new BloomFilter(new FilterSettings(false, 15, true, false, Hash.GOLDEN_RATIO));
        f.reset(3);
        assertThat(f.test(3, 1)).isTrue();
        assertThat(f.bytes()).isZero();
    }

    @Test
    void refusesImpossibleSizes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FilterSettings(true, 2, true, false, Hash.MURMUR))
                .withMessageContaining("2^2 bits");
    }
}
