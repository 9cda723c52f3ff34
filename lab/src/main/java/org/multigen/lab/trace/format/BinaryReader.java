package org.multigen.lab.trace.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A format whose records are a fixed number of bytes, little-endian. */
abstract class BinaryReader extends RecordReader {
    private static final int BUFFERED = 4096;

    private final InputStream in;
    private final int size;
    private final byte[] bytes;
    final ByteBuffer buffer;
    /** Where the current record begins in {@link #buffer}. */
    int at;

    private int end;
    private long offset; // of the buffer's start
    private int tail; // bytes of an unfinished record at the file's end

    BinaryReader(InputStream in, int size) {
        this.in = in;
        this.size = size;
        this.bytes = new byte[size * BUFFERED];
        this.buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        this.at = -size;
    }

    /** Fills the access from the record at {@link #at}; false if it holds none. */
    abstract boolean parse(Access a) throws Malformed;

    @Override
    public final boolean next() throws IOException, Malformed {
        while (step()) {
            if (parse(access())) {
                return true;
            }
        }
        return false;
    }

    private boolean step() throws IOException, Malformed {
        at += size;
        if (at + size <= end) {
            return true;
        }
        if (tail > 0) {
            int rest = tail;
            tail = 0;
            throw Malformed.end("the file ends after " + rest + " of a record's " + size + " bytes");
        }
        offset += Math.max(at, 0);
        at = 0;
        int n = in.readNBytes(bytes, 0, bytes.length);
        tail = n % size;
        end = n - tail;
        return end > 0 || tail > 0 && step();
    }

    @Override
    public String place() {
        return ": offset " + (offset + at);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    @Override
    public boolean isMemory() {
        return false;
    }
}
