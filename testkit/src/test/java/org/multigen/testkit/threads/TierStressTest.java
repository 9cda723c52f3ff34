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
import org.multigen.base.VmEvent;
import org.multigen.fault.Touch;
import org.multigen.lru.multigen.MultiGenLru;
import org.multigen.machine.Machine;
import org.multigen.machine.MachineBuilder;
import org.multigen.machine.Program;
import org.multigen.machine.SwapConfig;
import org.multigen.machine.Task;
import org.multigen.memory.Medium;
import org.multigen.memory.NodeConfig;
import org.multigen.testkit.MmInvariants;
import org.multigen.tier.Promoter;
import org.multigen.tier.PromotionSettings;
import org.multigen.tier.ScanSettings;
import org.multigen.tier.TierSettings;
import org.multigen.walk.ScanVariant;

/**
 * Pages that go up and down between two nodes while threads touch, fork, unmap and age them: none is lost, all books agree, and
 * ageing gets on while scans run.
 */
class TierStressTest {
    private static final int THREADS = 4;
    private static final long BASE = 1L << 20;
    private static final int PAGES = 1500;
    private static final int HOT = 100;
    private static final long MS = 1_000_000;
    /** Unless {@code -Dstress.seconds=600} or so says otherwise. */
    private static final long LONG_SECONDS = 60;

    @ParameterizedTest
    @CsvSource({
        "6.12,MULTIGEN,KMIGRATED,1",
        "6.18,FLAT,KPROMOTED,2",
        "7.2,RFC_V2,KMIGRATED,3",
        "6.1,MULTIGEN,KPROMOTED,4"
    })
    void noPageIsLostBetweenTiers(String kernel, ScanVariant scan, Promoter.Kind daemon, long seed) {
        run(kernel, scan, daemon, seed, 4_000);
    }

    @Test
    @Tag("long")
    void noPageIsLostBetweenTiersForLong() {
        long end = System.nanoTime() + Long.getLong("stress.seconds", LONG_SECONDS) * 1_000_000_000;
        for (long seed = 100; System.nanoTime() < end; seed++) {
            String kernel = List.of("6.1", "6.12", "6.18", "7.2").get((int) (seed % 4));
            ScanVariant scan = seed % 3 == 0 ? ScanVariant.FLAT : ScanVariant.MULTIGEN;
            run(kernel, scan, Promoter.Kind.values()[(int) (seed / 2 % 2)], seed, 10_000);
        }
    }

    private static MachineBuilder machine(String kernel, ScanVariant scan, Promoter.Kind daemon, long seed) {
        ScanSettings often = new ScanSettings(scan, 3 * MS, false, 256, 2);
        TierSettings tiers = TierSettings.KERNEL
                .with(often)
                .with(daemon)
                .recordingHints(seed % 2 == 0)
                .with(PromotionSettings.KERNEL.scanning(2, 4));
        return Machine.builder()
                .kernel(kernel)
                .cpus(THREADS)
                .realThreads(true)
                .panicOnWarn(true)
                .seed(seed)
                .node(NodeConfig.ofPages(0, 3_000))
                .node(NodeConfig.ofPages(1, 12_000).withoutCpus(Medium.CXL))
                .swap(new SwapConfig(SwapConfig.Kind.ZRAM, "lz4", 60_000, 0))
                .demotion(true)
                .numaBalancing(2)
                .tiering(tiers);
    }

    private static void run(String kernel, ScanVariant scan, Promoter.Kind daemon, long seed, int ms) {
        String replay = "replay: kernel %s, scan %s, daemon %s, seed %d (threads make each run different)"
                .formatted(kernel, scan, daemon, seed);
        try (Machine machine = machine(kernel, scan, daemon, seed).build()) {
            for (String group : List.of("A", "B")) {
                machine.createMemcg(group);
                write(machine, group, "memory.max", 5000L * 4096);
            }
            Stamps stamps = new Stamps(machine);
            long end = System.nanoTime() + ms * MS;
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
            everythingHappened(machine, replay);
            if (scan == ScanVariant.MULTIGEN || scan == ScanVariant.FLAT) {
                ageingGotOn(machine, lives, replay);
            }
        }
    }

