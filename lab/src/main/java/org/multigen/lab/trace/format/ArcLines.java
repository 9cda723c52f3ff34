package org.multigen.lab.trace.format;

import java.io.InputStream;

/** {@code start count 0 request}: the traces of the ARC paper, disk reads in blocks of 512 bytes. */
final class ArcLines extends LineReader {
    private static final int NUMBERS = 4;
    private static final long MOST_BLOCKS = 1 << 22;

    private final int unitBytes;
    private final long[] numbers = new long[NUMBERS];

    ArcLines(InputStream in, int blockSize) {
        super(in);
        this.unitBytes = blockSize == 0 ? SECTOR : blockSize;
    }

    @Override
    boolean parse(Access a) throws Malformed {
        int p = lines.skipBlanks(lines.from);
        if (p == lines.to) {
            return false;
        }
        for (int i = 0; i < NUMBERS; i++) {
            int end = lines.fieldEnd(p);
            numbers[i] = lines.decimal(p, end);
            if (numbers[i] < 0) {
                throw expected("start count 0 request");
            }
            p = lines.skipBlanks(end);
        }
        if (p != lines.to) {
            throw expected("start count 0 request");
        }
        if (numbers[0] >= BLOCKS_END / unitBytes || numbers[1] < 1 || numbers[1] > MOST_BLOCKS) {
            throw expected("a start below " + BLOCKS_END / unitBytes + " and a count from 1 to " + MOST_BLOCKS);
        }
        a.unit = numbers[0];
        a.bytes = numbers[1] * unitBytes;
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
    public boolean expands() {
        return true;
    }
}
