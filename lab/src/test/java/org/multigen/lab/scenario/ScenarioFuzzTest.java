package org.multigen.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multigen.lab.failure.Failure;

/** Whatever a scenario file holds, it is either understood or answered with one line. */
final class ScenarioFuzzTest {
    private static final int ROUNDS = 6_000;
    private static final List<String> PIECES = List.of(
            "{",
            "}",
            "[",
            "]",
            ": ",
            "\n",
            "\n  ",
            "- ",
            "&a ",
            "*a",
            "!!int ",
            "|\n",
            "'",
            "\"",
            "#",
            "%YAML 1.2\n",
            "---\n",
            "? ",
            "<<: *a\n",
            "\t",
            "\0",
            "\u00e4",
            "\ud83d\ude00",
            "0x",
            "9999999999999999999",
            ".5",
            "-",
            "null",
            "~",
            "max");

    private static final String SEED_FILE = """
            kernel: 6.12
            seed: 3
            machine: {cpus: 2, memory: 1g, nodes: , swap: {kind: zram, size: 2.0}}
            memcgs:
              a: {memory.max: 0.5, memory: {low: 1m}}
              a/b: {}
            tasks:
              t: {pattern: zipf, size: 4m, touches: 10, memcg: a/b, theta: 0.7}
              u: {pattern: shift, size: 4m, touches: 10, start: 5ms}
            events:
              - {at: 5s, write: a/memory.max, value: 0.25}
              - {touch: 7, dump: lru_gen_full}
            variants:
              x: {lru: classic}
              y: {lru_gen.enabled: 0x3, vm: {swappiness: 7}}
            """;

    @TempDir
    private Path dir;

    @Test
    void mutantsAreUnderstoodOrRefused() throws IOException {
        Random random = new Random(42);
        Path file = dir.resolve("s.yaml");
        int understood = 0;
        for (int round = 0; round < ROUNDS; round++) {
            String mutant = mutate(SEED_FILE, random);
            Files.write(file, mutant.getBytes(StandardCharsets.UTF_8));
            try {
                Scenario s = Scenario.read(file);
                for (String variant : s.variantNames()) {
                    Planner.plan(s.settings(variant, List.of()), recording -> 100);
                }
                understood++;
            } catch (Failure refused) {
                assertThat(refused.getMessage().lines()).as(mutant).hasSize(1);
                assertThat(refused.getMessage()).as(mutant).startsWith(file.toString());
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError("round " + round + " of\n" + mutant, e);
            }
        }
        assertThat(understood).isBetween(ROUNDS / 100, ROUNDS / 2);
    }

    private static String mutate(String text, Random random) {
        StringBuilder s = new StringBuilder(text);
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
            int at = random.nextInt(s.length());
            switch (random.nextInt(4)) {
                case 0 -> s.deleteCharAt(at);
                case 1 -> s.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                case 2 -> {
                    int end = Math.min(s.length(), at + random.nextInt(30));
                    s.insert(random.nextInt(s.length()), s.substring(at, end));
                }
                default -> s.setCharAt(at, (char) (' ' + random.nextInt(95)));
            }
        }
        return s.toString();
    }
}
