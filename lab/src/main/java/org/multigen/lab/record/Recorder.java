package org.multigen.lab.record;

import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.multigen.lab.trace.TraceSink;

/** A way to see the touches of a program. */
sealed interface Recorder permits QemuRecorder, LackeyRecorder {
    /** The tool with its version, for the trace's provenance. */
    String tool();

    /** Guest instructions per fold window of what it records, 0 for unfolded. */
    long foldWindow();

    /**
     * Runs a command to its end and sends what it did to the sink.
     *
     * @param tick called often, to show progress
     * @param stopped asks to end the command and the recording
     * @return the command's exit status
     */
    int record(List<String> command, TraceSink sink, Runnable tick, BooleanSupplier stopped) throws IOException;
}
