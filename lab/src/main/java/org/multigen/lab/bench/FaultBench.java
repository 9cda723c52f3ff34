package org.multigen.lab.bench;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.multigen.addrspace.Prot;
import org.multigen.base.KernelError;
import org.multigen.fault.Touch;
import org.multigen.machine.Machine;
import org.multigen.machine.SwapConfig;
import org.multigen.machine.Task;
import org.multigen.memory.FolioTable;
import org.multigen.memory.NodeConfig;

/** Touches that are each a swap-in, with another page swapped out for it. */
final class FaultBench implements Bench {
    private static final int LIMIT = 128 << 8; // 128 MiB
    private static final int FOOTPRINT = 3 * LIMIT;
    private static final int TIMES = 4;
    private static final double TARGET = 1.5e6;
    private static final double LEAST_MAJOR = 0.95;

    @Override
    public String name() {
        return "fault";
    }

    @Override
    public String meaning() {
        return "touches that are each a swap-in with an eviction, MGLRU, zram";
    }

    @Override
    public List<Figure> run(Effort effort) {
        int limit = effort.scaled(LIMIT);
        int pages = effort.scaled(FOOTPRINT);
        int[] order = Shuffle.of(pages);
        PlainReads plain = new PlainReads((long) FolioTable.SIZE * limit, (long) FolioTable.SIZE * limit);
        try (Machine machine = machine(limit, pages)) {
            Task task = machine.spawn("fault", machine.memcg("A"));
            long first = task.mmapAnon(-1, pages, Prot.READ_WRITE);
            for (int page : order) {
                task.touch(first + page, true);
            }
            Contest c = new Contest(effort)
                    .add("fault", () -> faultAll(task, first, order))
                    .add("sequential", () -> plain.sequential(TIMES))
                    .add("dependent", () -> plain.dependent(pages))
                    .run();
            if (plain.sum() == Long.MIN_VALUE) {
                throw new IllegalStateException();
            }
            return List.of(new Figure(
                    "fault",
                    meaning(),
                    "touches/s",
                    c.median("fault"),
                    c.lowest("fault"),
                    c.highest("fault"),
                    new TreeMap<>(Map.of(
                            "sequential_read", c.median("sequential"),
                            "random_read", c.median("dependent"))),
                    new Figure.Target(TARGET, true)));
        }
    }

    private static Machine machine(int limit, int pages) {
        Machine machine = Machine.builder()
                .kernel("6.12")
                .node(NodeConfig.ofPages(0, 4L * LIMIT))
                .swap(new SwapConfig(SwapConfig.Kind.ZRAM, "lzo-rle", 2L * pages, 0))
                .cpus(1)
                .build();
        try {
            machine.createMemcg("A");
            machine.writeCgroupFile("A", "memory.max", Long.toString(4096L * limit));
            return machine;
        } catch (KernelError e) {
            machine.close();
            throw new IllegalStateException(e);
        }
    }

    /** Random order, the same every time: whatever was not touched for so long has gone. */
    private static long faultAll(Task task, long first, int[] order) {
        long majors = 0;
        for (int t = 0; t < TIMES; t++) {
            for (int page : order) {
                majors += task.touch(first + page, true) == Touch.MAJOR ? 1 : 0;
            }
        }
        long touches = (long) TIMES * order.length;
        if (majors < LEAST_MAJOR * touches) {
            throw new IllegalStateException("only " + majors + " of " + touches + " touches were swap-ins");
        }
        return majors;
    }
}
