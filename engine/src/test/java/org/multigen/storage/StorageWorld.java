package org.multigen.storage;

import java.util.ArrayList;
import java.util.List;
import org.multigen.addrspace.MappableTable;
import org.multigen.addrspace.Rmap;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.memcg.Charge;
import org.multigen.memcg.Memcg;
import org.multigen.memcg.MemcgTree;
import org.multigen.memcg.Relief;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.memory.FrameSource;
import org.multigen.memory.Mobility;
import org.multigen.memory.NodeConfig;
import org.multigen.memory.PhysicalMemory;
import org.multigen.memory.Zone;
import org.multigen.rules.KernelRules;
import org.multigen.rules.Kernels;

/** A machine without programs: memory, one control group, swap, files; the LRU is a list of what it was told. */
final class StorageWorld implements AutoCloseable {
    final KernelRules rules;
    final PhysicalMemory memory;
    final FolioTable folios;
    final MemcgTree memcgs = new MemcgTree(true);
    final Memcg group;
    final Charge charge;
    final MappableTable mappables = new MappableTable();
    final SwapSpace swap;
    final FileCache files;
    final Actor actor = new Actor("test", 0, 0, new long[Cost.values().length]);
    final Actor flusher = new Actor("flusher", 1, 0, new long[Cost.values().length]);
    /** What the LRU was told, in order. */
    final List<String> told = new ArrayList<>();

    long dirtyable = Long.MAX_VALUE / 1000;
    boolean tell;

    StorageWorld(String kernel, long pages) {
        this(kernel, pages, 0);
    }

    StorageWorld(String kernel, long pages, int pageCluster) {
        rules = Kernels.find(kernel);
        memory = new PhysicalMemory(List.of(NodeConfig.ofPages(0, pages)), 0, 10, 0);
        folios = memory.folios();
        group = memcgs.create("A", -1);
        charge = new Charge(memcgs, 1, 1, 250);
        charge.setRelief(new Relief() {
            @Override
            public long reclaim(Actor a, Memcg over, long wanted) {
                return 0;
            }

            @Override
            public boolean outOfMemory(Actor a, Memcg over) {
                return false;
            }
        });
        swap = new SwapSpace(folios, memcgs, charge);
        files = new StorageParts(
                        folios,
                        new Frames(),
                        charge,
                        memcgs,
                        mappables,
                        new Rmap(folios, mappables),
                        swap,
                        new Gate(),
                        rules,
                        1,
                        cpu -> 0,
                        () -> dirtyable,
                        pageCluster,
                        Writeback.Settings.defaults())
                .build();
    }

    BackingFile ext4(long pages, int readahead) {
        return file(BackingFile.Kind.EXT4, BlockDevice.RAM, pages, readahead);
    }

    BackingFile file(BackingFile.Kind kind, BlockDevice device, long pages, int readahead) {
        BackingFile f = new BackingFile(mappables.newFileId(), "/f", pages, kind, device, readahead);
        mappables.register(f);
        return f;
    }

    long freePages() {
        return memory.node(0).freePages();
    }

    long state(Memcg.State s) {
        return group.ownState(s);
    }

    /** Evicts a page as reclaim does, once it is unmapped and clean. */
    void evict(int folio, long memory) {
        folios.get(folio);
        files.removeForReclaim(folio, Shadow.of(memory), 2);
        if (folios.put(folio)) {
            new Gate().free(actor, folio);
        }
    }

    /** Swaps a shmem page out as reclaim does with a synchronous device; false if there is no room. */
    boolean swapOut(int folio, long memory) {
        folios.get(folio);
        boolean moved = files.shmemToSwap(actor, folio);
        if (moved) {
            folios.clear(folio, FolioFlags.DIRTY);
            swap.remove(folio, Shadow.of(memory));
        }
        if (folios.put(folio)) {
            new Gate().free(actor, folio);
        }
        return moved;
    }

    /** Present pages of [from, to) as a string: . absent, o present, M first page of a folio with the readahead mark. */
    String map(BackingFile f, long from, long to) {
        StringBuilder b = new StringBuilder();
        for (long i = from; i < to; i++) {
            int page = f.cache().page(i);
            boolean mark =
                    page != FolioTable.NONE && folios.folioOf(page) == page && folios.has(page, FolioFlags.READAHEAD);
            b.append(page == FolioTable.NONE ? '.' : mark ? 'M' : 'o');
        }
        return b.toString();
    }

    @Override
    public void close() {
        swap.close();
        memory.close();
    }

    private final class Frames implements FrameSource {
        @Override
        public int allocate(Actor a, int order, int node, boolean mayReclaim, Mobility mobility) {
            for (Zone z : memory.node(node).zones().reversed()) {
                int pfn = memory.allocator().take(z, order, 0, mobility);
                if (pfn != FolioTable.NONE) {
                    return pfn;
                }
            }
            return FolioTable.NONE;
        }

        @Override
        public int allocateOn(Actor a, int order, java.util.List<org.multigen.memory.Node> nodes) {
            return allocate(a, order, nodes.getFirst().id(), false);
        }

        @Override
        public void free(Actor a, int pfn) {
            memory.allocator().free(memory.zoneOf(pfn), pfn);
        }
    }

    private final class Gate implements LruGate {
        private void tell(String what, int folio) {
            if (tell) {
                told.add(what + " " + folio);
            }
        }

        @Override
        public void refault(Actor a, int folio, long shadow) {
            tell("refault", folio);
        }

        @Override
        public void add(Actor a, int folio) {
            tell("add", folio);
        }

        @Override
        public void markAccessed(Actor a, int folio) {
            tell("mark", folio);
        }

        @Override
        public void writtenBack(Actor a, int folio) {
            tell("written", folio);
        }

        @Override
        public void free(Actor a, int folio) {
            charge.uncharge(memcgs.of(FolioFlags.memcg(folios.flags(folio))), folios.pages(folio));
            memory.allocator().free(memory.zoneOf(folio), folio);
        }
    }
}
