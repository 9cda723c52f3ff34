package org.multigen.testkit.ageing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.multigen.addrspace.Prot;
import org.multigen.base.Cost;
import org.multigen.base.KernelError;
import org.multigen.base.Rng;
import org.multigen.base.VmEvent;
import org.multigen.lru.Lruvec;
import org.multigen.machine.Machine;
import org.multigen.machine.MachineBuilder;
import org.multigen.machine.SwapConfig;
import org.multigen.machine.Task;
import org.multigen.memcg.Memcg;
import org.multigen.memory.NodeConfig;
import org.multigen.memory.ZoneConfig;
import org.multigen.testkit.MmInvariants;

/** A machine with one group, a busy and an idle process, and a fixed piece of work for them. */
final class Bench implements AutoCloseable {
    static final long VPN = 1L << 20;
    static final int PAGES = 8192;
    private static final int IDLE_PAGES = 2048;
    private static final int LIMIT = 3500;

    final Machine machine;
    final Memcg group;
    final Task busy;
    final Task idle;
    private final Rng rng = new Rng(1);

    Bench(MachineBuilder builder) {
        machine = builder.build();
        group = machine.createMemcg("g");
        idle = machine.spawn("idle", group);
        busy = machine.spawn("busy", group);
        idle.mmapAnon(VPN, IDLE_PAGES, Prot.READ_WRITE);
        busy.mmapAnon(VPN, PAGES, Prot.READ_WRITE);
        for (int i = 0; i < IDLE_PAGES; i++) {
            idle.touch(VPN + i, true);
        }
        for (int i = 0; i < PAGES / 2; i++) {
            busy.touch(VPN + i, true);
        }
        age(0);
        age(0);
    }

    static MachineBuilder builder(String kernel) {
        return Machine.builder()
                .kernel(kernel)
                .node(new NodeConfig(0, List.of(new ZoneConfig("Normal", 32768, 64, 96, 128))))
                .swap(new SwapConfig(SwapConfig.Kind.ZRAM, "lzo-rle", 65536, 1))
                .contextSwitchesPerSecond(100_000);
    }

    /** The busy process works; nine touches of ten fall on 600 hot pages in two of its tables. */
    void work(int touches) {
        busy.contextSwitch();
        for (int i = 0; i < touches; i++) {
            long page = rng.below(10) < 9 ? rng.below(2) * 4096 + rng.below(300) : rng.below(PAGES);
            busy.touch(VPN + page, rng.below(2) == 0);
        }
    }

    /** Touches of the hot pages alone. */
    void hotWork(int touches) {
        busy.contextSwitch();
        for (int i = 0; i < touches; i++) {
            busy.touch(VPN + rng.below(2) * 4096 + rng.below(300), false);
        }
    }

    /** {@link #work} under a limit, so that reclaim ages and evicts. */
    void workUnderPressure(int touches) {
        limit(LIMIT);
        work(touches);
    }

    void limit(long pages) {
        try {
            machine.writeCgroupFile("g", "memory.max", Long.toString(pages * 4096));
        } catch (KernelError e) {
            throw new AssertionError(e);
        }
    }

    /** Ages by the debugfs command. */
    void age(int force) {
        age(group, force);
    }

    void age(Memcg memcg, int force) {
        Lruvec lruvec = machine.lruvecs().of(memcg, 0);
        long seq = machine.rooms().multigen().maxSeq(lruvec);
        try {
            machine.lruGen().write("+ " + memcg.id() + " 0 " + seq + " 60 " + force);
        } catch (KernelError e) {
            if (!e.errno().equals("ERANGE")) {
                throw new AssertionError(e);
            }
        }
    }

    long events(Cost cost) {
        return machine.costs().events(cost);
    }

    long tables() {
        return events(Cost.WALK_TABLE);
    }

    String lruGen() {
        return machine.lruGen().read(group).replaceAll("(?m)^( +\\d+) +\\d+", "$1"); // without ages
    }

    /** What the program notices: faults and what was swapped. */
    SortedMap<String, Long> outcome() {
        SortedMap<String, Long> all = new TreeMap<>();
        for (VmEvent e :
                List.of(VmEvent.PGFAULT, VmEvent.PGMAJFAULT, VmEvent.PSWPIN, VmEvent.PSWPOUT, VmEvent.PGSCAN_ANON)) {
            all.put(e.name(), machine.vmstat().get(e));
        }
        return all;
    }

    void sound() {
        assertThat(MmInvariants.check(machine)).isEmpty();
        assertThat(machine.warnings().all()).isEmpty();
    }

    @Override
    public void close() {
        machine.close();
    }
}
