package org.multigen.storage;

import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import org.multigen.base.Actor;
import org.multigen.memcg.Memcg;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.rules.KernelRules;

/**
 * The pages that an ext4 file system reads about its files: inodes when one is opened, and for block-mapped files the blocks that
 * tell where the content lies. They are pages of the device's own cache, charged to whoever reads them first, and show on the
 * file lists like any others. Kernel: fs/ext4/inode.c __ext4_get_inode_loc, fs/ext4/indirect.c, fs/buffer.c.
 *
 * <p>Where the content lies is remembered for each page once looked up, so that reading a page again asks nobody. The last
 * buffers looked up are held in a small list per CPU, and their pages cannot be freed.
 *
 * <p>What is known about a file, and each list, is guarded by its monitor. Under real threads two may look the same block up at once.
 */
final class Ext4Metadata {
    /** Pages whose places the inode itself holds. */
    private static final int DIRECT = 12;
    /** Places that one block holds. */
    private static final int PER_BLOCK = 1024;
    /** Buffers that a CPU remembers. Kernel: BH_LRU_SIZE. */
    private static final int BUFFERS = 16;

    /** Kernel memory of the inode, its name and the buffers read with it. */
    private static final long INODE_BYTES = 4096 + 1024;

    // pages of the metadata file
    private static final long DIRECTORY = 0;
    private static final long OWN_INODE = 1;
    private static final long INODE_BITMAP = 2;
    private static final long OTHER_INODES = 3;
    /** Blocks of inodes read along with the own one. Kernel: inode_readahead_blks, less the own. */
    private static final int INODES_AHEAD = 31;

    private static final long SINGLE = 64;
    private static final long DOUBLE = 65;
    private static final long LEAVES = 66;
    /** Stands for the buffer of a page that was read when the file system was mounted. */
    private static final int OF_MOUNT = -2;

    /** What is known about one file. */
    static final class Known {
        /** Blocks that locate the content. */
        final BackingFile device;
        /** Blocks of the file system with its inodes. */
        final BackingFile inodes;

        private final BitSet places = new BitSet();
        private boolean inode;

        Known(BackingFile device, BackingFile inodes) {
            this.device = device;
            this.inodes = inodes;
        }

        /** The inode is in memory from now on; false if it was. */
        synchronized boolean takeInode() {
            boolean first = !inode;
            inode = true;
            return first;
        }

        synchronized int nextUnknown(int from) {
            return places.nextClearBit(from);
        }

        synchronized void located(int from, int to) {
            places.set(from, to);
        }

        /** Pages from an index on have no places any more. */
        synchronized void truncate(long from) {
            places.clear((int) from, Math.max((int) from, places.length()));
        }
    }

    private final CacheFolios cache;
    private final FolioTable folios;
    private final KernelRules rules;
    private final int[][] buffers;

    Ext4Metadata(CacheFolios cache, KernelRules rules, int cpus) {
        this.cache = cache;
        this.folios = cache.folios();
        this.rules = rules;
        this.buffers = new int[cpus][BUFFERS];
        for (int[] b : buffers) {
            Arrays.fill(b, FolioTable.NONE);
        }
    }

    /**
     * A file is opened: its inode is read unless it is in memory, else looked at.
     *
     * @return the inode's folio if it is to be marked dirty, see {@link CacheFolios#find}, else {@link FolioTable#NONE}
     */
    int opened(Actor actor, Memcg memcg, BackingFile file) {
        Known known = file.known;
        if (known == null) {
            return FolioTable.NONE;
        }
        if (!known.takeInode()) {
            use(actor, memcg, known.inodes, OWN_INODE);
            hold(actor, OF_MOUNT);
            return FolioTable.NONE;
        }
        cache.chargeOpen(actor, memcg, INODE_BYTES);
        use(actor, memcg, known.inodes, DIRECTORY);
        int own = look(actor, memcg, known.inodes, OWN_INODE);
        use(actor, memcg, known.inodes, INODE_BITMAP);
        // the last were read with the root directory's inode already, and outlast the dropping of caches as held
        // buffers
        int held = rules.heldBuffersOutlastDrop() ? BUFFERS : 0;
        for (int i = 0; i < INODES_AHEAD - held; i++) {
            use(actor, memcg, known.inodes, OTHER_INODES + i);
        }
        for (int i = 1; i <= held; i++) {
            hold(actor, OF_MOUNT - i);
        }
        use(actor, memcg, known.inodes, OWN_INODE); // to note the time of access
        return own;
    }

