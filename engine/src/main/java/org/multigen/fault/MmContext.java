package org.multigen.fault;

import org.multigen.addrspace.MappableTable;
import org.multigen.addrspace.Rmap;
import org.multigen.addrspace.TlbShootdown;
import org.multigen.lru.FolioBatches;
import org.multigen.lru.FolioRelease;
import org.multigen.lru.MappedPages;
import org.multigen.lru.multigen.MultiGenLru;
import org.multigen.memcg.Charge;
import org.multigen.memcg.MemcgTree;
import org.multigen.memory.FolioTable;
import org.multigen.memory.FrameSource;
import org.multigen.reclaim.LruEntry;
import org.multigen.rules.KernelRules;
import org.multigen.storage.FileCache;
import org.multigen.storage.SwapSpace;

/** The rooms below, as the fault handler and the system calls on mappings use them. */
public record MmContext(
        FolioTable folios,
        KernelRules rules,
        MappableTable mappables,
        Rmap rmap,
        TlbShootdown shootdown,
        MappedPages mapped,
        FrameSource frames,
        MemcgTree memcgs,
        Charge charge,
        SwapSpace swap,
        FileCache files,
        LruEntry lru,
        FolioBatches batches,
        FolioRelease release,
        MlockedPages mlocked,
        MultiGenLru multigen) {}
