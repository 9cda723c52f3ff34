package org.multigen.lru;

import org.jspecify.annotations.Nullable;
import org.multigen.base.VmEvent;
import org.multigen.memcg.Memcg;

/**
 * One call of reclaim: what is wanted, what is allowed, and what has happened so far. Owned by the reclaimer. Kernel: struct
 * scan_control.
 */
public final class ReclaimRequest {
    public static final int DEFAULT_PRIORITY = 12;
    /** No swappiness given: the system's. */
    public static final int SYSTEM_SWAPPINESS = -1;
    /** Swappiness that means anonymous pages only. */
    public static final int ANON_ONLY = 201;

    /** The group over its limit, or null for the whole machine. */
    public final @Nullable Memcg target;

    public long goal;
    public int priority = DEFAULT_PRIORITY;
    public int order;
    public int maxZone = 3;
    public boolean mayWritePage = true;
    public boolean mayUnmap = true;
    public boolean maySwap = true;
    public boolean proactive;
    public boolean kswapd;
    public boolean noDemotion;
    /** Requested by MADV_PAGEOUT or debugfs: recency does not count, or the aim is one lruvec. */
    public boolean memcgFullWalk;

    public int swappiness = SYSTEM_SWAPPINESS;

    public long reclaimed;
    public long scanned;
    /** Why the page at hand stays, a constant of {@link org.multigen.memory.PageLog}. */
    public int why;

    // the round of eviction at hand
    /** Type that was looked at last. */
    public int scannedType;
    /** Pages that the last look took. */
    public int takenNow;
    /** The round found the lruvec in need of ageing. */
    public boolean agedLast;

    public final ShrinkResult result = new ShrinkResult();

    // memory.low
    public boolean memcgLowReclaim;
    public boolean memcgLowSkipped;

    // classic LRU, decided once per node pass
    public boolean forceDeactivate;
    public boolean skippedDeactivate;
    public boolean mayDeactivateAnon;
    public boolean mayDeactivateFile;
    public boolean cacheTrimMode;
    public boolean noCacheTrimMode;
    public boolean cacheTrimModeFailed;
    public boolean fileIsTiny;
    public long anonCost;
    public long fileCost;

    // dirty and written-back pages seen on this node
    public long dirtyPages;
    public long unqueuedDirty;
    public long congested;
    public long writeback;
    public long immediate;
    public long fileTaken;
    public long taken;

    public ReclaimRequest(@Nullable Memcg target, long goal) {
        this.target = target;
        this.goal = goal;
    }

    /** A pass over a node begins: nothing has been taken from it. */
    public void clearNodeCounts() {
        dirtyPages = 0;
        unqueuedDirty = 0;
        congested = 0;
        writeback = 0;
        immediate = 0;
        fileTaken = 0;
        taken = 0;
    }

    /** Reclaim of a control group below the root. Kernel: cgroup_reclaim. */
    public boolean memcgReclaim() {
        return target != null;
    }

    /** Reclaim of everything: no target, or the root. Kernel: root_reclaim. */
    public boolean rootReclaim() {
        return target == null || target.isRoot();
    }

    /** The event that pages looked at are counted as: by whom. */
    public VmEvent scanEvent() {
        return kswapd ? VmEvent.PGSCAN_KSWAPD : proactive ? VmEvent.PGSCAN_PROACTIVE : VmEvent.PGSCAN_DIRECT;
    }

    /** The event that pages freed are counted as: by whom. */
    public VmEvent stealEvent() {
        return kswapd ? VmEvent.PGSTEAL_KSWAPD : proactive ? VmEvent.PGSTEAL_PROACTIVE : VmEvent.PGSTEAL_DIRECT;
    }
}
