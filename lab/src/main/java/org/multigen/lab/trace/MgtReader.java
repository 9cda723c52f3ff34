package org.multigen.lab.trace;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.failure.Failure;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a {@code .mgt} trace, a block a step.
 *
 * <p>A damage (a truncated file, a checksum that does not match) is reported with the number of the block and its byte
 * offset; no event of a block whose checksum fails is delivered. In partial mode a damage ends the trace instead.
 */
public final class MgtReader implements TraceSource {
    private final Path file;
    private final boolean partial;
    private final long length;
    private final MgtBlocks blocks;
    private final EventDecoder decoder = new EventDecoder();
    private final TraceHeader header;
    private @Nullable TraceSummary summary;
    private @Nullable String damage;
    private boolean ended;

    private MgtReader(Path file, MgtBlocks blocks, TraceHeader header, boolean partial) {
        this.file = file;
        this.length = file.toFile().length();
        this.blocks = blocks;
        this.header = header;
        this.partial = partial;
    }

    /**
     * Opens a file; its head must be whole even in partial mode.
     *
     * @throws Failure when it is absent, unreadable or not a trace
     */
    public static MgtReader open(Path file, boolean partial) {
        if (Files.isDirectory(file)) {
            throw Failure.badData(file.toString(), "a directory; a .mgt trace was expected");
        }
        @Nullable InputStream in = null;
        try {
            in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
            readMagic(file, in);
            MgtBlocks blocks = new MgtBlocks(file, in, Mgt.FILE_HEAD, 0);
            MgtReader reader = new MgtReader(file, blocks, readHeader(blocks), partial);
            in = null; // the reader's from here on
            return reader;
        } catch (Damage e) {
            throw Failure.badData(e.where(), e.what());
        } catch (IOException e) {
            throw Failure.cannotRead(file, e);
        } finally {
            closeQuietly(in);
        }
    }

    @Override
    public TraceHeader header() {
        return header;
    }

    @Override
    public Optional<String> damage() {
        return Optional.ofNullable(damage);
    }

    @Override
    public Optional<TraceSummary> summary() {
        if (summary == null && damage == null) {
            summary = seekSummary(file);
        }
        return Optional.ofNullable(summary);
    }

    @Override
    public double shareRead() {
        return blocks.position() / (double) length;
    }

    @Override
    public boolean next(TraceSink sink) {
        if (ended) {
            return false;
        }
        try {
            if (!blocks.next()) {
                throw blocks.damage("the file ends here; more blocks were expected");
            }
            switch (blocks.kind()) {
                case Mgt.KIND_EVENTS -> decode(sink);
                case Mgt.KIND_SUMMARY -> finish();
                default ->
                    throw blocks.damage("a block of kind " + blocks.kind() + "; events or the summary were expected");
            }
            return !ended;
        } catch (Damage e) {
            ended = true;
            if (!partial) {
                throw Failure.badData(e.where(), e.what());
            }
            damage = e.getMessage();
            summary = null;
            return false;
        } catch (IOException e) {
            throw Failure.cannotRead(file, e);
        }
    }

    @Override
    public void close() {
        closeQuietly(blocks);
    }

    private void decode(TraceSink sink) throws Damage {
        try {
            decoder.decode(blocks.bytes(), blocks.length(), sink);
        } catch (EventDecoder.Malformed e) {
            throw blocks.damage("its events make no sense: " + e.getMessage());
        }
    }

    private void finish() throws IOException, Damage {
        summary = readSummary(blocks);
        ended = true;
        if (blocks.more()) {
            throw blocks.damage("bytes follow the last block");
        }
    }

    // ---- head and summary

    private static void readMagic(Path file, InputStream in) throws IOException, Damage {
        byte[] head = new byte[Mgt.FILE_HEAD];
        int n = in.readNBytes(head, 0, head.length);
        int magic = Mgt.MAGIC.length;
        if (!Arrays.equals(head, 0, Math.min(n, magic), Mgt.MAGIC, 0, magic)) {
            String start = n == 0
                    ? "it is empty"
                    : "it starts with bytes " + HexFormat.ofDelimiter(" ").formatHex(head, 0, Math.min(n, magic));
            throw new Damage(file.toString(), "not a .mgt trace: " + start);
        }
        if (n < head.length) {
            throw new Damage(file + ": offset " + n, "the file ends within its head");
        }
        int version = Mgt.getInt(head, magic);
        if (version != Mgt.VERSION) {
            throw new Damage(
                    file.toString(),
                    "format version " + Integer.toUnsignedString(version) + "; version " + Mgt.VERSION
                            + " was expected");
        }
    }

    private static TraceHeader readHeader(MgtBlocks blocks) throws IOException, Damage {
        if (!blocks.next()) {
            throw blocks.damage("the file ends here; the header was expected");
        }
        if (blocks.kind() != Mgt.KIND_HEADER) {
            throw blocks.damage("a block of kind " + blocks.kind() + "; the header was expected");
        }
        try {
            return TraceHeader.fromJson(json(blocks));
        } catch (IllegalArgumentException | JacksonException e) {
            throw blocks.damage("its content is not as expected: " + firstLine(e));
        }
    }

    private static TraceSummary readSummary(MgtBlocks blocks) throws Damage {
        try {
            return TraceSummary.fromJson(json(blocks));
        } catch (IllegalArgumentException | JacksonException e) {
            throw blocks.damage("its content is not as expected: " + firstLine(e));
        }
    }

    private static String firstLine(RuntimeException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    private static JsonNode json(MgtBlocks blocks) throws Damage {
        try {
            return JsonMapper.shared().readTree(blocks.bytes(), 0, blocks.length());
        } catch (JacksonException e) {
            throw blocks.damage("its JSON cannot be read");
        }
    }

    /** Walks the frames, without reading events, to the last block; null when that is no sound summary. */
    private static @Nullable TraceSummary seekSummary(Path file) {
        ByteBuffer frame = ByteBuffer.allocate(Mgt.FRAME_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long at = Mgt.FILE_HEAD;
            for (int number = 0; ; number++) {
                frame.clear();
                if (channel.read(frame, at) < Mgt.FRAME_BYTES || frame.getInt(0) != Mgt.FRAME) {
                    return null;
                }
                if (frame.get(Mgt.KIND_AT) == Mgt.KIND_SUMMARY) {
                    InputStream in = Channels.newInputStream(channel.position(at));
                    MgtBlocks last = new MgtBlocks(file, in, at, number);
                    return last.next() ? readSummary(last) : null;
                }
                at += Mgt.FRAME_BYTES + Integer.toUnsignedLong(frame.getInt(Mgt.STORED_AT));
            }
        } catch (IOException | Damage e) {
            return null;
        }
    }

    private static void closeQuietly(java.io.@Nullable Closeable c) {
        if (c != null) {
            try {
                c.close();
            } catch (IOException ignored) {
                // nothing was written, nothing is lost
            }
        }
    }
}
