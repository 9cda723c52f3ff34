package org.multigen.testkit.threads;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multigen.addrspace.Advice;
import org.multigen.addrspace.Prot;
import org.multigen.base.KernelError;
import org.multigen.base.Rng;
import org.multigen.fault.Touch;
import org.multigen.machine.Machine;
import org.multigen.machine.Program;
import org.multigen.machine.SwapConfig;
import org.multigen.machine.Task;
import org.multigen.memory.NodeConfig;
import org.multigen.testkit.MmInvariants;

/** Processes on more threads than cores, under memory pressure: afterwards no page is lost and all books agree. */
class ThreadStressTest {
    private static final int THREADS = 5;
    private static final long BASE = 1L << 20;
    private static final int PAGES = 1500;
    private static final int MOST_CHILDREN = 3;
    /** Unless {@code -Dstress.seconds=600} or so says otherwise. */
    private static final long LONG_SECONDS = 60;

    @ParameterizedTest
    @CsvSource({"6.12,7,1", "6.1,7,2", "7.2,0,3"})
    void noPageIsLost(String kernel, int enabled, long seed) {
        run(kernel, enabled, seed, 4_000);
    }

    @Test
    @Tag("long")
    void noPageIsLostForLong() {
        long end = System.nanoTime() + Long.getLong("stress.seconds", LONG_SECONDS) * 1_000_000_000;
        for (long seed = 100; System.nanoTime() < end; seed++) {
            String kernel = List.of("v10", "6.1", "6.12", "6.18", "7.2").get((int) (seed % 5));
            run(kernel, seed % 2 == 0 ? 7 : 0, seed, 10_000);
        }
    }

    private static void run(String kernel, int enabled, long seed, int ms) {
        String replay = "replay: kernel %s, enabled %d, seed %d (threads make each run different)"
                .formatted(kernel, enabled, seed);
        try (Machine machine = Machine.builder()
                .kernel(kernel)
                .cpus(THREADS)
                .lruGenEnabled(enabled)
                .realThreads(true)
                .panicOnWarn(true)
                .seed(seed)
                .node(NodeConfig.ofPages(0, 40_000))
                .swap(new SwapConfig(SwapConfig.Kind.ZRAM, "lz4", 60_000, 0))
                .build()) {
            for (String group : List.of("A", "B")) {
                machine.createMemcg(group);
                write(machine, group, "memory.max", 2500L * 4096);
            }
            Stamps stamps = new Stamps(machine);
            long end = System.nanoTime() + ms * 1_000_000L;
            List<Life> lives = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                lives.add(new Life(machine, stamps, new Rng(seed * 1000 + i), i, end));
            }
            machine.run(lives, THREADS);
            machine.quiesce();
            List<String> lost = new ArrayList<>();
            lives.forEach(l -> l.check(lost));
            assertThat(lost).as(replay).isEmpty();
            assertThat(MmInvariants.check(machine)).as(replay).isEmpty();
            assertThat(machine.warnings().all()).as(replay).isEmpty();
        }
    }

    private static void write(Machine machine, String group, String file, long bytes) {
        try {
            machine.writeCgroupFile(group, file, Long.toString(bytes));
        } catch (KernelError short_) {
            assertThat(short_.errno()).isEqualTo("EAGAIN");
        }
    }

    /** A process and its children, on one thread at a time. */
    private static final class Life implements Program {
        private record Process(Task task, Map<Long, Long> stored) {}

        private final Machine machine;
        private final Stamps stamps;
        private final Rng rng;
        private final int number;
        private final long endNs;
        private final List<Process> processes = new ArrayList<>();
        private int named;

        Life(Machine machine, Stamps stamps, Rng rng, int number, long endNs) {
            this.machine = machine;
            this.stamps = stamps;
            this.rng = rng;
            this.number = number;
            this.endNs = endNs;
            spawn();
        }

        private String name() {
            return "p" + number + "." + named++;
        }

        private void spawn() {
            Task t = machine.spawn(name(), machine.memcg(rng.below(2) == 0 ? "A" : "B"));
            t.mmapAnon(BASE, PAGES, Prot.READ_WRITE);
            processes.add(new Process(t, new HashMap<>()));
        }

        @Override
        public Task task() {
            return processes.getFirst().task;
        }

        @Override
        public boolean runUntil(long ns) {
            throw new IllegalStateException();
        }

        @Override
        public boolean runSteps(int steps) {
            for (int i = 0; i < 8; i++) {
                step(processes.get((int) rng.below(processes.size())));
            }
            return System.nanoTime() < endNs && task().alive();
        }

        private void step(Process p) {
            if (!p.task.alive()) {
                if (p != processes.getFirst()) {
                    processes.remove(p);
                }
                return;
            }
            long first = BASE + rng.below(PAGES);
            long pages = 1 + rng.below(Math.min(120, BASE + PAGES - first));
            switch ((int) rng.below(24)) {
                case 0 -> {
                    p.task.munmap(first, pages);
                    p.task.mmapAnon(first, pages, Prot.READ_WRITE);
                    forget(p, first, pages);
                }
                case 1 -> {
                    p.task.madvise(first, pages, Advice.DONTNEED);
                    forget(p, first, pages);
                }
                case 2 -> p.task.madvise(first, pages, Advice.COLD);
                case 3 -> p.task.madvise(first, pages, Advice.PAGEOUT);
                case 4 -> fork(p);
                case 5 -> exit(p);
                case 6 -> p.task.moveTo(machine.memcg(rng.below(2) == 0 ? "A" : "B"));
                case 7 -> command();
                default -> touches(p, first, pages);
            }
        }

        private void touches(Process p, long first, long pages) {
            boolean write = rng.below(3) > 0;
            for (long vpn = first; vpn < first + pages; vpn++) {
                if (p.task.touch(vpn, write) == Touch.KILLED) {
                    return;
                }
                long stamp = write ? stamps.store(p.task, vpn) : 0;
                if (stamp != 0) {
                    p.stored.put(vpn, stamp);
                }
            }
        }

        private static void forget(Process p, long first, long pages) {
            for (long vpn = first; vpn < first + pages; vpn++) {
                p.stored.remove(vpn);
            }
        }

        private void fork(Process p) {
            if (processes.size() <= MOST_CHILDREN) {
                Task child = p.task.fork(name());
                if (child.alive()) {
                    processes.add(new Process(child, new HashMap<>(p.stored)));
                }
            }
        }

        private void exit(Process p) {
            if (p != processes.getFirst()) {
                p.task.exit();
                processes.remove(p);
            }
        }

        private void command() {
            String group = rng.below(2) == 0 ? "A" : "B";
            if (rng.below(2) == 0) {
                write(machine, group, "memory.reclaim", 200 * 4096);
                return;
            }
            int id = machine.memcg(group).id();
            long max = machine.rooms().multigen().maxSeq(machine.lruvecs().of(machine.memcg(group), 0));
            try {
                machine.lruGen().write("+ %d 0 %d 60 1".formatted(id, max));
            } catch (KernelError late) {
                assertThat(late.errno()).isIn("EINVAL", "EEXIST", "ERANGE");
            }
        }

        void check(List<String> lost) {
            for (Process p : processes) {
                if (p.task.alive()) {
                    stamps.check(p.task, p.stored, lost);
                }
            }
        }
    }
}
