package org.multigen.lab.record;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.multigen.lab.failure.Failure;

/** The directory in which recorder and plugins share their memory. */
final class Spool implements AutoCloseable {
    private static final Path SHM = Path.of("/dev/shm");
    private static final long ROOM = 512L << 20; // for a hundred processes at a time; containers often have 64 MiB

    private final Path directory;

    Spool() {
        Path parent = hasRoom(SHM) ? SHM : Path.of(System.getProperty("java.io.tmpdir"));
        try {
            directory = Files.createTempDirectory(parent, "multigen");
        } catch (IOException e) {
            throw Failure.cannotWrite(parent, e);
        }
    }

    private static boolean hasRoom(Path directory) {
        try {
            return Files.isWritable(directory) && Files.getFileStore(directory).getUsableSpace() >= ROOM;
        } catch (IOException e) {
            return false;
        }
    }

    Path directory() {
        return directory;
    }

    @Override
    public void close() {
        try {
            delete(directory);
        } catch (IOException | UncheckedIOException ignored) {
            // a file of a program that is just ending; the directory is temporary
        }
    }

    static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(p);
            }
        }
    }
}
