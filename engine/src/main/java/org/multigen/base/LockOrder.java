package org.multigen.base;

/**
 * Checks, while assertions are on, that each thread takes locks in the order of {@link LockClass} and none that everybody waits
 * for during a touch. Called as {@code assert LockOrder.acquiring(...)}, so that it costs nothing otherwise.
 */
public final class LockOrder {
    private static final int DEEPEST = 64;
    private static final ThreadLocal<Held> HELD = ThreadLocal.withInitial(Held::new);

    private static final class Held {
        private final LockClass[] classes = new LockClass[DEEPEST];
        private int depth;
        private int touches;
        private long taken;

        private LockClass last() {
            LockClass last = classes[0];
            for (int i = 1; i < depth; i++) {
                last = classes[i].compareTo(last) > 0 ? classes[i] : last;
            }
            return last;
        }
    }

    private LockOrder() {}

    /**
     * Before a thread waits for a lock.
     *
     * @return true
     * @throws AssertionError if it holds a later one, or is in a touch and the lock is one that everybody waits for
     */
    public static boolean acquiring(LockClass wanted) {
        Held h = HELD.get();
        if (h.touches > 0 && wanted.engineWide()) {
            throw new AssertionError("lock " + wanted + " taken during a touch");
        }
        if (h.depth > 0) {
            LockClass last = h.last();
            int order = wanted.compareTo(last);
            if (order < 0 || (order == 0 && !wanted.nests())) {
                throw new AssertionError("lock " + wanted + " taken while " + last + " is held");
            }
        }
        return true;
    }

    /** A thread has a lock, by waiting or by trying. */
    public static boolean acquired(LockClass lock) {
        Held h = HELD.get();
        h.classes[h.depth++] = lock;
        h.taken++;
        return true;
    }

    /**
     * A thread gives a lock back.
     *
     * @throws AssertionError if it has none of the class
     */
    public static boolean released(LockClass lock) {
        Held h = HELD.get();
        for (int i = h.depth - 1; i >= 0; i--) {
            if (h.classes[i] == lock) {
                System.arraycopy(h.classes, i + 1, h.classes, i, h.depth - i - 1);
                h.depth--;
                return true;
            }
        }
        throw new AssertionError("lock " + lock + " released without being held");
    }

    /** A thread begins with another machine: what one that ended in an error made it hold has ended too. */
    public static boolean begins() {
        HELD.remove();
        return true;
    }

    /** From here to {@link #touchEnds} the thread serves a touch. Nests. */
    public static boolean touchBegins() {
        Held h = HELD.get();
        for (int i = 0; i < h.depth; i++) {
            if (h.classes[i].engineWide()) {
                throw new AssertionError("a touch while " + h.classes[i] + " is held");
            }
        }
        h.touches++;
        return true;
    }

    public static boolean touchEnds() {
        HELD.get().touches--;
        return true;
    }

    /** Locks that the calling thread has taken so far; counted while assertions are on. */
    public static long taken() {
        return HELD.get().taken;
    }

    /** Locks that the calling thread holds. */
    public static int held() {
        return HELD.get().depth;
    }
}