    /**
     * A dirty page of a device has been written. What made it dirty was the time of access of a file's inode, and the inode is
     * written with it: it is looked up in its block for that. Kernel: ext4_write_inode.
     */
    void written(Actor actor, BackingFile device, int folio) {
        if (device.isDevice()) {
            cache.gate().markAccessed(actor, folio);
            hold(actor, folio);
        }
    }

    /** Pages are about to be read from the device: finds out where they lie. Kernel: ext4_ind_map_blocks. */
    void locate(Actor actor, Memcg memcg, BackingFile file, long from, int pages) {
        Known known = file.known;
        if (known == null) {
            return;
        }
        long end = from + pages;
        long i = known.nextUnknown((int) from);
        while (i < end) {
            long to = Math.min(end, leafEnd(i));
            if (i >= DIRECT + PER_BLOCK) {
                use(actor, memcg, known.device, DOUBLE);
                use(actor, memcg, known.device, LEAVES + (i - DIRECT - PER_BLOCK) / PER_BLOCK);
            } else if (i >= DIRECT) {
                use(actor, memcg, known.device, SINGLE);
            }
            known.located((int) i, (int) to);
            i = known.nextUnknown((int) to);
        }
    }

    private static long leafEnd(long i) {
        return i < DIRECT ? DIRECT : DIRECT + ((i - DIRECT) / PER_BLOCK + 1) * PER_BLOCK;
    }

    private void use(Actor actor, Memcg memcg, BackingFile device, long block) {
        cache.letGo(actor, look(actor, memcg, device, block));
    }

    /**
     * Looks a block up, reading it if it is not cached: a use of its page; see {@link CacheFolios#find}. Kernel: __getblk_slow,
     * touch_buffer.
     */
    private int look(Actor actor, Memcg memcg, BackingFile device, long block) {
        int page;
        do {
            page = cache.find(device, block);
            if (page == FolioTable.NONE) {
                page = read(actor, memcg, device, block);
            }
        } while (page == CacheFolios.THERE);
        if (page != FolioTable.NONE) {
            cache.gate().markAccessed(actor, page);
            hold(actor, page);
        }
        return page;
    }

    private int read(Actor actor, Memcg memcg, BackingFile device, long block) {
        int folio = cache.allocate(actor, memcg, device, block, 0, CacheFolios.Effort.METADATA);
        if (folio == FolioTable.NONE) {
            return FolioTable.NONE;
        }
        folios.set(folio, FolioFlags.REFERENCED);
        device.cache().lock();
        boolean free = device.cache().page(block) == FolioTable.NONE;
        long shadow = free ? cache.insert(device, block, folio) : 0;
        device.cache().unlock();
        if (!free) {
            cache.put(actor, folio);
            return CacheFolios.THERE;
        }
        if (Shadow.isShadow(shadow)) {
            cache.gate().refault(actor, folio, shadow);
        }
        cache.gate().add(actor, folio);
        if (!folios.shared()) {
            folios.put(folio);
        }
        device.device().read(actor, 1);
        return folio;
    }

    private void hold(Actor actor, int folio) {
        int[] mine = buffers[actor.cpu];
        synchronized (mine) {
            int at = 0;
            while (at < BUFFERS - 1 && mine[at] != folio) {
                at++;
            }
            System.arraycopy(mine, 0, mine, 1, at);
            mine[0] = folio;
        }
    }

    /** No CPU holds buffers any more. Kernel: invalidate_bh_lrus_cpu, which lru_add_drain_all calls on each. */
    void release() {
        for (int[] of : buffers) {
            synchronized (of) {
                Arrays.fill(of, FolioTable.NONE);
            }
        }
    }

    /** A buffer of the page is held, so that it cannot be freed. Kernel: drop_buffers. */
    boolean holds(@Nullable BackingFile file, int folio) {
        if (file == null || !file.isDevice()) {
            return false;
        }
        for (int[] of : buffers) {
            synchronized (of) {
                for (int held : of) {
                    if (held == folio) {
                        return true;
                    }
                }
            }
        }
        return false;
    }
}
