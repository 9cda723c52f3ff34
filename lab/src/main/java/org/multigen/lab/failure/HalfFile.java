package org.multigen.lab.failure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An output in the making: a file beside it, with the rights that any new file gets, which takes its name when it is whole. So an
 * output is complete or absent. A link stays, and the file that it points to is replaced.
 */
public final class HalfFile {
    private static final AtomicInteger MADE = new AtomicInteger();

    private final Path target;
    private final Path half;

    /**
     * Creates it, empty.
     *
     * @throws IOException if the folder is absent or cannot be written, or the output is there and is no regular file: a device or
     *     a pipe must not be replaced
     */
    public HalfFile(Path output) throws IOException {
        target = target(output);
        half = target.resolveSibling("." + target.getFileName() + "."
                + ProcessHandle.current().pid() + "-" + MADE.incrementAndGet() + ".part");
        Files.createFile(half);
    }

    /**
     * The file that writing {@code output} replaces: itself, or what it points to.
     *
     * @throws IOException if it is there and is no regular file
     */
    public static Path target(Path output) throws IOException {
        if (!Files.exists(output)) {
            return output.toAbsolutePath();
        }
        if (!Files.isRegularFile(output)) {
            throw new IOException("not a regular file");
        }
        return output.toRealPath();
    }

    /** Where to write. */
    public Path path() {
        return half;
    }

    /** Gives it its name. */
    public void finish() throws IOException {
        Files.move(half, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Deletes it; nothing happens after {@link #finish}. */
    public void discard() throws IOException {
        Files.deleteIfExists(half);
    }
}
