package org.multigen.tier;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.multigen.base.Actor;
import org.multigen.base.VmEvent;
import org.multigen.lru.Lruvec;
import org.multigen.lru.Lruvecs;
import org.multigen.lru.multigen.LruScan;
import org.multigen.lru.multigen.MultiGenLru;
import org.multigen.memcg.Memcg;
import org.multigen.memory.Node;
import org.multigen.walk.AccessedFrames;
import org.multigen.walk.ScanStats;

/**
 * The daemon that looks through the lower tiers for accessed pages and records them. A pass begins an interval after the one
 * before began, or at once if that took longer, which is counted. It does not know which CPU accessed a page. Owned by its
 * actor. Kernel: klruscand as proposed.
 */
public final class AccessScanner implements Tiering.Daemon {
    /** Records between two chances for others to run. */
    private static final int YIELD_EVERY = 16;

    /** Adaptive: the interval in passes' times. */
    private static final long BUDGET = 100;

    private static final long SHORTEST_NS = 250_000_000L;
    private static final long LONGEST_NS = 16_000_000_000L;

    private final Actor actor;
    private final ScanSettings settings;
    private final MultiGenLru lru;
    private final Lruvecs lruvecs;
    private final List<Node> nodes;
    private final HotPageTracker tracker;
    private final LruScan scan;
    /** Null if there is no memory for it. */
    private final @Nullable Buffer buffer;

    private final Map<Memcg, Long> intervals = new ConcurrentHashMap<>();
    private final Map<Memcg, Long> lastStart = new HashMap<>();
    private long intervalNs;
    private long nextNs;
    private long startNs;
    private long seenAtStart;
    private long spentNs;
    private boolean idleSaid;
    private volatile @Nullable String note;
    private @Nullable Iterator<Lruvec> pass;
    private boolean inLruvec;

    AccessScanner(
            Actor actor,
            ScanSettings settings,
            MultiGenLru lru,
            Lruvecs lruvecs,
            List<Node> nodes,
            HotPageTracker tracker) {
        this.actor = actor;
        this.settings = settings;
        this.lru = lru;
        this.lruvecs = lruvecs;
        this.nodes = nodes;
        this.tracker = tracker;
        this.scan = lru.newScan(settings.variant(), settings.sweepPasses());
        this.buffer = newBuffer(settings.batch());
        this.intervalNs = settings.intervalNs();
    }

    private @Nullable Buffer newBuffer(int batch) {
        try {
            return new Buffer(batch);
        } catch (OutOfMemoryError tooMuch) {
            return null;
        }
    }

    @Override
    public Actor actor() {
        return actor;
    }

    public ScanStats stats() {
        return scan.stats();
    }

    /** Time that passes have taken. */
    public long spentNs() {
        return spentNs;
    }

    /** The interval in force. */
    public long intervalNs() {
        return intervalNs;
    }

    /** What it has to say about itself, once: why it is idle, that it is late. */
    public @Nullable String note() {
        return note;
    }

    /** A group of its own interval; 0 takes it back. */
    public void setInterval(Memcg memcg, long ns) {
        if (ns == 0) {
            intervals.remove(memcg);
        } else {
            intervals.put(memcg, ns);
        }
    }

    @Override
    public long nextNs() {
        return pass != null ? actor.clockNs() : nextNs;
    }

    /** One chunk of a pass, or the beginning or end of one. */
    @Override
    public void step() {
        Buffer out = buffer;
        if (pass == null || out == null) {
            begin();
            return;
        }
        if (inLruvec) {
            inLruvec = scan.chunk(actor, out);
        } else if (pass.hasNext()) {
            Lruvec lruvec = pass.next();
            scan.start(actor, lruvec, lru.maxSeq(lruvec));
            inLruvec = true;
        } else {
            end();
        }
    }

    private void begin() {
        actor.advanceTo(nextNs);
        startNs = actor.clockNs();
        if (buffer == null) {
            idle("no memory for a batch of " + settings.batch() + " pages");
            return;
        }
        if (!scan.possible()) {
            idle("lru_gen/enabled does not let page tables be walked");
            return;
        }
        seenAtStart = scan.stats().young;
        scan.startNode();
        pass = due().iterator();
    }

    private void idle(String why) {
        actor.count(VmEvent.KLRUSCAND_IDLE, 1);
        if (!idleSaid) {
            idleSaid = true;
            note = "klruscand stays idle: " + why;
        }
        nextNs = startNs + intervalNs;
    }

    /** The lruvecs whose turn it is, node by node. */
    private List<Lruvec> due() {
        List<Lruvec> result = new ArrayList<>();
        for (Node n : nodes) {
            for (Lruvec l : lruvecs.onNode(n.id())) {
                long every = intervals.getOrDefault(l.memcg, 0L);
                Long last = lastStart.get(l.memcg);
                if (every == 0 || last == null || last == startNs || startNs - last >= every) {
                    lastStart.put(l.memcg, startNs);
                    result.add(l);
                }
            }
        }
        return result;
    }

    private void end() {
        pass = null;
        long took = actor.clockNs() - startNs;
        spentNs += took;
        actor.count(VmEvent.KLRUSCAND_PASSES, 1);
        actor.count(VmEvent.KLRUSCAND_YOUNG, scan.stats().young - seenAtStart);
        if (took > intervalNs) {
            actor.count(VmEvent.KLRUSCAND_LATE, 1);
            if (note == null) {
                note = "klruscand is late: a pass took " + took / 1_000_000 + " ms, its interval is "
                        + intervalNs / 1_000_000 + " ms";
            }
        }
        if (settings.adaptive()) {
            adapt(took);
        }
        nextNs = Math.max(actor.clockNs(), startNs + intervalNs);
        for (long own : intervals.values()) {
            nextNs = Math.max(actor.clockNs(), Math.min(nextNs, startNs + own));
        }
    }

    /** Passes come as often as a hundredth of the time allows. */
    private void adapt(long tookNs) {
        intervalNs = Math.clamp(BUDGET * tookNs, SHORTEST_NS, LONGEST_NS);
    }

    /** Frames between a chunk and their recording. */
    private final class Buffer implements AccessedFrames {
        private final int[] frames;
        private int count;

        Buffer(int size) {
            frames = new int[size];
        }

        @Override
        public boolean accessed(int frame) {
            if (count == frames.length) {
                actor.count(VmEvent.KLRUSCAND_OVERFLOW, 1);
                return true;
            }
            frames[count++] = frame;
            return count == frames.length;
        }

        @Override
        public void flush(Actor by) {
            for (int i = 0; i < count; i++) {
                tracker.record(actor, frames[i], -1, HotPageTracker.Source.SCAN);
                if ((i + 1) % YIELD_EVERY == 0) {
                    actor.yieldPoint();
                }
            }
            count = 0;
        }
    }
}
