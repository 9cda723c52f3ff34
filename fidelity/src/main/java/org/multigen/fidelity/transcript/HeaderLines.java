package org.multigen.fidelity.transcript;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The lines of the header, gathered until all are there. */
final class HeaderLines {
    private static final Pattern ZONE = Pattern.compile("node(\\d+)/(\\S+) (.*)");

    private @Nullable Kind kind;
    private @Nullable String kernel;
    private boolean isolation;
    private int cpus = 1;
    private final List<Header.Zone> zones = new ArrayList<>();
    private Map<String, String> sysctl = Map.of();
    private int enabled = 7;
    private long minTtlMs;
    private boolean format;

    boolean take(String word, String rest) {
        switch (word) {
            case "FORMAT" -> {
                if (!rest.equals("2")) {
                    throw new IllegalArgumentException("format " + rest + ", expected 2");
                }
                format = true;
            }
            case "KIND" -> kind = Kind.parse(rest);
            case "KERNEL" -> kernel = rest;
            case "PTI" -> isolation = rest.contains("isolation");
            case "MACHINE" ->
                cpus = Integer.parseInt(TranscriptParser.values(rest).getOrDefault("cpus", "1"));
            case "ZONE" -> zones.add(zone(rest));
            case "SYSCTL" -> sysctl = TranscriptParser.values(rest);
            case "LRU_GEN" -> {
                Map<String, String> v = TranscriptParser.values(rest);
                enabled = Integer.decode(TranscriptParser.need(v, "enabled"));
                minTtlMs = Long.parseLong(v.getOrDefault("min_ttl_ms", "0"));
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private static Header.Zone zone(String rest) {
        Matcher m = TranscriptParser.match(ZONE, rest);
        Map<String, Long> v = TranscriptParser.counts(m.group(3));
        return new Header.Zone(
                (int) TranscriptParser.number(m, 1),
                m.group(2),
                v.getOrDefault("managed", 0L),
                v.getOrDefault("min", -1L),
                v.getOrDefault("low", -1L),
                v.getOrDefault("high", -1L));
    }

    Header build() {
        if (!format || kind == null || kernel == null || zones.isEmpty()) {
            throw new IllegalArgumentException(
                    "not a transcript: expected #FORMAT 2, #KIND, #KERNEL and #ZONE lines at the start");
        }
        int split = kernel.indexOf(" CMDLINE ");
        String release = kernel.split(" ")[0];
        String commandLine = split < 0 ? "" : kernel.substring(split + 9).strip();
        return new Header(
                kind, release, commandLine, isolation, cpus, List.copyOf(zones), Map.copyOf(sysctl), enabled, minTtlMs);
    }
}
