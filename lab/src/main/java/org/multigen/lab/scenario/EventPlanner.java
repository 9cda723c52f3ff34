package org.multigen.lab.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Plans the events of a scenario. */
final class EventPlanner {
    /** Writes a size the way a cgroup's file takes it. */
    interface Limits {
        String write(String cgroup, Size size, String path);
    }

    private static final List<String> KERNEL_FILES = List.of("lru_gen", "enabled", "min_ttl_ms");
    private static final List<String> LIMIT_FILES =
            List.of("memory.max", "memory.high", "memory.low", "memory.min", "memory.swap.max", "memory.reclaim");
    private static final List<String> DUMPS = List.of("lru_gen", "lru_gen_full", "vmstat");
    private static final String PROCS = "cgroup.procs";

    private final Settings settings;
    private final Set<String> cgroups;
    private final List<Plan.Task> tasks;
    private final Limits limits;

    EventPlanner(Settings settings, Set<String> cgroups, List<Plan.Task> tasks, Limits limits) {
        this.settings = settings;
        this.cgroups = cgroups;
        this.tasks = tasks;
        this.limits = limits;
    }

    List<Plan.Event> plan() {
        List<Plan.Event> events = new ArrayList<>();
        for (String n : settings.names("events")) {
            events.add(event("events." + n));
        }
        return events;
    }

    private Plan.Event event(String at) {
        boolean timed = settings.has(at + ".at");
        if (timed == settings.has(at + ".touch")) {
            throw settings.failure(at, "event: expected either at or touch");
        }
        if (settings.has(at + ".write") == settings.has(at + ".dump")) {
            throw settings.failure(at, "event: expected either write or dump");
        }
        String when = timed ? "at " + settings.text(at + ".at") : "touch " + settings.text(at + ".touch");
        long ns = timed ? settings.nanos(at + ".at") : -1;
        long touch = timed ? -1 : settings.whole(at + ".touch");
        if (settings.has(at + ".dump")) {
            return new Plan.Event(ns, touch, dump(at), when + ": dump " + settings.text(at + ".dump"));
        }
        if (!settings.has(at + ".value")) {
            throw settings.failure(at + ".write", "event: value is missing");
        }
        String line = when + ": write " + settings.text(at + ".write") + " " + settings.text(at + ".value");
        return new Plan.Event(ns, touch, write(at), line);
    }

    private Plan.Action dump(String at) {
        if (settings.has(at + ".value")) {
            throw settings.failure(at + ".value", "event: a dump takes no value");
        }
        String file = settings.text(at + ".dump");
        if (DUMPS.contains(file)) {
            return new Plan.DumpFile("", file);
        }
        if (file.startsWith("memory.") && cgroups.size() == 1) {
            return new Plan.DumpFile(cgroups.iterator().next(), file);
        }
        int slash = file.lastIndexOf('/');
        if (slash < 0) {
            throw settings.failure(
                    at + ".dump",
                    "event: cannot dump \"" + file + "\"" + Hint.of(file, DUMPS) + "; expected "
                            + String.join(", ", DUMPS) + " or CGROUP/FILE");
        }
        return new Plan.DumpFile(cgroup(file.substring(0, slash), at + ".dump"), file.substring(slash + 1));
    }

    private Plan.Action write(String at) {
        String target = settings.text(at + ".write").replaceFirst("^lru_gen[./](?=enabled|min_ttl_ms)", "");
        String value = settings.text(at + ".value");
        if (KERNEL_FILES.contains(target)) {
            return new Plan.WriteFile("", target, value);
        }
        int slash = target.lastIndexOf('/');
        String file = target.substring(slash + 1);
        if (!file.equals(PROCS) && !LIMIT_FILES.contains(file)) {
            List<String> known = new ArrayList<>(KERNEL_FILES);
            known.addAll(LIMIT_FILES);
            known.add(PROCS);
            throw settings.failure(at + ".write", "event: no file \"" + file + "\" to write" + Hint.of(file, known));
        }
        String cgroup = slash >= 0 ? cgroup(target.substring(0, slash), at + ".write") : soleCgroup(at, file);
        if (file.equals(PROCS)) {
            requireTask(at, value);
            return new Plan.WriteFile(cgroup, file, value);
        }
        return new Plan.WriteFile(cgroup, file, amount(cgroup, file, value, at + ".value"));
    }

    /** Sizes may be shares; what is no size goes to the kernel as it is, which may refuse it. */
    private String amount(String cgroup, String file, String value, String path) {
        String[] words = value.split(" ", 2);
        String size =
                Size.parse(words[0]).map(s -> limits.write(cgroup, s, path)).orElse(words[0]);
        return file.equals("memory.reclaim") && words.length == 2 ? size + " " + words[1] : size;
    }

    private void requireTask(String at, String name) {
        List<String> names = tasks.stream().map(Plan.Task::name).toList();
        if (!names.contains(name)) {
            throw settings.failure(
                    at + ".value",
                    "event: cgroup.procs takes the name of a task, not \"" + name + "\"" + Hint.of(name, names));
        }
    }

    private String soleCgroup(String at, String file) {
        if (cgroups.size() != 1) {
            throw settings.failure(at + ".write", "event: which cgroup? expected CGROUP/" + file);
        }
        return cgroups.iterator().next();
    }

    private String cgroup(String name, String path) {
        if (!cgroups.contains(name)) {
            throw settings.failure(path, "event: no cgroup \"" + name + "\" under memcgs" + Hint.of(name, cgroups));
        }
        return name;
    }
}
