package org.multigen.lab.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.multigen.lab.Golden;
import org.multigen.lab.trace.format.Traces;

/** The recordings that come with the project. */
final class BundledRecordingsTest {
    private static final long MIB = 1 << 20;
    private static final long MB = 1_000_000;

    private static List<Path> recordings() throws IOException {
        try (Stream<Path> files = Files.list(Golden.root().resolve("scenarios/recordings"))) {
            return files.filter(f -> f.toString().endsWith(".mgt")).sorted().toList();
        }
    }

    @Test
    void eachTouchesEnoughAndTakesLittleRoom() throws IOException {
        assertThat(recordings())
                .extracting(f -> f.getFileName().toString())
                .contains("redis.mgt", "sqlite.mgt", "lucene.mgt");
        for (Path file : recordings()) {
            assertThat(Files.size(file)).as(file + " in bytes").isLessThanOrEqualTo(6 * MB);
            try (TraceSource source = Traces.open(file, false)) {
                TraceSummary s = source.summary().orElseThrow();
                // fio uses its file through reads alone
                long pages = s.reads() + s.writes() < 1_000_000 ? s.footprintPages() : s.distinctPages();
                assertThat(pages * source.header().pageSize())
                        .as(file + " uses")
                        .isGreaterThanOrEqualTo(64 * MIB);
                assertThat(s.ending()).as(file.toString()).isEqualTo(TraceSummary.COMPLETE);
                assertThat(s.unfollowed()).as(file.toString()).isEmpty();
            }
        }
    }

    @Test
    void eachIsDescribed() throws IOException {
        String text = Files.readString(Golden.root().resolve("scenarios/recordings.md"));
        for (Path file : recordings()) {
            assertThat(text).contains("## " + file.getFileName());
        }
    }
}
