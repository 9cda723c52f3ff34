package org.multigen.memory;

import java.util.concurrent.atomic.AtomicLong;
import org.multigen.base.Guard;

/**
 * A zone of a node: a contiguous range of frames with its watermarks and free blocks.
 *
 * <p>All fields are guarded by {@link #guard}; {@link #free} may be read without it. Kernel: struct zone.
 */
public final class Zone {
    public final int node;
    public final int index;
    public final String name;
    public final int startPfn;
    public final int managed;

    final Guard guard;
    private final BuddyLists blocks;
    private final Marks marks;
    /** Changed under the guard. */
    private final AtomicLong free = new AtomicLong();

    private volatile long boost;
    private volatile boolean boostedNow;

    /**
     * Watermarks in pages, without boost.
     *
     * @param boostFactor vm.watermark_boost_factor: the most that the marks rise, in 1/10000 of the high mark; 0 never
     */
    record Marks(long min, long low, long high, int boostFactor) {}

    Zone(FolioTable folios, Guard guard, int node, int index, String name, int startPfn, int managed, Marks marks) {
        this.guard = guard;
        this.node = node;
        this.index = index;
        this.name = name;
        this.startPfn = startPfn;
        this.managed = managed;
        this.marks = marks;
        this.free.set(managed);
        this.blocks = new BuddyLists(folios, FrameAllocator.place(node, index), startPfn, managed);
    }

    /** Free pages. */
    public long free() {
        return free.getAcquire();
    }

    /** Mark below which only direct reclaim helps. */
    public long min() {
        return marks.min + boost;
    }

    /** Mark below which kswapd is woken. */
    public long low() {
        return marks.low + boost;
    }

    /** Mark that kswapd balances to. */
    public long high() {
        return marks.high + boost;
    }

    /** Mark that kswapd balances to in NUMA tiering mode. */
    public long promo() {
        return 2 * marks.high - marks.low + boost;
    }

    /** Pages that the marks are raised by, since pages of different mobility were mixed. Kernel: watermark_boost. */
    public long boost() {
        return boost;
    }

    /** Takes back what kswapd has dealt with. */
    public void unboost(long pages) {
        guard.lock();
        boost = boost - Math.min(boost, pages);
        guard.unlock();
    }

    /** True once after the marks were raised: kswapd is to be woken although the node may be balanced. */
    public boolean takeBoosted() {
        boolean was = boostedNow;
        boostedNow = false;
        return was;
    }

    /** Told of each free block. */
    public interface FreeBlocks {
        void block(int pfn, int order);
    }

    /** Visits the free blocks; frames never used before come last, one by one. For checks and dumps. */
    public void forEachFree(FreeBlocks visitor) {
        blocks.forEachFree(visitor);
    }

    boolean contains(int pfn) {
        return pfn >= startPfn && pfn < startPfn + managed;
    }

    /** Takes a block of 2^order frames, or {@link FolioTable#NONE}. */
    int take(int order, Mobility mobility) {
        int pfn = blocks.take(order, mobility);
        if (pfn != FolioTable.NONE) {
            free.setRelease(free.getPlain() - (1L << order));
            if (blocks.takeMixed()) {
                raiseMarks();
            }
        }
        return pfn;
    }

    void give(int pfn, int order) {
        free.setRelease(free.getPlain() + (1L << order));
        blocks.give(pfn, order);
    }

    /** Kernel: boost_watermark; small zones would only thrash. */
    private void raiseMarks() {
        long block = 1L << BuddyLists.BLOCK_ORDER;
        long most = marks.high * marks.boostFactor / 10_000;
        if (most == 0 || block * 4 > managed) {
            return;
        }
        boost = Math.min(boost + block, Math.max(block, most));
        boostedNow = true;
    }
}
