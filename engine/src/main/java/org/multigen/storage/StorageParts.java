package org.multigen.storage;

import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;
import org.multigen.addrspace.MappableTable;
import org.multigen.addrspace.Rmap;
import org.multigen.memcg.Charge;
import org.multigen.memcg.MemcgTree;
import org.multigen.memory.FolioTable;
import org.multigen.memory.FrameSource;
import org.multigen.rules.KernelRules;

/**
 * The neighbours that the page cache is wired with.
 *
 * @param cpus number of CPUs
 * @param nodeOfCpu memory node that a CPU prefers
 * @param dirtyable pages that could become dirty: free ones and those of files, less reserves
 * @param pageCluster vm.page-cluster
 */
public record StorageParts(
        FolioTable folios,
        FrameSource frames,
        Charge charge,
        MemcgTree memcgs,
        MappableTable mappables,
        Rmap rmap,
        SwapSpace swap,
        LruGate gate,
        KernelRules rules,
        int cpus,
        IntUnaryOperator nodeOfCpu,
        LongSupplier dirtyable,
        int pageCluster,
        Writeback.Settings writeback) {
    /** Builds the page cache with everything behind it. */
    public FileCache build() {
        CacheFolios cache = new CacheFolios(folios, frames, charge, memcgs, gate, rules, nodeOfCpu, cpus);
        SwapReadahead swapIn = new SwapReadahead(cache, swap, rmap, pageCluster);
        Shmem shmem = new Shmem(cache, swap, swapIn);
        Writeback flusher = new Writeback(cache, rmap, dirtyable, writeback);
        return new FileCache(cache, mappables, rules, shmem, flusher, swapIn);
    }
}
