package org.multigen.lab.trace.format;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The formats of traces that are read. */
public enum InputFormat {
    MGT("mgt", "multigen's own recordings", "recorded accesses"),
    TEXT("text", "one block or key a line, a number or any word", "block I/O"),
    CSV("csv", "columns named by a header or by --columns", "block I/O, or memory with a column address"),
    ORACLE_GENERAL("oracleGeneral", "libCacheSim's 24-byte records, little-endian", "block I/O"),
    VSCSI("vscsi", "VMware vscsiStats records, versions 1 and 2", "block I/O"),
    ARC("arc", "start count 0 request, in blocks of 512 bytes (.lis)", "block I/O"),
    LIRS("lirs", "one block a line, * marks a phase", "block I/O"),
    ADDRESS("address", "l|s 0xADDRESS [instructions]", "memory"),
    LACKEY("lackey", "Valgrind lackey's --trace-mem=yes", "memory"),
    PERF("perf", "memory samples as perf script prints them", "memory"),
    DAMON_SCRIPT("damon-script", "damon:damon_aggregated as perf script prints it", "memory, synthesized"),
    DAMON_JSON("damon-json", "damo's records in JSON, zlib-compressed or plain", "memory, synthesized");

    private final String word;
    private final String about;
    private final String becomes;

    InputFormat(String word, String about, String becomes) {
        this.word = word;
        this.about = about;
        this.becomes = becomes;
    }

    /** Its name on the command line. */
    public String word() {
        return word;
    }

    /** What it looks like, in a few words. */
    public String about() {
        return about;
    }

    /** What its records become on a machine, in a few words. */
    public String becomes() {
        return becomes;
    }

    /** The format of that name. */
    public static Optional<InputFormat> named(String word) {
        return Arrays.stream(values()).filter(f -> f.word.equals(word)).findFirst();
    }

    /** All names. */
    public static List<String> words() {
        return Arrays.stream(values()).map(InputFormat::word).toList();
    }
}
