package org.multigen.lab.result;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.multigen.lab.failure.Failure;

/** Writes a file whole or not at all: first beside it, then renamed. */
public final class ResultFile {
    private ResultFile() {}

    /**
     * Writes a text in UTF-8; an earlier file of that name is replaced.
     *
     * @throws Failure if it cannot be written; nothing half-written stays
     */
    public static void write(Path file, String text) {
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                Files.writeString(file, text); // a device or a pipe cannot be renamed into place
                return;
            }
            Path folder = file.toAbsolutePath().getParent();
            Path half = Files.createTempFile(folder, "." + file.getFileName(), ".part");
            try {
                Files.writeString(half, text);
                Files.move(half, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(half);
            }
        } catch (IOException e) {
            throw Failure.cannotWrite(file, e);
        }
    }
}
