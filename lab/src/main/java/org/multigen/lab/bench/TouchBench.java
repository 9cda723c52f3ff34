package org.multigen.lab.bench;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.multigen.addrspace.Prot;
import org.multigen.fault.Touch;
import org.multigen.machine.Machine;
import org.multigen.machine.Task;
import org.multigen.memory.NodeConfig;

/** Touches of pages that are in memory, in random order, one thread. */
final class TouchBench implements Bench {
    private static final int PAGES = 512 << 8; // 512 MiB
    private static final int TIMES = 64;
    private static final double TARGET = 40e6;
    private static final int LOADS_PER_TOUCH = 4;

    @Override
    public String name() {
        return "touch";
    }

    @Override
    public String meaning() {
        return "touches of resident pages, random order, 512 MiB";
    }

    @Override
    public List<Figure> run(Effort effort) {
        int pages = effort.scaled(PAGES);
        int[] order = Shuffle.of(pages);
        RadixReads radix = new RadixReads(pages);
        PlainReads plain = new PlainReads(8L * pages, 8L * pages);
        try (Machine machine = Machine.builder()
                .kernel("6.12")
                .node(NodeConfig.ofPages(0, 4L * PAGES))
                .cpus(1)
                .build()) {
            Task task = machine.spawn("touch", machine.root());
            long first = task.mmapAnon(-1, pages, Prot.READ_WRITE);
            touchAll(task, first, order, 1);
            Contest c = new Contest(effort)
                    .add("touch", () -> touchAll(task, first, order, TIMES))
                    .add("descent", () -> radix.descend(order, TIMES))
                    .add("sequential", () -> plain.sequential(TIMES))
                    .add("dependent", () -> plain.dependent((long) pages * LOADS_PER_TOUCH))
                    .run();
            if (radix.sum() + plain.sum() == Long.MIN_VALUE || task.majorFaults() > 0) {
                throw new IllegalStateException("touches of resident pages faulted");
            }
            return List.of(new Figure(
                    "touch",
                    meaning(),
                    "touches/s",
                    c.median("touch"),
                    c.lowest("touch"),
                    c.highest("touch"),
                    new TreeMap<>(Map.of(
                            "sequential_read", c.median("sequential"),
                            "same_loads_independent", c.median("descent"),
                            "random_read_4_dependent_loads", c.median("dependent") / LOADS_PER_TOUCH)),
                    new Figure.Target(TARGET, true)));
        }
    }

    /** Every fourth touch is a store. */
    private static long touchAll(Task task, long first, int[] order, int times) {
        int faults = 0;
        for (int t = 0; t < times; t++) {
            for (int i = 0; i < order.length; i++) {
                faults += task.touch(first + order[i], (i & 3) == 0) == Touch.RESIDENT ? 0 : 1;
            }
        }
        if (times > 1 && faults > 0) {
            throw new IllegalStateException(faults + " faults in resident memory");
        }
        return (long) times * order.length;
    }
}
