package org.multigen.lab.trace;

import java.nio.file.Path;

/** Opens traces. */
public final class Traces {
    private Traces() {}

    /**
     * Opens a trace by its content.
     *
     * @param partial read what stands before a damage instead of failing at it
     * @throws org.multigen.lab.failure.Failure when the file is absent, unreadable or of no known format
     */
    public static TraceSource open(Path file, boolean partial) {
        return MgtReader.open(file, partial);
    }
}
