package org.multigen.benchmarks;

import org.multigen.addrspace.Prot;
import org.multigen.base.KernelError;
import org.multigen.fault.Touch;
import org.multigen.machine.Machine;
import org.multigen.machine.SwapConfig;
import org.multigen.machine.Task;
import org.multigen.memory.NodeConfig;

/**
 * Blocks as pages of anonymous memory, numbered by the rank of their block, each stored to: misses are first uses and swap-ins
 * from zram. The control group may hold as many pages as the LRU, beside its page tables.
 */
record FedAsTouches(ArcTrace trace) implements AgainstCaffeine.Fed {
    private static final int ENTRIES = 512;
    /** Upper tables, and what waits in batches. */
    private static final int SLACK = 64;

    @Override
    public String meaning() {
        return "a block is a page of anonymous memory that is stored to, swap on zram";
    }

    @Override
    public AgainstCaffeine.Run run(int pages) throws KernelError {
        long tables = trace.unique() / ENTRIES + SLACK;
        try (Machine machine = Machine.builder()
                .kernel("6.12")
                .node(NodeConfig.ofPages(0, 2L * pages + 2 * tables + 65_536))
                .swap(new SwapConfig(SwapConfig.Kind.ZRAM, "lzo-rle", trace.unique() + 1024L, 0))
                .cpus(1)
                .build()) {
            machine.createMemcg("A");
            machine.writeCgroupFile("A", "memory.max", Long.toString(4096 * (pages + tables)));
            Task task = machine.spawn("trace", machine.memcg("A"));
            long first = task.mmapAnon(-1, trace.unique(), Prot.READ_WRITE);
            long faults = 0;
            double begin = AgainstCaffeine.cpuSeconds();
            for (int rank : trace.ranks()) {
                faults += task.touch(first + rank, true) == Touch.RESIDENT ? 0 : 1;
            }
            return new AgainstCaffeine.Run(AgainstCaffeine.cpuSeconds() - begin, faults);
        }
    }
}
