package org.multigen.lab.result;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.failure.HalfFile;

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
            HalfFile half = new HalfFile(file);
            try {
                Files.writeString(half.path(), text);
                half.finish();
            } finally {
                half.discard();
            }
        } catch (IOException e) {
            throw Failure.cannotWrite(file, e);
        }
    }
}
