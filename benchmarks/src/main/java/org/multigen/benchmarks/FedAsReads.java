package org.multigen.benchmarks;

import org.multigen.base.KernelError;
import org.multigen.base.VmEvent;
import org.multigen.machine.Machine;
import org.multigen.machine.Task;
import org.multigen.memory.NodeConfig;
import org.multigen.storage.BackingFile;
import org.multigen.storage.BlockDevice;
import org.multigen.storage.FileAdvice;
import org.multigen.storage.OpenFile;

/**
 * Requests as reads of a file, one system call each, at the block numbers of the trace: what the trace recorded. Advice RANDOM
 * keeps the machine from reading more than was asked for. The control group may hold as many pages as the LRU, beside the nodes
 * of the page cache's tree, which are charged to it.
 */
final class FedAsReads implements AgainstCaffeine.Fed {
    private static final int NODE_SHIFT = 6;
    private static final long NODE_BYTES = 576;
    private static final long PAGE_BYTES = 4096;
    /** What waits in batches. */
    private static final int SLACK = 64;

    private static final int READAHEAD_PAGES = 32;
    private static final int KIB_OF_PAGE = 4;

    private final ArcTrace trace;
    private final long treePages;

    FedAsReads(ArcTrace trace) {
        this.trace = trace;
        this.treePages = (trace.groups(NODE_SHIFT) * NODE_BYTES + PAGE_BYTES - 1) / PAGE_BYTES;
    }

    @Override
    public String meaning() {
        return "a request is a read of as many pages of a file, advised as random";
    }

    @Override
    public AgainstCaffeine.Run run(int pages) throws KernelError {
        long limit = pages + treePages + SLACK;
        try (Machine machine = Machine.builder()
                .kernel("6.12")
                .node(NodeConfig.ofPages(0, 2 * limit + 65_536))
                .cpus(1)
                .build()) {
            machine.createMemcg("A");
            machine.writeCgroupFile("A", "memory.max", Long.toString(PAGE_BYTES * limit));
            Task task = machine.spawn("trace", machine.memcg("A"));
            BackingFile file =
                    machine.createFile("/disk", trace.end(), BackingFile.Kind.EXT4, BlockDevice.DISK, READAHEAD_PAGES);
            OpenFile open = task.open(file);
            task.advise(open, FileAdvice.RANDOM, 0, 0);
            double begin = AgainstCaffeine.cpuSeconds();
            for (int i = 0; i < trace.starts().length; i++) {
                task.read(open, trace.starts()[i], trace.counts()[i]);
            }
            double seconds = AgainstCaffeine.cpuSeconds() - begin;
            return new AgainstCaffeine.Run(seconds, task.actor().events(VmEvent.PGPGIN) / KIB_OF_PAGE);
        }
    }
}
