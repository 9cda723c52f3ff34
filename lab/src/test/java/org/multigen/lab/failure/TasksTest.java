package org.multigen.lab.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What came of tasks on other threads reaches who waits for it as it was. */
class TasksTest {
    @Test
    void failuresAndErrorsAreTheTasksOwn() {
        Failure failure = Failure.usage("no");
        assertThatThrownBy(() -> Tasks.result(failed(failure))).isSameAs(failure);
        Error full = new OutOfMemoryError("full");
        assertThatThrownBy(() -> Tasks.result(failed(full))).isSameAs(full);
        Exception other = new IllegalArgumentException("other");
        assertThatThrownBy(() -> Tasks.result(failed(other)))
                .isInstanceOf(IllegalStateException.class)
                .hasCause(other);
        assertThat(Tasks.result(CompletableFuture.completedFuture(7))).isEqualTo(7);
    }

    @Test
    void anInterruptedThreadStaysInterrupted() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> Tasks.result(new CompletableFuture<Integer>())).hasMessage("interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }

    private static Future<Integer> failed(Throwable cause) {
        return CompletableFuture.failedFuture(cause);
    }
}
