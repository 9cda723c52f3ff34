package org.multigen.lab.figure;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.multigen.lab.scenario.Plan;
import org.multigen.machine.Machine;

/** The state of the cgroups at the end of a run. */
public final class CgroupFigures {
    private static final List<String> TABLES = List.of("memory.stat", "memory.events");
    private static final List<String> NUMBERS = List.of("memory.current", "memory.swap.current");

    private CgroupFigures() {}

    /** By path: the lines of {@code memory.stat}, those of {@code memory.events} under {@code events.}, and the usages. */
    public static SortedMap<String, SortedMap<String, Long>> of(Machine machine, Plan plan) {
        SortedMap<String, SortedMap<String, Long>> all = new TreeMap<>();
        for (Plan.Cgroup c : plan.cgroups()) {
            SortedMap<String, Long> figures = new TreeMap<>();
            for (String file : TABLES) {
                String prefix = file.equals("memory.events") ? "events." : "";
                machine.readCgroupFile(c.path(), file).lines().forEach(line -> {
                    int blank = line.indexOf(' ');
                    figures.put(
                            prefix + line.substring(0, blank),
                            Long.parseLong(line.substring(blank + 1).strip()));
                });
            }
            for (String file : NUMBERS) {
                figures.put(
                        file,
                        Long.parseLong(machine.readCgroupFile(c.path(), file).strip()));
            }
            all.put(c.path(), figures);
        }
        return all;
    }
}
