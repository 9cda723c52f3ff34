package org.multigen.lab.result;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** {@code --fail-if} as a target of the fuzzer. */
public final class ConditionFuzzer {
    private static final ExperimentResult RESULT = stored();
    private static final List<String> VARIANTS =
            RESULT.variants().stream().map(TrialResult::name).toList();

    private ConditionFuzzer() {}

    /** A condition, judged by a stored result. */
    public static void condition(byte[] data) {
        Condition c = Condition.parse(new String(data, StandardCharsets.UTF_8), VARIANTS);
        c.holds(RESULT);
        c.explained(RESULT);
    }

    private static ExperimentResult stored() {
        try (InputStream in = Objects.requireNonNull(ConditionFuzzer.class.getResourceAsStream("two.json"))) {
            return JsonFormat.read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
