package org.multigen.lab.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.multigen.addrspace.Prot;
import org.multigen.base.Grace;
import org.multigen.base.Locks;
import org.multigen.fault.Touch;
import org.multigen.machine.Machine;
import org.multigen.machine.Program;
import org.multigen.machine.Task;
import org.multigen.memory.NodeConfig;
import org.multigen.pagetable.TablePool;

/**
 * What a second thread gains, with real locks and atomic operations: two walkers, each with an address space of its own, as an iteration
 * hands them out; and two threads of one process that touch the same resident pages. Beside each, two threads that only read memory.
 */
final class ScalingBench implements Bench {
    private static final int WALKED = 8 << 18; // 8 GiB each: 16 MiB of leaf tables
    private static final int TOUCHED = 256 << 8; // 256 MiB
    private static final int WALKS = 32;
    private static final int HALF_WALKS = 1;
    private static final int READS = 32;
    private static final int TOUCH_TIMES = 32;
    /** Of what two plain readers gain. */
    private static final double TARGET = 0.85;

    @Override
    public String name() {
        return "scaling";
    }

    @Override
    public String meaning() {
        return "two walkers and two touching threads against one, under real threads";
    }

    @Override
    public List<Figure> run(Effort effort) {
        List<Figure> figures = new ArrayList<>();
        walkers(effort, figures);
        touches(effort, figures);
        return figures;
    }

    private static void walkers(Effort effort, List<Figure> figures) {
        int pages = effort.scaled(WALKED);
        PlainReads[] plain = {new PlainReads(8L * pages, 64), new PlainReads(8L * pages, 64)};
        try (TablePool pool = new TablePool(2 * WalkedMemory.tables(pages), new Grace(Locks.REAL))) {
            WalkedMemory[] memory = {
                new WalkedMemory(pool, Locks.REAL, pages).fill(), new WalkedMemory(pool, Locks.REAL, pages).fill()
            };
            TwoThreads.Work readers = i -> plain[i].sequential(READS);
            figures.addAll(figures(
                    "two_walkers",
                    "entries scanned by two walkers, nothing young, as a multiple of one",
                    new TwoThreads(effort, i -> memory[i].walk(0, WALKS), readers)));
            figures.addAll(figures(
                    "two_walkers_half",
                    "the same, every other entry young",
                    new TwoThreads(
                            effort, i -> memory[i].makeYoung(), i -> memory[i].walk(pages / 2, HALF_WALKS), readers)));
        }
    }

    private static void touches(Effort effort, List<Figure> figures) {
        int pages = effort.scaled(TOUCHED);
        int[] order = Shuffle.of(pages);
        RadixReads[] plain = {new RadixReads(pages), new RadixReads(pages)};
        try (Machine machine = Machine.builder()
                .kernel("6.12")
                .node(NodeConfig.ofPages(0, 4L * TOUCHED))
                .cpus(2)
                .realThreads(true)
                .build()) {
            Task one = machine.spawn("touch", machine.root());
            long first = one.mmapAnon(-1, pages, Prot.READ_WRITE);
            Task other = one.thread("touch too");
            Toucher[] touchers = {new Toucher(one, first, order), new Toucher(other, first, order)};
            machine.run(List.of(touchers[0]), 1); // faults them in
            figures.addAll(figures(
                    "two_touchers",
                    "touches of resident pages by two threads of a process, as a multiple of one",
                    new TwoThreads(
                            effort,
                            i -> touchers[i].touchAll(TOUCH_TIMES),
                            i -> plain[i].descend(order, TOUCH_TIMES))));
        }
    }

    private static List<Figure> figures(String name, String meaning, TwoThreads measured) {
        measured.run();
        double[] gain = measured.gains();
        double[] share = measured.shares();
        int middle = gain.length / 2;
        Figure multiple = new Figure(
                name,
                meaning,
                "times",
                gain[middle],
                gain[0],
                gain[gain.length - 1],
                new TreeMap<>(Map.of("two_plain_readers", measured.plainGain())),
                null);
        Figure of = new Figure(
                name + "_share",
                "the same as a share of what two plain readers gain, round by round",
                "ratio",
                share[middle],
                share[0],
                share[share.length - 1],
                new TreeMap<>(),
                new Figure.Target(TARGET, true));
        return List.of(multiple, of);
    }

    /** A thread of the process. Resident touches take no part in anything that a machine waits for. */
    private record Toucher(Task task, long first, int[] order) implements Program {
        @Override
        public boolean runUntil(long ns) {
            throw new UnsupportedOperationException("runs under real threads only");
        }

        @Override
        public boolean runSteps(int steps) {
            for (int page : order) {
                task.touch(first + page, true);
            }
            return false;
        }

        /** Every fourth touch is a store. */
        long touchAll(int times) {
            int faults = 0;
            for (int t = 0; t < times; t++) {
                for (int i = 0; i < order.length; i++) {
                    faults += task.touch(first + order[i], (i & 3) == 0) == Touch.RESIDENT ? 0 : 1;
                }
            }
            if (faults > 0) {
                throw new IllegalStateException(faults + " faults in resident memory");
            }
            return (long) times * order.length;
        }
    }
}
