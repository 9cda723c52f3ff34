package org.multigen.lab.trace;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The constants of the {@code .mgt} format; {@code docs/trace-format.md} describes it.
 *
 * <p>All numbers are little-endian. A file is its magic and a sequence of blocks:
 *
 * <pre>
 *   0         8          12
 *   | MAGIC   | VERSION  | block 0 (header) | block 1 (events) | ... | last block (summary) |
 *
 *   a block:  0       4     5     6   8        12          16             20        24
 *             | FRAME | kind| zstd| 0 | number | raw bytes | stored bytes | CRC32C  | stored ... |
 * </pre>
 *
 * The checksum covers bytes 4 to 20 of the frame and the stored bytes. An events block holds a count of words, that many
 * 32-bit words, and the side bytes that some of them draw on:
 *
 * <pre>
 *   31      24 23                       1 0
 *   | slot    | page within segment      |w|     slot 0 to 254: a touch, w = write
 *   | 255     | code     | operand         |     a control word
 *              23      16 15             0
 * </pre>
 *
 * A segment is an aligned range of 2^23 pages of one process. A slot is bound to a segment by a control word before its
 * first use in a block, so that every block can be decoded on its own.
 */
final class Mgt {
    static final byte[] MAGIC = {(byte) 0x89, 'M', 'G', 'T', '\r', '\n', 0x1a, '\n'};
    static final int VERSION = 1;
    static final int FILE_HEAD = 12;

    static final int FRAME = 0x4254474D; // "MGTB"
    static final int FRAME_BYTES = 24;
    static final int KIND_AT = 4;
    static final int ZSTD_AT = 5;
    static final int RESERVED_AT = 6;
    static final int NUMBER_AT = 8;
    static final int RAW_AT = 12;
    static final int STORED_AT = 16;
    static final int CRC_AT = 20;

    static final int KIND_HEADER = 1;
    static final int KIND_EVENTS = 2;
    static final int KIND_SUMMARY = 3;

    /** No block is larger, raw or stored: a length beyond it is damage, not a reason to allocate. */
    static final int MAX_BLOCK = 1 << 26;

    /** No number of a process, file or handle and no count of pages in a file call is larger. */
    static final int MAX_ID = (1 << 24) - 1;

    static final int SEGMENT_SHIFT = 23;
    static final int SEGMENT_MASK = (1 << SEGMENT_SHIFT) - 1;
    static final int SLOTS = 255;
    static final int CONTROL = 255;

    // Control codes. The operand is 0 where none is named.
    static final int SEGMENT = 0; // operand: slot; side: process, segment number
    static final int RUN = 1; // operand: pages - 1 of the touch in the next word
    static final int TIME = 2; // operand: instructions of the process of the last touch word
    static final int TIME_OF = 3; // side: process, instructions
    static final int WALL = 4; // side: ns since the last WALL of the block, or since the start
    static final int PROCESS = 5;
    static final int FORK = 6;
    static final int EXEC = 7;
    static final int EXIT = 8;
    static final int FILE = 9;
    static final int MAP = 10;
    static final int UNMAP = 11;
    static final int PROTECT = 12;
    static final int ADVISE = 13;
    static final int REMAP = 14;
    static final int LOCK = 15;
    static final int UNLOCK = 16;
    static final int OPEN = 17;
    static final int CLOSE = 18;
    static final int READ = 19;
    static final int WRITE = 20;
    static final int FILE_ADVISE = 21;
    static final int TRUNCATE = 22;
    static final int SYNC = 23;
    static final int UNFOLLOWED = 24;
    static final int SLEEP = 25; // operand: 1 if somebody woke it; side: process, ns

    static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();

    private Mgt() {}

    static int getInt(byte[] b, int at) {
        return (int) INT.get(b, at);
    }

    static void putInt(byte[] b, int at, int value) {
        INT.set(b, at, value);
    }
}
