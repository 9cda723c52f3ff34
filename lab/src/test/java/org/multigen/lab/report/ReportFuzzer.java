package org.multigen.lab.report;

import java.nio.charset.StandardCharsets;

/** Stored results, as {@code multigen report} reads them, as a target of the fuzzer. */
public final class ReportFuzzer {
    private ReportFuzzer() {}

    /** A result. */
    public static void result(byte[] data) {
        Report.html(new String(data, StandardCharsets.UTF_8), "fuzz.json");
    }
}
