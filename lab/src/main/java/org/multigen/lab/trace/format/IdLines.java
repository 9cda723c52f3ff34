package org.multigen.lab.trace.format;

import java.io.InputStream;
import java.util.List;

/**
 * One block or key a line: plain text, and the format of the LIRS authors, in which {@code *} marks a phase. What the first
 * record is, a number or a word, the others have to be too; empty lines and those that begin with {@code #} are passed over.
 */
final class IdLines extends LineReader {
    private static final long SMALL = 1L << 32;

    private final int unitBytes;
    private final KeyNumbers keys = new KeyNumbers(SMALL);
    private boolean begun;
    private boolean words;

    IdLines(InputStream in, int blockSize) {
        super(in);
        this.unitBytes = blockSize == 0 ? PAGE : blockSize;
        access().bytes = unitBytes;
    }

    @Override
    boolean parse(Access a) throws Malformed {
        int from = lines.skipBlanks(lines.from);
        if (from == lines.to || lines.bytes[from] == '#') {
            return false;
        }
        int to = lines.fieldEnd(from);
        if (lines.skipBlanks(to) != lines.to) {
            throw expected("one block or key a line");
        }
        if (to - from == 1 && lines.bytes[from] == '*') {
            return false;
        }
        long n = lines.decimal(from, to);
        boolean number = n >= 0 || isNumber(from, to);
        if (!begun) {
            begun = true;
            words = !number;
        }
        if (words) {
            a.unit = keys.of(lines.bytes, from, to);
        } else if (!number) {
            throw expected("a number");
        } else {
            a.unit = n >= 0 ? keys.of(n, 1) : keys.of(lines.bytes, from, to);
        }
        return true;
    }

    /** Longer than a long, but digits all the same. */
    private boolean isNumber(int from, int to) {
        for (int i = from; i < to; i++) {
            if (lines.bytes[i] < '0' || lines.bytes[i] > '9') {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean isMemory() {
        return false;
    }

    @Override
    public int unitBytes() {
        return unitBytes;
    }

    @Override
    public List<String> notes() {
        return keys.used()
                ? List.of("keys that are words or not below 2^32 are numbered in order of appearance")
                : List.of();
    }
}
