package org.multigen.lab.explain;

import org.multigen.memory.PageLog;

/**
 * What is known of the stay of each frame's page in memory: a word per frame for its history, one for its last use, one for the
 * page that it holds.
 *
 * <pre>
 *  63  62 61  59 58   57    56   55    54    53 52  51  49 48 47  44 43 42 41 40 39       0
 * +------+------+----+-----+----+-----+-----+-----+------+---+------+-----+-----+----------+
 * |      | kept |    |refa.|acti|deact|desc.|young| seen |mv |gens+1| tier| how | came in  |
 * +------+------+----+-----+----+-----+-----+-----+------+---+------+-----+-----+----------+
 * </pre>
 */
final class Stays {
    private static final long TIME = (1L << 40) - 1;
    private static final int HOW = 40;
    private static final int TIER = 42;
    private static final int GENERATIONS = 44;
    private static final long PLACE_MASK = 0x3fL << TIER;
    static final long MOVED = 1L << 48;
    private static final int SEEN = 49;
    private static final long SEEN_MASK = 7L << SEEN;
    static final long YOUNG_IGNORED = 1L << 52;
    static final long YOUNG = 1L << 53;
    static final long DESCRIPTOR = 1L << 54;
    static final long DEACTIVATED = 1L << 55;
    static final long ACTIVATED = 1L << 56;
    static final long REFAULTED = 1L << 57;
    private static final int KEPT = 59;
    private static final long KEPT_MASK = 7L << KEPT;

    private final long[] owner;
    private final long[] life;
    private final long[] lastUse;
    private final long[] coldSince;

    Stays(int frames) {
        owner = new long[frames];
        life = new long[frames];
        lastUse = new long[frames];
        coldSince = new long[frames];
        java.util.Arrays.fill(owner, PageIds.NONE);
    }

    long owner(int frame) {
        return owner[frame];
    }

    void own(int frame, long page) {
        owner[frame] = page;
    }

    // ---- events

    void cameIn(int frame, int how, long now) {
        life[frame] = now & TIME | (long) how << HOW;
        lastUse[frame] = 0;
        coldSince[frame] = -1;
    }

    void moved(int from, int to) {
        owner[to] = owner[from];
        life[to] = life[from];
        lastUse[to] = lastUse[from];
        coldSince[to] = coldSince[from];
    }

    void seen(int frame, int by, boolean moved) {
        if (by == PageLog.BY_DESCRIPTOR) {
            life[frame] |= DESCRIPTOR;
            return;
        }
        life[frame] = life[frame] & ~(SEEN_MASK | MOVED) | (long) (by + 1) << SEEN | (moved ? MOVED : 0);
    }

    void scanned(int frame, int generations, int tier) {
        life[frame] = life[frame] & ~PLACE_MASK | (long) (generations + 1 & 15) << GENERATIONS | (long) tier << TIER;
    }

    void kept(int frame, int why) {
        life[frame] = life[frame] & ~(KEPT_MASK | YOUNG | YOUNG_IGNORED) | (long) (why + 1) << KEPT;
    }

    void mark(int frame, long bits) {
        life[frame] |= bits;
    }

    void usedAt(int frame, long time) {
        lastUse[frame] = Math.max(lastUse[frame], time);
    }

    void cold(int frame, long now) {
        coldSince[frame] = now;
    }

    // ---- questions

    boolean has(int frame, long bits) {
        return (life[frame] & bits) != 0;
    }

    int how(int frame) {
        return (int) (life[frame] >>> HOW) & 3;
    }

    /** Touched after the touch that brought it in. */
    boolean usedSince(int frame) {
        return lastUse[frame] > (life[frame] & TIME);
    }

    boolean coldSinceLastUse(int frame) {
        return coldSince[frame] >= 0 && coldSince[frame] >= lastUse[frame];
    }

    /** Who saw it used last, a constant of {@link PageLog}, or -1. */
    int seenBy(int frame) {
        return (int) ((life[frame] & SEEN_MASK) >>> SEEN) - 1;
    }

    /** It was on a list of the multi-gen LRU when reclaim looked at it last. */
    boolean fromGenerations(int frame) {
        return (life[frame] >>> GENERATIONS & 15) != 0;
    }

    /** Why it stayed when reclaim looked at it last, a constant of {@link PageLog}, or -1. */
    int lastKept(int frame) {
        return (int) ((life[frame] & KEPT_MASK) >>> KEPT) - 1;
    }
}
