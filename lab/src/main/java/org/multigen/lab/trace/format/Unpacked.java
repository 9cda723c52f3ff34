package org.multigen.lab.trace.format;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.multigen.lab.failure.Failure;
import org.tukaani.xz.XZInputStream;

/** A file's bytes, decompressed if its first bytes say gzip, xz, zstd, bzip2 or zlib. {@code -} is standard input. */
final class Unpacked extends FilterInputStream {
    /** Bytes by which a format is recognized. */
    static final int HEAD = 1 << 14;

    private static final int BUFFER = 1 << 16;
    private static final int XZ_MEMORY_KIB = 1 << 18;

    private final byte[] head;
    private final int headLength;
    private final boolean compressed;
    private final Path file;
    private long unpacked;
    private final Counted raw;
    /** Bytes of the file; 0 for standard input. */
    private final long length;

    private Unpacked(Path file, Counted raw, InputStream in, byte[] head, int headLength, boolean compressed) {
        super(in);
        this.file = file;
        this.raw = raw;
        this.length = isStandardInput(file) ? 0 : file.toFile().length();
        this.head = head;
        this.headLength = headLength;
        this.compressed = compressed;
    }

    /** Whether a path stands for standard input. */
    static boolean isStandardInput(Path file) {
        return file.toString().equals("-");
    }

    /**
     * Opens a file.
     *
     * @throws Failure if it is absent or a directory, or its compressed data does not even begin
     */
    static Unpacked open(Path file) {
        if (!isStandardInput(file) && Files.isDirectory(file)) {
            throw Failure.badData(file.toString(), "a directory; a trace was expected");
        }
        InputStream raw;
        try {
            raw = isStandardInput(file) ? System.in : Files.newInputStream(file);
        } catch (IOException e) {
            throw Failure.cannotRead(file, e);
        }
        return of(file, raw);
    }

    /** The same for bytes that come from elsewhere; {@code file} is for messages. */
    static Unpacked of(Path file, InputStream from) {
        Counted raw = new Counted(from);
        PushbackInputStream in = new PushbackInputStream(new BufferedInputStream(raw, BUFFER), HEAD);
        boolean compressed = false;
        try {
            byte[] magic = in.readNBytes(6);
            in.unread(magic);
            Packing packing = Packing.of(magic);
            compressed = packing != Packing.NONE;
            InputStream plain = packing.open(in);
            PushbackInputStream out =
                    compressed ? new PushbackInputStream(new BufferedInputStream(plain, BUFFER), HEAD) : in;
            byte[] head = withoutMark(out.readNBytes(HEAD));
            out.unread(head);
            return new Unpacked(file, raw, out, head, head.length, compressed);
        } catch (IOException e) {
            throw compressed ? broken(file.toString(), e) : Failure.cannotRead(file, e);
        } catch (RuntimeException e) { // some decompressors answer damage so
            throw broken(file.toString(), e);
        }
    }

    /** What some editors put before a text. */
    private static byte[] withoutMark(byte[] head) {
        return starts(head, 0xef, 0xbb, 0xbf) ? Arrays.copyOfRange(head, 3, head.length) : head;
    }

    /** Counts the packed bytes. */
    private static final class Counted extends FilterInputStream {
        private long bytes;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int b = in.read();
            bytes += b < 0 ? 0 : 1;
            return b;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int n = in.read(into, from, length);
            bytes += Math.max(0, n);
            return n;
        }
    }

    /** Which share of the file has been read, packed or not; NaN for standard input. */
    double shareRead() {
        return length == 0 ? Double.NaN : raw.bytes / (double) length;
    }

    /** How a file is packed, by its first bytes. */
    private enum Packing {
        NONE,
        GZIP(0x1f, 0x8b),
        XZ(0xfd, '7', 'z', 'X', 'Z', 0),
        ZSTD(0x28, 0xb5, 0x2f, 0xfd),
        BZIP2('B', 'Z', 'h'),
        ZLIB_FAST(0x78, 0x01),
        ZLIB(0x78, 0x9c),
        ZLIB_BEST(0x78, 0xda);

        private final int[] magic;

        Packing(int... magic) {
            this.magic = magic;
        }

        static Packing of(byte[] head) {
            for (Packing p : values()) {
                if (p != NONE && starts(head, p.magic)) {
                    return p;
                }
            }
            return NONE;
        }

        InputStream open(InputStream in) throws IOException {
            return switch (this) {
                case NONE -> in;
                case GZIP -> new GZIPInputStream(in, BUFFER);
                case XZ -> new XZInputStream(in, XZ_MEMORY_KIB);
                case ZSTD -> new ZstdInputStream(in);
                case BZIP2 -> new BZip2CompressorInputStream(in, true);
                case ZLIB_FAST, ZLIB, ZLIB_BEST -> new InflaterInputStream(in);
            };
        }
    }

    private static boolean starts(byte[] bytes, int... magic) {
        for (int i = 0; i < magic.length; i++) {
            if (i >= bytes.length || (bytes[i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }

    private static Failure broken(String where, Exception e) {
        String why = e instanceof EOFException || e.getMessage() == null ? "it ends early" : e.getMessage();
        return Failure.badData(where, "its compressed data is broken: " + why);
    }

    /** The first bytes, which are still to be read. */
    byte[] head() {
        return head;
    }

    int headLength() {
        return headLength;
    }

    boolean isCompressed() {
        return compressed;
    }

    /** The failure that an exception while reading stands for. */
    Failure failure(IOException e) {
        return compressed ? broken(file + ": after " + unpacked + " unpacked bytes", e) : Failure.cannotRead(file, e);
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        try {
            int n = in.read(bytes, from, length);
            unpacked += Math.max(n, 0);
            return n;
        } catch (RuntimeException e) { // some decompressors answer damage so
            throw new IOException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public void close() throws IOException {
        if (!isStandardInput(file)) {
            in.close();
        }
    }
}
