package org.multigen.tier;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.VmEvent;
import org.multigen.memory.Medium;
import org.multigen.memory.Node;

/**
 * What a touch of slower memory costs beyond one of the top tier: its latency, and waiting for its turn once the node carries all
 * it can. Transfers are counted per window of about a millisecond of the toucher's clock; benign race: two threads may count one
 * transfer, or one begin the window anew over the other's counts; at worst a window's waits are missing. They are a model's figure,
 * none of which is forbidden, so no test of words holds it.
 */
public final class SlowTouches {
    private static final int WINDOW_SHIFT = 20;
    private static final int LINE_BYTES = 64;

    private final int firstSlow;
    private final int[] ends;
    private final int[] extraNs;
    private final boolean[] top;
    private final long[] linesPerWindow;
    private final long[] psPerLine;
    private final long[] window;
    private final long[] lines;
    private final int sample;
    private final @Nullable HotPageTracker tracker;

    /**
     * @param sample of so many touches one goes to the tracker, 0 for none
     */
    SlowTouches(List<Node> nodes, MemoryTiers tiers, int sample, @Nullable HotPageTracker tracker) {
        int n = nodes.size();
        this.sample = sample;
        this.tracker = tracker;
        ends = new int[n];
        extraNs = new int[n];
        top = new boolean[n];
        linesPerWindow = new long[n];
        psPerLine = new long[n];
        window = new long[n];
        lines = new long[n];
        int first = Integer.MAX_VALUE;
        for (Node node : nodes) {
            int i = node.id();
            Medium m = node.medium();
            ends[i] = node.endPfn();
            top[i] = tiers.top(i);
            extraNs[i] = Math.max(0, m.latencyNs() - Medium.DRAM.latencyNs());
            psPerLine[i] = Math.max(1, LINE_BYTES * 1_000_000L / m.bandwidth());
            linesPerWindow[i] = (1000L << WINDOW_SHIFT) / psPerLine[i];
            if (!top[i] || extraNs[i] > 0) {
                first = Math.min(first, node.startPfn());
            }
        }
        firstSlow = first;
    }

    /** Whether any node is slower than DRAM. */
    public boolean any() {
        return firstSlow != Integer.MAX_VALUE;
    }

    /** A page was touched. */
    public void touched(Actor actor, int frame) {
        if (frame < firstSlow) {
            return;
        }
        int node = 0;
        while (frame >= ends[node]) {
            node++;
        }
        actor.charge(Cost.LOWER_WAIT, extraNs[node] + waitNs(node, actor.clockNs()));
        if (!top[node]) {
            actor.count(VmEvent.TOUCH_LOWER_TIER, 1);
            HotPageTracker t = tracker;
            if (t != null && sample > 0 && actor.events(VmEvent.TOUCH_LOWER_TIER) % sample == 0) {
                t.record(actor, frame, 0, HotPageTracker.Source.HARDWARE);
            }
        }
    }

    private long waitNs(int node, long nowNs) {
        long w = nowNs >>> WINDOW_SHIFT;
        if (window[node] != w) {
            window[node] = w;
            lines[node] = 0;
        }
        return ++lines[node] > linesPerWindow[node] ? psPerLine[node] / 1000 + 1 : 0;
    }
}
