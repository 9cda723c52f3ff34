package org.multigen.lab.trace;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/** The blocks of a {@code .mgt} file in their order, checked and expanded, one in memory at a time. */
final class MgtBlocks implements Closeable {
    private final Path file;
    private final InputStream in;
    private final ZstdDecompressCtx zstd = new ZstdDecompressCtx();
    private final byte[] frame = new byte[Mgt.FRAME_BYTES];
    private final CRC32C crc = new CRC32C();
    private byte[] stored = new byte[1 << 16];
    private byte[] raw = new byte[1 << 16];
    private int length;
    private int kind;
    private int number;
    private long offset;
    private long position;

    /**
     * @param position the offset in the file at which {@code in} stands
     * @param number the number that the first block there should have
     */
    MgtBlocks(Path file, InputStream in, long position, int number) {
        this.file = file;
        this.in = in;
        this.position = position;
        this.number = number - 1;
    }

    /** Reads the next block; false where the file ends between blocks. */
    boolean next() throws IOException, Damage {
        offset = position;
        number++;
        int n = in.readNBytes(frame, 0, frame.length);
        position += n;
        if (n == 0) {
            return false;
        }
        int storedLength = checkFrame(n);
        stored = grown(stored, storedLength);
        n = in.readNBytes(stored, 0, storedLength);
        position += n;
        if (n < storedLength) {
            throw damage("the file ends within the block, after " + n + " of its " + storedLength + " bytes");
        }
        crc.reset();
        crc.update(frame, Mgt.KIND_AT, Mgt.CRC_AT - Mgt.KIND_AT);
        crc.update(stored, 0, storedLength);
        if ((int) crc.getValue() != Mgt.getInt(frame, Mgt.CRC_AT)) {
            throw damage("its checksum does not match");
        }
        if (Mgt.getInt(frame, Mgt.NUMBER_AT) != number) {
            throw damage("it says that it is block " + Integer.toUnsignedString(Mgt.getInt(frame, Mgt.NUMBER_AT)));
        }
        kind = frame[Mgt.KIND_AT];
        expand(storedLength);
        return true;
    }

    /** Where the next block begins, in bytes. */
    long position() {
        return position;
    }

    /** Whether the file goes on after the block that was read. */
    boolean more() throws IOException {
        return in.read() >= 0;
    }

    /** The kind of the block that was read. */
    int kind() {
        return kind;
    }

    /** The bytes of the block that was read, valid until the next one. */
    byte[] bytes() {
        return raw;
    }

    /** How many of {@link #bytes} belong to the block. */
    int length() {
        return length;
    }

    /** A damage of the current block. */
    Damage damage(String what) {
        return new Damage(file + ": block " + number + " at offset " + offset, what);
    }

    @Override
    public void close() throws IOException {
        zstd.close();
        in.close();
    }

    private int checkFrame(int n) throws Damage {
        if (n < frame.length) {
            throw damage("the file ends within the block's frame");
        }
        if (Mgt.getInt(frame, 0) != Mgt.FRAME) {
            throw damage("no block starts here");
        }
        int storedLength = Mgt.getInt(frame, Mgt.STORED_AT);
        length = Mgt.getInt(frame, Mgt.RAW_AT);
        if (storedLength < 0 || length < 0 || storedLength > Mgt.MAX_BLOCK || length > Mgt.MAX_BLOCK) {
            throw damage("its length is beyond " + Mgt.MAX_BLOCK + " bytes");
        }
        return storedLength;
    }

    private void expand(int storedLength) throws Damage {
        if (frame[Mgt.ZSTD_AT] == 0) {
            byte[] swap = raw;
            raw = stored;
            stored = swap;
            length = storedLength;
            return;
        }
        raw = grown(raw, length);
        int n;
        try {
            n = zstd.decompressByteArray(raw, 0, length, stored, 0, storedLength);
        } catch (ZstdException e) {
            throw damage("it cannot be expanded: " + Zstd.getErrorName(e.getErrorCode()));
        }
        if (n != length) {
            throw damage("it expands to " + n + " bytes; " + length + " were expected");
        }
    }

    private static byte[] grown(byte[] b, int length) {
        return b.length >= length ? b : new byte[Math.max(length, Math.min(2 * b.length, Mgt.MAX_BLOCK))];
    }
}
