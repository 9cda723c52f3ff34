package org.multigen.fidelity.transcript;

import java.util.List;
import java.util.Map;

/**
 * The machine and the kernel of a transcript.
 *
 * @param release what {@code uname -r} printed
 * @param commandLine the kernel's command line, with the experiment's parameters at its end
 * @param isolation whether page table isolation was on, so that every kernel entry empties the TLB
 * @param cpus number of CPUs
 * @param zones zones with pages, in the order of the transcript
 * @param sysctl settings of {@code /proc/sys/vm} and the huge page modes
 * @param lruGenEnabled bits of {@code /sys/kernel/mm/lru_gen/enabled}
 * @param minTtlMs {@code min_ttl_ms}
 */
public record Header(
        Kind kind,
        String release,
        String commandLine,
        boolean isolation,
        int cpus,
        List<Zone> zones,
        Map<String, String> sysctl,
        int lruGenEnabled,
        long minTtlMs) {

    /**
     * A zone of the machine; all figures in pages.
     *
     * @param name such as {@code DMA32}
     */
    public record Zone(int node, String name, long managed, long min, long low, long high) {}

    /** A setting of the {@code #SYSCTL} line as a number, or the default where it is absent or not a number. */
    public long setting(String name, long otherwise) {
        String value = sysctl.get(name);
        return value != null && value.matches("-?\\d+") ? Long.parseLong(value) : otherwise;
    }
}
