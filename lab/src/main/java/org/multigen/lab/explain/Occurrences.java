package org.multigen.lab.explain;

/**
 * Occurrences of a metric that the other variant does not have, in the order of the touches of one task, and where this variant
 * had the pages that only the other one missed.
 *
 * <pre>
 *  what:  23        16 15 13 12      8 7       0
 *        +------------+-----+---------+---------+
 *        | last use   | by  | (unused)|  cause  |
 *        +------------+-----+---------+---------+
 * </pre>
 */
final class Occurrences {
    /** Stands for the touch of what happened outside of touches: reading ahead, system calls, reclaim. */
    static final long NO_TOUCH = Long.MAX_VALUE;

    private static final int BY_SHIFT = 13;
    private static final int USE_SHIFT = 16;

    private final Longs touches = new Longs();
    private final Longs pages = new Longs();
    private final Longs what = new Longs();
    private final Longs placeTouches = new Longs();
    private final Longs places = new Longs();

    void add(long touch, long page, Cause cause, int by, int lastUse) {
        touches.add(touch);
        pages.add(page);
        what.add(cause.ordinal() | by << BY_SHIFT | lastUse << USE_SHIFT);
    }

    void had(long touch, Place place) {
        placeTouches.add(touch);
        places.add(place.ordinal());
    }

    int size() {
        return touches.size();
    }

    long touch(int i) {
        return touches.get(i);
    }

    long page(int i) {
        return pages.get(i);
    }

    int cause(int i) {
        return (int) what.get(i) & 0xff;
    }

    int by(int i) {
        return (int) (what.get(i) >>> BY_SHIFT) & 7;
    }

    int lastUse(int i) {
        return (int) (what.get(i) >>> USE_SHIFT) & 0xff;
    }

    int placesSize() {
        return places.size();
    }

    long placeTouch(int i) {
        return placeTouches.get(i);
    }

    int place(int i) {
        return (int) places.get(i);
    }
}
