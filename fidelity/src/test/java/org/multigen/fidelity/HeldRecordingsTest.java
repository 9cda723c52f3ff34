package org.multigen.fidelity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.multigen.fidelity.verdict.Check;
import org.multigen.fidelity.verdict.Verdict;

/** The recordings that the engine reproduces inside their tolerance, so that it goes on doing so. */
class HeldRecordingsTest {
    private static final Path HELD = Path.of("src/test/resources/transcripts");

    @TestFactory
    Stream<DynamicTest> everyHeldRecordingIsInsideItsTolerance() {
        return Recordings.find(List.of(HELD), null, null).stream()
                .map(file -> DynamicTest.dynamicTest(HELD.relativize(file).toString(), () -> {
                    Verdict v = Recordings.judge(file);
                    assertThat(v.checks().stream().filter(c -> !c.holds()).map(Check::toString))
                            .isEmpty();
                }));
    }
}
