package org.multigen.lru;

import org.multigen.base.Lock;
import org.multigen.memcg.Memcg;
import org.multigen.memory.FolioTable;
import org.multigen.memory.Node;

/**
 * The reclaimable pages of one memcg on one node. Both LRUs keep their lists beside it, found by {@link #id}; the sizes here are
 * those of memory.stat: active and inactive as each LRU defines them. Everything is guarded by {@link #lock}. Kernel: struct
 * lruvec.
 */
public final class Lruvec {
    public static final int INACTIVE_ANON = 0;
    public static final int ACTIVE_ANON = 1;
    public static final int INACTIVE_FILE = 2;
    public static final int ACTIVE_FILE = 3;
    public static final int UNEVICTABLE = 4;
    public static final int LISTS = 5;

    public final int id;
    public final Memcg memcg;
    public final Node node;
    public final Lock lock;
    /** Head of the list of pages that cannot be reclaimed. */
    public final int unevictable;

    private final long[] sizes;

    /** Pages isolated by reclaim at the moment, per type. */
    public final long[] isolated = new long[2];

    Lruvec(int id, Memcg memcg, Node node, Lock lock, FolioTable folios) {
        this.id = id;
        this.memcg = memcg;
        this.node = node;
        this.lock = lock;
        this.unevictable = folios.newListHead();
        this.sizes = new long[node.zones().size() * LISTS];
    }

    public void addSize(int list, int zone, long pages) {
        sizes[zone * LISTS + list] += pages;
    }

    /** Pages of a list in all zones. */
    public long size(int list) {
        long sum = 0;
        for (int i = list; i < sizes.length; i += LISTS) {
            sum += sizes[i];
        }
        return sum;
    }

    /** Pages of a list in the zones up to one. */
    public long size(int list, int maxZone) {
        long sum = 0;
        for (int z = 0; z <= maxZone && z * LISTS < sizes.length; z++) {
            sum += sizes[z * LISTS + list];
        }
        return sum;
    }

    /** Pages of a list in one zone. */
    public long sizeIn(int list, int zone) {
        return sizes[zone * LISTS + list];
    }

    /** Pages of all lists that reclaim can take from. */
    public long reclaimable() {
        return size(INACTIVE_ANON) + size(ACTIVE_ANON) + size(INACTIVE_FILE) + size(ACTIVE_FILE);
    }
}
