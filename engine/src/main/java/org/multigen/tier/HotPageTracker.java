package org.multigen.tier;

import java.util.List;
import org.multigen.base.Actor;
import org.multigen.base.Bits;
import org.multigen.base.Cost;
import org.multigen.base.OffHeap;
import org.multigen.base.VmEvent;
import org.multigen.base.Words;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.memory.Node;

/**
 * How often and when the pages of lower tiers were accessed lately, and which are hot. Kernel: mm/pghot.c of the development tree.
 *
 * <pre>
 *  default, 1 byte     7 ready | 6..2 time in buckets of 128 ticks | 1..0 frequency, at most 3
 *  precise, 4 bytes   31 ready | 26..13 time in ticks | 12..10 frequency, at most 7 | 9..0 node that accessed it
 * </pre>
 *
 * A record belongs to the first page of a folio and changes by compare-and-swap of the word it lies in. Time wraps: a page that
 * was not accessed for a whole turn of the clock may seem recent, once. Sections of 2^15 pages with a ready record have a bit set.
 */
public final class HotPageTracker implements AutoCloseable {
    /** Where an access is known from. */
    public enum Source {
        SCAN(VmEvent.PGHOT_RECORDED_SCAN),
        HINT_FAULT(VmEvent.PGHOT_RECORDED_HINTFAULTS),
        HARDWARE(VmEvent.PGHOT_RECORDED_HWHINTS);

        private final VmEvent event;

        Source(VmEvent event) {
            this.event = event;
        }
    }

    /** What becomes of a record that was offered. */
    enum Answer {
        /** It is cleared. */
        TAKE,
        /** It stays ready. */
        SKIP,
        /** It stays ready, and so do those behind it. */
        STOP
    }

    /** Takes records that are ready. */
    interface Taker {
        Answer ready(int frame, int frequency, long lastNs, int target);
    }

    static final int SECTION_SHIFT = 15;
    private static final int READY_BYTE = 0x80;
    private static final int READY = 1 << 31;
    private static final int BUCKET_TICKS = 128;
    private static final int TIME_BITS = 5;
    private static final int PRECISE_TIME_BITS = 14;
    private static final int NODE_MASK = 0x3ff;

    private final FolioTable folios;
    private final MemoryTiers tiers;
    private final TrackerSettings settings;
    private final int first;
    private final int frames;
    private final long base;
    private final Bits sections;
    private final long tickNs;
    private final int window;
    private final int timeMask;

    /**
     * @param hz ticks per second
     */
    HotPageTracker(FolioTable folios, MemoryTiers tiers, TrackerSettings settings, long hz) {
        this.folios = folios;
        this.tiers = tiers;
        this.settings = settings;
        List<Node> lower = tiers.lower();
        this.first = lower.stream().mapToInt(Node::startPfn).min().orElse(0);
        this.frames = lower.stream().mapToInt(Node::endPfn).max().orElse(0) - first;
        this.base = OffHeap.reserve(Math.max(8, (long) frames * (settings.precise() ? 4 : 1)));
        this.sections = new Bits(Math.max(64, (frames >> SECTION_SHIFT) + 64));
        long tick = 1_000_000_000L / hz;
        this.tickNs = settings.precise() ? tick : tick * BUCKET_TICKS;
        this.timeMask = (1 << (settings.precise() ? PRECISE_TIME_BITS : TIME_BITS)) - 1;
        this.window = (int) Math.min(timeMask, Math.max(1, settings.windowNs() / tickNs));
    }

    /** Bytes that the records take. */
    public long bytes() {
        return (long) frames * (settings.precise() ? 4 : 1);
    }

    TrackerSettings settings() {
        return settings;
    }

    /**
     * An access to a frame. Kernel: pghot_record_access.
     *
     * @param node node of the CPU that accessed it, or -1 if nobody knows
     * @return true if the page is hot now
     */
    public boolean record(Actor actor, int frame, int node, Source source) {
        actor.charge(Cost.PGHOT_RECORD);
        if ((settings.sources() >>> source.ordinal() & 1) == 0) {
            return false;
        }
        int folio = folios.folioOf(frame);
        long flags = folios.flags(folio);
        if ((flags & FolioFlags.LRU) == 0 || tiers.top(FolioFlags.node(flags))) {
            return false;
        }
        actor.count(source.event, 1);
        int target = node < 0 ? settings.target() : node;
        int now = (int) (actor.clockNs() / tickNs) & timeMask;
        boolean hot = settings.precise() ? updateWord(folio - first, now, target) : updateByte(folio - first, now);
        if (hot) {
            sections.set(folio - first >> SECTION_SHIFT);
        }
        return hot;
    }

