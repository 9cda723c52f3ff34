package org.multigen.fidelity.replay;

import java.util.BitSet;
import java.util.Map;
import org.multigen.machine.Machine;

/** Questions about the folios behind a region, as {@code /proc/kpageflags} answers them. */
final class Pages {
    private Pages() {}

    /** Number of mapped folios by their size in pages. */
    static Map<String, Long> folios(Machine machine, Guest guest, String region) {
        return Map.of("1", Operations.count(guest, region).getOrDefault("present", 0L));
    }

    /** Present pages that have one of the flags. */
    static BitSet flagged(Machine machine, Guest guest, String region, long mask) {
        throw new Unmodelled("kpf " + region + " " + mask);
    }
}