    private static void everythingHappened(Machine machine, String replay) {
        for (VmEvent e : List.of(
                VmEvent.PGPROMOTE_SUCCESS,
                VmEvent.KLRUSCAND_PASSES,
                VmEvent.NUMA_HINT_FAULTS,
                VmEvent.PGMIGRATE_SUCCESS)) {
            assertThat(machine.vmstat().get(e)).as("%s: %s", replay, e).isPositive();
        }
        long demoted = machine.vmstat().get(VmEvent.PGDEMOTE_KSWAPD)
                + machine.vmstat().get(VmEvent.PGDEMOTE_DIRECT)
                + machine.vmstat().get(VmEvent.PGDEMOTE_PROACTIVE);
        assertThat(demoted).as("%s: demoted", replay).isPositive();
    }

    /** Each command to age has either made a generation or found that somebody else just did. */
    private static void ageingGotOn(Machine machine, List<Life> lives, String replay) {
        MultiGenLru lru = machine.rooms().multigen();
        long asked = lives.stream().mapToLong(l -> l.aged).sum();
        long made = 0;
        for (String group : List.of("A", "B")) {
            made += lru.maxSeq(machine.lruvecs().of(machine.memcg(group), 0));
        }
        assertThat(asked).as(replay).isPositive();
        assertThat(made).as("%s: generations after %d commands", replay, asked).isGreaterThanOrEqualTo(asked);
    }

    private static void write(Machine machine, String group, String file, long bytes) {
        try {
            machine.writeCgroupFile(group, file, Long.toString(bytes));
        } catch (KernelError tooLittle) {
            assertThat(tooLittle.errno()).isEqualTo("EAGAIN");
        }
    }

    /** A process and its children. Some pages are used all the time, so that they are worth promoting. */
    private static final class Life implements Program {
        private record Process(Task task, Map<Long, Long> stored) {}

        private final Machine machine;
        private final Stamps stamps;
        private final Rng rng;
        private final int number;
        private final long endNs;
        private final List<Process> processes = new ArrayList<>();
        private int named;
        private long aged;

        Life(Machine machine, Stamps stamps, Rng rng, int number, long endNs) {
            this.machine = machine;
            this.stamps = stamps;
            this.rng = rng;
            this.number = number;
            this.endNs = endNs;
            Task t = machine.spawn(name(), machine.memcg(number % 2 == 0 ? "A" : "B"));
            t.mmapAnon(BASE, PAGES, Prot.READ_WRITE);
            processes.add(new Process(t, new HashMap<>()));
        }

        private String name() {
            return "p" + number + "." + named++;
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
            task().quiesce();
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
            switch ((int) rng.below(40)) {
                case 0 -> {
                    p.task.munmap(first, pages);
                    p.task.mmapAnon(first, pages, Prot.READ_WRITE);
                    forget(p, first, pages);
                }
                case 1 -> {
                    p.task.madvise(first, pages, Advice.DONTNEED);
                    forget(p, first, pages);
                }
                case 2 -> p.task.madvise(first, pages, Advice.PAGEOUT);
                case 3 -> fork(p);
                case 4 -> exit(p);
                case 5 -> write(machine, rng.below(2) == 0 ? "A" : "B", "memory.reclaim", 200 * 4096);
                case 6 -> age();
                case 7, 8, 9, 10, 11, 12, 13, 14 -> touches(p, first, pages);
                default -> touches(p, BASE + number * 50, HOT);
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
            if (processes.size() < 3) {
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

        private void age() {
            String group = rng.below(2) == 0 ? "A" : "B";
            int id = machine.memcg(group).id();
            long max = machine.rooms().multigen().maxSeq(machine.lruvecs().of(machine.memcg(group), 0));
            try {
                machine.lruGen().write("+ %d 0 %d 60 1".formatted(id, max));
                aged++;
            } catch (KernelError late) {
                assertThat(late.errno()).isIn("EINVAL", "EEXIST", "ERANGE", "ENOMEM");
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
