package org.multigen.lab.scenario;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Scenario files and {@code --set} as targets of the fuzzer, up to the plan that would be carried out. */
public final class ScenarioFuzzer {
    private static final Path FILE;
    private static final Map<String, String> BASE = Map.of(
            "kernel",
            "6.12",
            "machine.memory",
            "64m",
            "tasks.t.pattern",
            "zipf",
            "tasks.t.size",
            "4m",
            "tasks.t.touches",
            "10");

    static {
        try {
            FILE = Files.createTempFile("fuzz", ".yaml");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        FILE.toFile().deleteOnExit();
    }

    private ScenarioFuzzer() {}

    /** A scenario. */
    public static void file(byte[] data) {
        try {
            Files.write(FILE, data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        plan(Scenario.read(FILE), List.of());
    }

    /** Each line is an option {@code --set}. */
    public static void settings(byte[] data) {
        plan(
                Scenario.of("fuzz", BASE),
                new String(data, StandardCharsets.UTF_8).lines().toList());
    }

    private static void plan(Scenario s, List<String> options) {
        for (String variant : s.variantNames()) {
            Planner.plan(s.settings(variant, options), recording -> 100);
        }
    }
}
