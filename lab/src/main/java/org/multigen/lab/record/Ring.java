package org.multigen.lab.record;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The shared ring of one recorded program: the plugin writes words and moves the head, the recorder reads them and moves
 * the tail. The layout is {@code struct ring} in {@code page_recorder.c}.
 */
final class Ring implements AutoCloseable {
    private static final long MAGIC = 0x3130474e49524d47L;
    private static final long MAGIC_AT = 0;
    private static final long PID_AT = 8;
    private static final long SERIAL_AT = 16;
    private static final long PARENT_AT = 24;
    private static final long HOW_AT = 32;
    private static final long HEAD_AT = 64;
    private static final long TAIL_AT = 128;
    private static final long WORDS_AT = 4096;
    private static final long WORDS = 1L << 19;
    private static final VarHandle LONG = JAVA_LONG.varHandle();

    /** How the program came to be: the root, by fork, by exec. */
    static final int ROOT = 0;

    static final int FORKED = 1;
    static final int EXECUTED = 2;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment memory;
    private long head;
    private long tail;

    /** Time of the last stamp that was read, ns of the monotonic clock; what follows it happened then or later. */
    long stamp;

    Ring(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, WORDS_AT + 8 * WORDS, arena);
        }
        if ((long) LONG.getAcquire(memory, MAGIC_AT) != MAGIC) {
            throw new IOException(file + " is not a ring");
        }
    }

    long pid() {
        return memory.get(JAVA_LONG, PID_AT);
    }

    long serial() {
        return memory.get(JAVA_LONG, SERIAL_AT);
    }

    long parent() {
        return memory.get(JAVA_LONG, PARENT_AT);
    }

    int how() {
        return (int) memory.get(JAVA_LONG, HOW_AT);
    }

    /** Sees what the plugin has published by now. */
    void refresh() {
        head = (long) LONG.getAcquire(memory, HEAD_AT);
    }

    /** Gives the room of what has been read back to the plugin. */
    void release() {
        LONG.setRelease(memory, TAIL_AT, tail);
    }

    /** Words that are there to be read. */
    long available() {
        return head - tail;
    }

    long take() {
        return memory.get(JAVA_LONG, WORDS_AT + 8 * (tail++ & WORDS - 1));
    }

    /** The word {@code ahead} words further, without taking it. */
    long peek(int ahead) {
        return memory.get(JAVA_LONG, WORDS_AT + 8 * (tail + ahead & WORDS - 1));
    }

    /** A text: its length in bytes, then its bytes in whole words. */
    String takeText() {
        int length = (int) take();
        byte[] bytes = new byte[length + 7 & ~7];
        for (int at = 0; at < length; at += 8) {
            long w = take();
            for (int k = 0; k < 8; k++) {
                bytes[at + k] = (byte) (w >>> 8 * k);
            }
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        arena.close();
    }
}
