package org.multigen.lab.explain;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The occurrences of one metric in one run. Against the account of another run it keeps those only that the other one does not
 * have: of faults those of another touch, of other metrics those beyond the number that the other run has for the page.
 */
final class Account {
    private final Counted counted;
    private final @Nullable Account other;
    private final List<TouchBits> missed = new ArrayList<>();
    private final List<Occurrences> tasks = new ArrayList<>();
    private final PageWords perPage = new PageWords();
    private final long[] evictions = new long[Cause.values().length];
    private boolean open;
    private long total;
    private long paired;

    private int task;
    private long touch = Occurrences.NO_TOUCH;
    private long touchedPage = PageIds.NONE;
    private boolean counts;

    /**
     * @param other the account of a run that has ended, or null if there is none yet: then nothing is kept but what a later
     *     account has to know
     */
    Account(Counted counted, @Nullable Account other) {
        this.counted = counted;
        this.other = other;
    }

    Counted counted() {
        return counted;
    }

    /** The warm-up is over: what happens from now on counts. */
    void open() {
        open = true;
    }

    /** A task touches a page, its {@code touch}-th. */
    void begin(int byTask, long itsTouch, long page) {
        task = byTask;
        touch = itsTouch;
        touchedPage = page;
        counts = false;
    }

    /** The touch is over; true if the other run missed here and this one did not. */
    boolean end() {
        boolean wanted = open && !counts && counted.byTouch() && other != null && other.missed(task, touch);
        touchedPage = PageIds.NONE;
        return wanted;
    }

    /** Where this run had the page of the touch that just ended. */
    void had(Place place) {
        of(task).had(touch, place);
    }

    /** What the metric counts happened to a page. */
    void occur(long page, long virtual, Cause cause, int by, int lastUse) {
        if (!open) {
            return;
        }
        total++;
        boolean inTouch = virtual == touchedPage && virtual != PageIds.NONE;
        boolean same;
        if (counted.byTouch()) {
            boolean first = inTouch && !counts;
            counts |= inTouch;
            same = first && other != null && other.missed(task, touch);
            if (first) {
                bits(task).set(touch);
            }
        } else {
            same = perPage.increment(page) <= (other == null ? 0 : other.perPage.get(page));
        }
        if (same) {
            paired++;
        } else if (other != null) {
            of(task).add(inTouch && counted.byTouch() ? touch : Occurrences.NO_TOUCH, page, cause, by, lastUse);
        }
    }

    void evicted(Cause cause, int pages) {
        if (open) {
            evictions[cause.ordinal()] += pages;
        }
    }

    private boolean missed(int byTask, long itsTouch) {
        return byTask < missed.size() && missed.get(byTask).get(itsTouch);
    }

    private TouchBits bits(int byTask) {
        while (missed.size() <= byTask) {
            missed.add(new TouchBits());
        }
        return missed.get(byTask);
    }

    private Occurrences of(int byTask) {
        while (tasks.size() <= byTask) {
            tasks.add(new Occurrences());
        }
        return tasks.get(byTask);
    }

    // ---- afterwards

    long total() {
        return total;
    }

    /** Occurrences that the other run has too. */
    long paired() {
        return paired;
    }

    int tasks() {
        return tasks.size();
    }

    Occurrences occurrences(int byTask) {
        return of(byTask);
    }

    /** Pages evicted for each cause. */
    long[] evictions() {
        return evictions;
    }
}
