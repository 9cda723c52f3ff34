package org.multigen.lab.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {
    private static final List<String> KEYS = List.of("vm.swappiness", "memory.max", "memory.min", "kernel", "seed");

    @Test
    void findsTheIntendedWord() {
        assertThat(Nearest.to("vm.swapiness", KEYS)).contains("vm.swappiness");
        assertThat(Nearest.to("kernle", KEYS)).contains("kernel");
        assertThat(Nearest.to("memory.mim", KEYS)).contains("memory.min");
        assertThat(Nearest.to("seeds", KEYS)).contains("seed");
    }

    @Test
    void doesNotGuessWildly() {
        assertThat(Nearest.to("processes", KEYS)).isEmpty();
        assertThat(Nearest.hint("x", KEYS)).isEmpty();
    }

    @Test
    void countsTypingErrors() {
        assertThat(Nearest.errors("", "abc")).isEqualTo(3);
        assertThat(Nearest.errors("abc", "acb")).isEqualTo(1);
        assertThat(Nearest.errors("kitten", "sitting")).isEqualTo(3);
        assertThat(Nearest.errors("same", "same")).isZero();
    }
}