    private int counted(int frequency, int then, int now) {
        boolean stale = frequency == 0 || (now - then & timeMask) > window;
        return stale ? 1 : Math.min(frequency + 1, settings.most());
    }

    private boolean updateByte(int i, int now) {
        long at = base + (i & ~3);
        int shift = (i & 3) * 8;
        while (true) {
            int word = Words.getIntAcquire(at);
            int old = word >>> shift & 0xff;
            int frequency = counted(old & 3, old >>> 2 & timeMask, now);
            int ready = frequency >= settings.threshold() ? READY_BYTE : 0;
            int record = ready | now << 2 | frequency;
            if (Words.casInt(at, word, (word & ~(0xff << shift)) | record << shift)) {
                return ready != 0;
            }
        }
    }

    private boolean updateWord(int i, int now, int target) {
        long at = base + 4L * i;
        while (true) {
            int old = Words.getIntAcquire(at);
            int frequency = counted(old >>> 10 & 7, old >>> 13 & timeMask, now);
            int ready = frequency >= settings.threshold() ? READY : 0;
            if (Words.casInt(at, old, ready | now << 13 | frequency << 10 | target & NODE_MASK)) {
                return ready != 0;
            }
        }
    }

    // ---- taking

    /** Some record of a node is ready. */
    boolean anyReady(Node node) {
        for (int s = node.startPfn() - first >> SECTION_SHIFT; s <= node.endPfn() - 1 - first >> SECTION_SHIFT; s++) {
            if (sections.get(s)) {
                return true;
            }
        }
        return false;
    }

    /** Offers the ready records of a node, by frame; what is taken is cleared. */
    void takeReady(Actor actor, Node node, Taker taker) {
        int end = node.endPfn() - first;
        for (int i = node.startPfn() - first; i < end; ) {
            int section = i >> SECTION_SHIFT;
            int until = Math.min(end, (section + 1) << SECTION_SHIFT);
            if (sections.get(section)) {
                sections.clear(section);
                actor.charge(Cost.PGHOT_LOOK, until - i);
                if (!takeSection(i, until, actor.clockNs(), taker)) {
                    sections.set(section);
                    return;
                }
            }
            i = until;
        }
    }

    private boolean takeSection(int from, int until, long nowNs, Taker taker) {
        boolean skipped = false;
        for (int i = from; i < until; i++) {
            if (!settings.precise() && (i & 7) == 0 && until - i >= 8 && Words.getLongOpaque(base + i) == 0) {
                i += 7;
                continue;
            }
            int record = get(i);
            boolean ready = settings.precise() ? record < 0 : (record & READY_BYTE) != 0;
            if (!ready) {
                continue;
            }
            int frequency = settings.precise() ? record >>> 10 & 7 : record & 3;
            int then = settings.precise() ? record >>> 13 & timeMask : record >>> 2 & timeMask;
            long ago = ((nowNs / tickNs - then) & timeMask) * tickNs;
            int target = settings.precise() ? record & NODE_MASK : settings.target();
            Answer answer = taker.ready(first + i, frequency, nowNs - ago, target);
            if (answer == Answer.STOP) {
                return false;
            }
            if (answer == Answer.SKIP) {
                skipped = true;
                continue;
            }
            clear(first + i);
        }
        if (skipped) {
            sections.set(from >> SECTION_SHIFT);
        }
        return true;
    }

    private int get(int i) {
        return settings.precise()
                ? Words.getIntAcquire(base + 4L * i)
                : Words.getIntAcquire(base + (i & ~3)) >>> (i & 3) * 8 & 0xff;
    }

    /** Forgets what is known of a frame. */
    void clear(int frame) {
        int i = frame - first;
        if (i < 0 || i >= frames) {
            return;
        }
        if (settings.precise()) {
            Words.setInt(base + 4L * i, 0);
            return;
        }
        long at = base + (i & ~3);
        int word;
        do {
            word = Words.getIntAcquire(at);
        } while (!Words.casInt(at, word, word & ~(0xff << (i & 3) * 8)));
    }

    /** Frequency of a page as recorded. */
    public int frequency(int frame) {
        int record = get(frame - first);
        return settings.precise() ? record >>> 10 & 7 : record & 3;
    }

    @Override
    public void close() {
        OffHeap.release(base);
    }
}
