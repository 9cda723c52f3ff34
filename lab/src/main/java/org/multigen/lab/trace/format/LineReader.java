package org.multigen.lab.trace.format;

import java.io.IOException;
import java.io.InputStream;

/** A format whose records are lines. */
abstract class LineReader extends RecordReader {
    final ByteLines lines;
    private final InputStream in;

    LineReader(InputStream in) {
        this.in = in;
        this.lines = new ByteLines(in);
    }

    /** Fills the access from the current line; false if the line holds none. */
    abstract boolean parse(Access a) throws Malformed;

    @Override
    public boolean next() throws IOException, Malformed {
        while (lines.next()) {
            if (parse(access())) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String place() {
        return ":" + lines.number();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** A complaint about the current line. */
    final Malformed expected(String what) {
        return Malformed.record("expected " + what + ", not " + lines.quoted());
    }
}
