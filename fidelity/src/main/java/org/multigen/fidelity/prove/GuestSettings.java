package org.multigen.fidelity.prove;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.multigen.fidelity.script.TouchScript;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.scenario.Plan;

/**
 * What of a scenario's plan the guest is given.
 *
 * @param memoryMb of the guest
 * @param arguments of its kernel's command line, for {@code init}
 * @param cgroup files of the control group and what is written into them
 * @param notes what of the plan the guest does not have
 */
record GuestSettings(long memoryMb, Map<String, String> arguments, Map<String, String> cgroup, List<String> notes) {
    private static final long LEAST_MB = 512;
    private static final long SPARE_MB = 256;
    private static final int PAGES_PER_MB = 256;
    private static final int KB_PER_PAGE = 4;
    private static final int BITS_PER_KB = 8192;

    /**
     * @param where the scenario, for errors
     * @throws Failure if there is more than one task
     */
    static GuestSettings of(Plan plan, TouchScript script, String scriptName, String where) {
        if (plan.tasks().size() != 1) {
            throw Failure.badData(where, plan.tasks().size() + " tasks; a proof is of one task in one control group");
        }
        List<String> notes = new ArrayList<>(script.notes());
        Map<String, String> arguments = new LinkedHashMap<>();
        arguments.put("enabled", Integer.toString(plan.kernel().lruGenEnabled()));
        arguments.put("min_ttl_ms", Long.toString(plan.kernel().minTtlMs()));
        arguments.put("swappiness", Integer.toString(plan.kernel().swappiness()));
        arguments.put("page_cluster", Integer.toString(plan.kernel().pageCluster()));
        Plan.Swap swap = plan.machine().swap();
        boolean disk = swap.kind().equals("disk");
        arguments.put("swap", swap.pages() == 0 ? "none" : disk ? "zram" : swap.kind());
        if (swap.pages() > 0) {
            arguments.put("algorithm", swap.algorithm());
            arguments.put("swap_kb", Long.toString(swap.pages() * KB_PER_PAGE));
        }
        arguments.put("read_ahead_kb", Integer.toString(plan.machine().readAheadPages() * KB_PER_PAGE));
        arguments.put("script", scriptName);
        arguments.put("pages", Long.toString(script.pages()));
        arguments.put("touches", Long.toString(script.measured()));
        arguments.put("log_kb", Long.toString(script.measured() / BITS_PER_KB + 1));
        if (disk) {
            notes.add("swap is on zram, not on a disk");
        }
        if (plan.machine().cpus() > 1 || plan.machine().nodes().size() > 1) {
            notes.add("the guest has one CPU and one memory node");
        }
        if (!plan.events().isEmpty()) {
            notes.add(plan.events().size() + " events left out");
        }
        Map<String, String> cgroup = cgroup(plan);
        if (cgroup.isEmpty()) {
            notes.add("no limit of a control group: nothing is reclaimed unless the guest itself is short of memory");
        }
        return new GuestSettings(memory(plan, script), arguments, cgroup, notes);
    }

    private static Map<String, String> cgroup(Plan plan) {
        String path = plan.tasks().getFirst().cgroup();
        Map<String, String> files = new LinkedHashMap<>();
        for (Plan.Cgroup c : plan.cgroups()) {
            if (c.path().equals(path)) {
                files.putAll(c.files());
            }
        }
        return files;
    }

    private static long memory(Plan plan, TouchScript script) {
        long files = script.files().stream().mapToLong(Long::longValue).sum();
        long needed = (plan.footprint() * 2 + files) / PAGES_PER_MB + SPARE_MB;
        return Math.max(LEAST_MB, needed);
    }
}
