package org.multigen.lab.task;

import java.util.Comparator;
import java.util.PriorityQueue;
import org.multigen.machine.Task;

/**
 * Counts the touches of all tasks together and lets things happen at moments: before the n-th touch, or when a task first
 * reaches a virtual time. Things due at the same moment happen in the order in which they were added.
 */
public final class Moments {
    /** What happens; {@code task} is the one that is about to touch. */
    public interface Action {
        void happen(Task task);
    }

    private record Due(long moment, long order, Action action) {}

    private final PriorityQueue<Due> byTouch = queue();
    private final PriorityQueue<Due> byTime = queue();
    private long order;
    private long touches;
    private long nextTouch = Long.MAX_VALUE;
    private long nextNs = Long.MAX_VALUE;

    private static PriorityQueue<Due> queue() {
        return new PriorityQueue<>(Comparator.comparingLong(Due::moment).thenComparingLong(Due::order));
    }

    /** Lets something happen before touch {@code touch}, counted from 1. */
    public void atTouch(long touch, Action action) {
        byTouch.add(new Due(touch, order++, action));
        nextTouch = byTouch.element().moment();
    }

    /** Lets something happen when a task is about to touch at or after {@code ns}. */
    public void atTime(long ns, Action action) {
        byTime.add(new Due(ns, order++, action));
        nextNs = byTime.element().moment();
    }

    /** To be called before each touch. */
    public void beforeTouch(Task task) {
        if (++touches >= nextTouch || task.clockNs() >= nextNs) {
            due(task);
        }
    }

    /**
     * Under real threads: a thread has done so many touches since it last said so. What was due before one of them happens now, while
     * other threads go on touching.
     */
    public synchronized void touched(Task task, long n) {
        touches += n;
        due(task);
    }

    /** Touches begun so far; under real threads, said so far. */
    public long touches() {
        return touches;
    }

    private void due(Task task) {
        while (touches >= nextTouch) {
            Due d = byTouch.remove();
            nextTouch = byTouch.isEmpty() ? Long.MAX_VALUE : byTouch.element().moment();
            d.action().happen(task);
        }
        while (task.clockNs() >= nextNs) {
            Due d = byTime.remove();
            nextNs = byTime.isEmpty() ? Long.MAX_VALUE : byTime.element().moment();
            d.action().happen(task);
        }
    }
}
