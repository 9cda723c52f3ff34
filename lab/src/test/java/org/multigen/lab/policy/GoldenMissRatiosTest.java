package org.multigen.lab.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.multigen.lab.trace.format.InputOptions;

/** Miss ratios that libCacheSim found on public traces, to the four places that they are given with. */
@Tag("long")
@EnabledIf("tracesArePresent")
class GoldenMissRatiosTest {
    private static final Path TRACES = Path.of("..", "..", "shared", "traces");
    private static final Set<String> SAME_DEFINITION = Set.of("fifo", "lru", "clock", "sieve", "s3fifo", "belady");
    private static final double TOLERANCE = 0.0002;

    private record Golden(String trace, String policy, long pages, int requests, double missRatio) {
        static Golden of(String line) {
            String[] c = line.split(",");
            return new Golden(c[0], c[1], Long.parseLong(c[2]), Integer.parseInt(c[3]), Double.parseDouble(c[4]));
        }
    }

    static boolean tracesArePresent() {
        return Files.isReadable(TRACES.resolve("golden-miss-ratios.csv"));
    }

    private static Path file(String trace) throws IOException {
        try (Stream<Path> files = Files.walk(TRACES)) {
            return files.filter(f -> f.getFileName().toString().startsWith(trace + "."))
                    .min(Path::compareTo)
                    .orElseThrow();
        }
    }

    @Test
    void everySizeOfEveryTrace() throws IOException {
        Map<String, List<Golden>> byTrace;
        try (Stream<String> lines = Files.lines(TRACES.resolve("golden-miss-ratios.csv"))) {
            byTrace = lines.skip(1)
                    .map(Golden::of)
                    .filter(g -> SAME_DEFINITION.contains(g.policy()))
                    .collect(Collectors.groupingBy(Golden::trace, TreeMap::new, Collectors.toList()));
        }
        assertThat(byTrace).isNotEmpty();
        SoftAssertions all = new SoftAssertions();
        for (Map.Entry<String, List<Golden>> e : byTrace.entrySet()) {
            References r = ReferenceReader.read(file(e.getKey()), InputOptions.NONE, 0);
            for (Golden g : e.getValue()) {
                long misses = ReferencePolicy.named(g.policy()).orElseThrow().misses(r, g.pages());
                all.assertThat(r.count()).as("references of %s", g.trace()).isEqualTo(g.requests());
                all.assertThat((double) misses / r.count())
                        .as("%s, %s, %d blocks", g.trace(), g.policy(), g.pages())
                        .isCloseTo(g.missRatio(), org.assertj.core.data.Offset.offset(TOLERANCE));
            }
        }
        all.assertAll();
    }
}
