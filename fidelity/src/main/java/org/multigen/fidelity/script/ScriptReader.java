package org.multigen.fidelity.script;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.multigen.lab.failure.Failure;

/** Reads a touch script, packed by gzip or not, step by step. */
public final class ScriptReader implements Closeable {
    private static final int GZIP = 0x1f;
    private static final int WORD = 4;

    /** Receives what a script does; pages count from {@link TouchScript#BASE}. */
    public interface Sink {
        /** One page is touched; false ends the script. */
        boolean touch(long page, boolean store);

        /** A mapping; {@code file} is the index of the file, or {@link #ANONYMOUS} or {@link #SHARED_MEMORY}. */
        void map(long page, long pages, int file, long filePage, boolean shared);

        void unmap(long page, long pages);

        /** Advice, with its number as of madvise(2). */
        void advise(long page, long pages, int advice);

        /** The touches that follow are compared. */
        void measure();
    }

    /** In {@link Sink#map}: private memory. */
    public static final int ANONYMOUS = -1;

    /** In {@link Sink#map}: shared memory without a name. */
    public static final int SHARED_MEMORY = -2;

    private final Path file;
    private final InputStream in;
    private final byte[] bytes = new byte[WORD];
    private long offset = TouchScript.MAGIC.length;

    private ScriptReader(Path file, InputStream in) {
        this.file = file;
        this.in = in;
    }

    /** @throws Failure if there is no such file, or it is no touch script */
    public static ScriptReader open(Path file) {
        try {
            InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
            in.mark(1);
            boolean packed = in.read() == GZIP;
            in.reset();
            InputStream plain = packed ? new BufferedInputStream(new GZIPInputStream(in), 1 << 16) : in;
            if (!Arrays.equals(plain.readNBytes(TouchScript.MAGIC.length), TouchScript.MAGIC)) {
                plain.close();
                throw Failure.badData(file.toString(), "not a touch script");
            }
            return new ScriptReader(file, plain);
        } catch (IOException e) {
            throw Failure.cannotRead(file, e);
        }
    }

    /**
     * Performs the script on a sink.
     *
     * @throws Failure if the file is damaged
     */
    public void perform(Sink sink) {
        int run = 1;
        for (long word = next(); word >= 0; word = next()) {
            int value = (int) (word & TouchScript.VALUE);
            switch ((int) (word >>> TouchScript.KIND_SHIFT)) {
                case TouchScript.OPERATION -> operate(value, sink);
                case TouchScript.RUN -> run = value;
                default -> {
                    boolean store = word >>> TouchScript.KIND_SHIFT == TouchScript.STORE;
                    for (int i = 0; i < run; i++) {
                        if (!sink.touch((long) value + i, store)) {
                            return;
                        }
                    }
                    run = 1;
                }
            }
        }
    }

    private void operate(int operation, Sink sink) {
        if (operation == TouchScript.MEASURE) {
            sink.measure();
            return;
        }
        long page = argument();
        long pages = argument();
        switch (operation) {
            case TouchScript.MAP_ANONYMOUS -> sink.map(page, pages, ANONYMOUS, 0, false);
            case TouchScript.MAP_SHARED_MEMORY -> sink.map(page, pages, SHARED_MEMORY, 0, true);
            case TouchScript.MAP_FILE_SHARED, TouchScript.MAP_FILE_PRIVATE -> {
                int number = (int) argument();
                sink.map(page, pages, number, argument(), operation == TouchScript.MAP_FILE_SHARED);
            }
            case TouchScript.UNMAP -> sink.unmap(page, pages);
            case TouchScript.ADVISE -> sink.advise(page, pages, (int) argument());
            default -> throw damaged("unknown operation " + operation);
        }
    }

    private long argument() {
        long word = next();
        if (word < 0) {
            throw damaged("cut off within an operation");
        }
        return word;
    }

    /** The next word, or -1 at the end. */
    private long next() {
        try {
            int read = in.readNBytes(bytes, 0, WORD);
            offset += read;
            if (read < WORD) {
                return -1;
            }
            return (bytes[0] & 0xFFL) | (bytes[1] & 0xFFL) << 8 | (bytes[2] & 0xFFL) << 16 | (bytes[3] & 0xFFL) << 24;
        } catch (IOException e) {
            throw Failure.cannotRead(file, e);
        }
    }

    private Failure damaged(String what) {
        return Failure.badData(file.toString(), "at offset " + offset + ": " + what);
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException ignored) {
            // It was only read.
        }
    }
}
