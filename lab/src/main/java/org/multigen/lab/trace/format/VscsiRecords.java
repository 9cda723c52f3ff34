package org.multigen.lab.trace.format;

import java.io.InputStream;

/**
 * VMware vscsiStats, versions 1 and 2: SCSI command, length in bytes, logical block of 512 bytes, time in microseconds. Commands
 * without data are passed over.
 *
 * <pre>
 *   version 1: serial u32, length u32, segments u32, command u16, version u16, block u64, time u64              32 bytes
 *   version 2: command u16, version u16, serial u32, length u32, segments u32, block u64, time u64, response u64  40 bytes
 * </pre>
 */
final class VscsiRecords extends BinaryReader {
    static final int BYTES_1 = 32;
    static final int BYTES_2 = 40;
    private static final long MICRO = 1_000;

    private final boolean second;

    VscsiRecords(InputStream in, boolean second) {
        super(in, second ? BYTES_2 : BYTES_1);
        this.second = second;
    }

    @Override
    boolean parse(Access a) throws Malformed {
        int version = buffer.getShort(at + (second ? 2 : 14)) >> 8 & 0xff;
        if (version != (second ? 2 : 1)) {
            throw Malformed.record("expected a record of version " + (second ? 2 : 1) + ", not " + version);
        }
        int command = buffer.getShort(at + (second ? 0 : 12)) & 0xffff;
        a.bytes = Integer.toUnsignedLong(buffer.getInt(at + (second ? 8 : 4)));
        a.unit = buffer.getLong(at + 16);
        long micros = buffer.getLong(at + 24);
        if (a.bytes == 0) {
            return false;
        }
        if (a.unit < 0 || a.unit >= BLOCKS_END / SECTOR) {
            throw Malformed.record(
                    "expected a block below " + BLOCKS_END / SECTOR + ", not " + Long.toUnsignedString(a.unit));
        }
        if (micros < 0 || micros > Long.MAX_VALUE / MICRO) {
            throw Malformed.record("expected a time in microseconds, not " + Long.toUnsignedString(micros));
        }
        a.timeNs = micros * MICRO;
        a.write = Operations.isScsiWrite(command);
        return true;
    }

    @Override
    public int unitBytes() {
        return SECTOR;
    }
}
