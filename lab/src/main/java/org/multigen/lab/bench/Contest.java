package org.multigen.lab.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Several pieces of work timed in turn, round by round, by the CPU time of this thread: what disturbs one round disturbs all of
 * them, and a machine shared with others does not count against any.
 */
final class Contest {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** Work that says how many operations it did. */
    interface Work {
        long run();
    }

    private record Entry(@Nullable Runnable prepare, Work work, double[] rates) {}

    private final Effort effort;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    Contest(Effort effort) {
        this.effort = effort;
    }

    Contest add(String name, Work work) {
        entries.put(name, new Entry(null, work, new double[effort.rounds()]));
        return this;
    }

    /** Adds work before each round of which something is done that is not timed. */
    Contest add(String name, Runnable prepare, Work work) {
        entries.put(name, new Entry(prepare, work, new double[effort.rounds()]));
        return this;
    }

    Contest run() {
        for (int i = -effort.warmups(); i < effort.rounds(); i++) {
            for (Entry e : entries.values()) {
                double rate = rate(e);
                if (i >= 0) {
                    e.rates[i] = rate;
                }
            }
        }
        entries.values().forEach(e -> Arrays.sort(e.rates));
        return this;
    }

    private static double rate(Entry e) {
        if (e.prepare != null) {
            e.prepare.run();
        }
        long begin = THREADS.getCurrentThreadCpuTime();
        long operations = e.work.run();
        long ns = THREADS.getCurrentThreadCpuTime() - begin;
        return operations * 1e9 / Math.max(ns, 1);
    }

    /** Operations per second of CPU time: the median of the rounds. */
    double median(String name) {
        double[] r = rates(name);
        return r[r.length / 2];
    }

    double lowest(String name) {
        return rates(name)[0];
    }

    double highest(String name) {
        double[] r = rates(name);
        return r[r.length - 1];
    }

    private double[] rates(String name) {
        Entry e = entries.get(name);
        if (e == null) {
            throw new IllegalArgumentException(name);
        }
        return e.rates;
    }
}
