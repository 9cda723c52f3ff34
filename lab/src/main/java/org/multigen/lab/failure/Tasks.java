package org.multigen.lab.failure;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** What came of tasks on other threads. */
public final class Tasks {
    private Tasks() {}

    /**
     * Waits for a task.
     *
     * @throws Failure the task's own
     * @throws Error the task's own, such as a full heap
     * @throws IllegalStateException if it ended in another way, or this thread was interrupted
     */
    public static <T> T result(Future<T> task) {
        try {
            return task.get();
        } catch (InterruptedException e) {
            throw interrupted(e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof Error error) {
                throw error;
            }
            throw cause instanceof Failure f ? f : new IllegalStateException(cause);
        }
    }

    /** What a command that is interrupted while it waits ends with; the thread stays interrupted. */
    public static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted", e);
    }
}
