package org.multigen.lab.fuzz;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.report.ReportFuzzer;
import org.multigen.lab.result.ConditionFuzzer;
import org.multigen.lab.scenario.ScenarioFuzzer;
import org.multigen.lab.sweep.SweepFuzzer;
import org.multigen.lab.trace.MgtFuzzer;
import org.multigen.lab.trace.format.FormatFuzzer;

/**
 * What the coverage-guided fuzzer calls: the parser that the system property {@code multigen.fuzz.target} names reads what the
 * fuzzer made up. Only a {@link Failure} of one line may come out. {@code build/fuzz} runs it; {@link CorpusTest} reads what earlier
 * runs have found worth keeping.
 */
public final class LabFuzzTarget {
    private static final Consumer<byte[]> PARSER = parserNamed(System.getProperty("multigen.fuzz.target", "any"));

    private LabFuzzTarget() {}

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] data) {
        read(PARSER, data);
    }

    /** Lets a parser read; a {@link Failure} is an answer. */
    static void read(Consumer<byte[]> parser, byte[] data) {
        try {
            parser.accept(data);
        } catch (Failure expected) {
            if (expected.getMessage().isBlank()) {
                throw new IllegalStateException("a failure without a message", expected);
            }
            if (expected.getMessage().lines().count() > 1) {
                throw new IllegalStateException("a message of several lines", expected);
            }
        }
    }

    /** The parsers of this module by name. */
    static Map<String, Consumer<byte[]>> parsers() {
        Map<String, Consumer<byte[]>> all = new TreeMap<>(FormatFuzzer.parsers());
        all.put("mgt", MgtFuzzer::file);
        all.put("mgt-events", MgtFuzzer::events);
        all.put("commands", CommandsFuzzer::commands);
        all.put("scenario", ScenarioFuzzer::file);
        all.put("settings", ScenarioFuzzer::settings);
        all.put("fail-if", ConditionFuzzer::condition);
        all.put("result", ReportFuzzer::result);
        all.put("vary", SweepFuzzer::vary);
        all.put("journal", SweepFuzzer::journal);
        return all;
    }

    private static Consumer<byte[]> parserNamed(String name) {
        Consumer<byte[]> parser = parsers().get(name);
        if (parser == null) {
            throw new IllegalArgumentException(
                    "no parser " + name + ", only " + parsers().keySet());
        }
        return parser;
    }
}
