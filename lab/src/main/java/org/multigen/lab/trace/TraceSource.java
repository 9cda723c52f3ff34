package org.multigen.lab.trace;

import java.io.Closeable;
import java.util.List;
import java.util.Optional;

/**
 * A trace that is being read, whatever its format. Reading is forward only and in steps of bounded size.
 *
 * <p>Everything that is wrong with the file is thrown as {@link org.multigen.lab.failure.Failure}, with file and place.
 */
public interface TraceSource extends Closeable {
    /** Page size, provenance. */
    TraceHeader header();

    /**
     * What the whole trace holds, when the file says so without being read to its end. A source that was opened in
     * partial mode over a damaged file has none.
     */
    Optional<TraceSummary> summary();

    /** Delivers the next step's events; returns false, with nothing delivered, at the end. */
    boolean next(TraceSink sink);

    /** Delivers all that is left. */
    default void readAll(TraceSink sink) {
        while (next(sink)) {
            // each step delivers
        }
    }

    /** Which share of the file has been read, from 0 to 1; NaN for what has no length, such as standard input. */
    default double shareRead() {
        return Double.NaN;
    }

    /** In partial mode: why reading stopped early, once it has. */
    Optional<String> damage();

    /** What has to be said of every result that rests on the trace, a sentence each; complete at its end. */
    default List<String> notes() {
        return header().provenance().notes();
    }

    @Override
    void close();
}
