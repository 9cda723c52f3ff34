package org.multigen.lab.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A standard stream that remembers why it could not be written.
 *
 * <p>A {@link PrintWriter} only knows that something went wrong; a full disk has to be reported, a reader that left (as
 * {@code head} does) has not.
 */
final class StandardStream extends OutputStream {
    private static final int BUFFER_BYTES = 1 << 16;

    private final OutputStream stream;
    private @Nullable IOException failure;

    StandardStream(OutputStream stream) {
        this.stream = stream;
    }

    static StandardStream of(FileDescriptor descriptor) {
        return new StandardStream(new FileOutputStream(descriptor));
    }

    /** A UTF-8 writer on top; without autoFlush it is flushed by whoever ends the command. */
    PrintWriter writer(boolean autoFlush) {
        OutputStream buffered = new BufferedOutputStream(this, BUFFER_BYTES);
        return new PrintWriter(new OutputStreamWriter(buffered, StandardCharsets.UTF_8), autoFlush);
    }

    /** The first failure, or null. */
    @Nullable
    IOException failure() {
        return failure;
    }

    /** Whether the failure is a pipe whose reader left. */
    boolean readerLeft() {
        return failure != null && String.valueOf(failure.getMessage()).contains("Broken pipe");
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        try {
            stream.write(bytes, from, length);
        } catch (IOException e) {
            if (failure == null) {
                failure = e;
            }
            throw e;
        }
    }
}
