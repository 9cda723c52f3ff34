package org.multigen.lab.record;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The word page that the recorder shares with all plugins: {@code struct control} in {@code page_recorder.c}. */
final class SpoolControl implements AutoCloseable {
    private static final long STOP_AT = 0;
    private static final long RECORDER_PID_AT = 8;
    private static final long SERIALS_AT = 64;
    private static final long RINGS_AT = 72;
    private static final VarHandle LONG = JAVA_LONG.varHandle();

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;

    SpoolControl(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, 4096, arena);
        }
        memory.set(JAVA_LONG, RECORDER_PID_AT, ProcessHandle.current().pid());
        memory.set(JAVA_LONG, SERIALS_AT, 1); // 0 is the root's
    }

    /** Rings that exist. */
    long rings() {
        return (long) LONG.getAcquire(memory, RINGS_AT);
    }

    /** No plugin records anything more. */
    void stop() {
        LONG.setRelease(memory, STOP_AT, 1L);
    }

    @Override
    public void close() {
        arena.close();
    }
}
