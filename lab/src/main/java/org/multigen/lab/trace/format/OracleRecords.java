package org.multigen.lab.trace.format;

import java.io.InputStream;
import java.util.List;

/**
 * libCacheSim's oracleGeneral: time in seconds (u32), object (u64), size in bytes (u32), next reference (i64, not used). An object
 * number below 2^37 is taken as a disk's block of 512 bytes; others are opaque and get pages of their own.
 */
final class OracleRecords extends BinaryReader {
    static final int BYTES = 24;
    private static final int ID_AT = 4;
    private static final int SIZE_AT = 12;
    private static final long SECOND = 1_000_000_000;

    private final int unitBytes;
    private final KeyNumbers keys;

    OracleRecords(InputStream in, int blockSize) {
        super(in, BYTES);
        this.unitBytes = blockSize == 0 ? SECTOR : blockSize;
        this.keys = new KeyNumbers(BLOCKS_END / unitBytes);
    }

    @Override
    boolean parse(Access a) throws Malformed {
        a.timeNs = Integer.toUnsignedLong(buffer.getInt(at)) * SECOND;
        a.bytes = Math.max(1, Integer.toUnsignedLong(buffer.getInt(at + SIZE_AT)));
        long pages = (a.bytes + PAGE - 1) / PAGE;
        a.unit = keys.of(buffer.getLong(at + ID_AT), Math.max(1, pages * PAGE / unitBytes));
        return true;
    }

    @Override
    public int unitBytes() {
        return unitBytes;
    }

    @Override
    public List<String> notes() {
        return keys.used()
                ? List.of(
                        "object numbers too large for blocks of a disk get pages of their own, in order of appearance")
                : List.of();
    }
}
