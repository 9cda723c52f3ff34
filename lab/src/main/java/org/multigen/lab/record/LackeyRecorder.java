package org.multigen.lab.record;

import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.multigen.lab.trace.TraceSink;

final class LackeyRecorder implements Recorder {
    @Override
    public String tool() {
        return "";
    }

    @Override
    public long foldWindow() {
        return 0;
    }

    @Override
    public int record(List<String> command, TraceSink sink, Runnable tick, BooleanSupplier stopped) throws IOException {
        throw new UnsupportedOperationException();
    }
}
