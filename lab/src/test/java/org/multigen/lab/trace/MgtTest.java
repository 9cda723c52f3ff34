package org.multigen.lab.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multigen.lab.failure.ExitCode;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.trace.TraceHeader.Provenance;

class MgtTest {
    private static final TraceHeader HEADER = new TraceHeader(
            4096,
            new Provenance(
                    List.of("sort", "-n", "a file"),
                    "qemu 7.2",
                    "multigen 0.1",
                    "2026-01-01T00:00:00Z",
                    10_000,
                    "Linux"));

    private static final int BLOCK_WORDS = 3000;

    @TempDir
    Path dir;

    /** A trace of several event blocks, so that damage can strike at and between their borders. */
    private byte[] trace(long seed, int events, List<String> sent) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        EventList list = new EventList();
        try (MgtWriter writer = new MgtWriter(bytes, HEADER, 1, BLOCK_WORDS)) {
            new RandomTrace(seed, writer).send(events);
        }
        new RandomTrace(seed, list.sink()).send(events);
        sent.addAll(list.events);
        return bytes.toByteArray();
    }

    private Path file(byte[] bytes) throws IOException {
        return Files.write(dir.resolve("t.mgt"), bytes);
    }

    private static List<Integer> blockStarts(byte[] bytes) {
        List<Integer> starts = new ArrayList<>();
        for (int at = Mgt.FILE_HEAD; at < bytes.length; at += Mgt.FRAME_BYTES + Mgt.getInt(bytes, at + Mgt.STORED_AT)) {
            starts.add(at);
        }
        return starts;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatIsWrittenIsRead(long seed) throws IOException {
        List<String> sent = new ArrayList<>();
        byte[] bytes = trace(seed, 20_000, sent);
        EventList got = new EventList();
        try (TraceSource source = MgtReader.open(file(bytes), false)) {
            assertThat(source.header()).isEqualTo(HEADER);
            TraceSummary ahead = source.summary().orElseThrow();
            source.readAll(got.sink());
            assertThat(source.summary()).contains(ahead);
            assertThat(source.damage()).isEmpty();
        }
        assertThat(got.events).as("seed %d", seed).isEqualTo(sent);
    }

    @Test
    void sameEventsMakeTheSameBytes() throws IOException {
        assertThat(Arrays.mismatch(trace(42, 20_000, new ArrayList<>()), trace(42, 20_000, new ArrayList<>())))
                .isEqualTo(-1);
    }

    @Test
    void readingIntoTheWriterCopiesTheFile() throws IOException {
        byte[] bytes = trace(7, 20_000, new ArrayList<>());
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        try (TraceSource source = MgtReader.open(file(bytes), false);
                MgtWriter writer = new MgtWriter(copy, source.header(), 1, BLOCK_WORDS)) {
            source.readAll(writer);
        }
        assertThat(Arrays.mismatch(copy.toByteArray(), bytes)).isEqualTo(-1);
    }

    @Test
    void truncationAtEveryBlockBorderIsNamed() throws IOException {
        long seed = 11;
        List<String> sent = new ArrayList<>();
        byte[] bytes = trace(seed, 20_000, sent);
        List<Integer> starts = blockStarts(bytes);
        assertThat(starts).hasSizeGreaterThan(4);
        for (int i = 1; i < starts.size(); i++) {
            checkTruncated(seed, Arrays.copyOf(bytes, starts.get(i)), sent, i, starts.get(i));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23})
    void truncationAnywhereIsNamed(long seed) throws IOException {
        List<String> sent = new ArrayList<>();
        byte[] bytes = trace(seed, 20_000, sent);
        List<Integer> starts = blockStarts(bytes);
        Random random = new Random(seed);
        for (int i = 0; i < 40; i++) {
            int cut = starts.get(1) + random.nextInt(bytes.length - starts.get(1));
            int block = 0;
            while (block + 1 < starts.size() && starts.get(block + 1) <= cut) {
                block++;
            }
            checkTruncated(seed, Arrays.copyOf(bytes, cut), sent, block, starts.get(block));
        }
    }

    private void checkTruncated(long seed, byte[] bytes, List<String> sent, int block, int offset) throws IOException {
        Path file = file(bytes);
        String place = "block " + block + " at offset " + offset + ": the file ends";
        EventList strict = new EventList();
        assertThatThrownBy(() -> readAll(file, false, strict))
                .as("seed %d, cut at %d", seed, bytes.length)
                .isInstanceOf(Failure.class)
                .hasMessageContaining(place)
                .extracting(e -> ((Failure) e).exitCode())
                .isEqualTo(ExitCode.BAD_DATA);
        EventList partial = new EventList();
        try (TraceSource source = MgtReader.open(file, true)) {
            source.readAll(partial.sink());
            assertThat(source.damage().orElseThrow()).contains(place);
            assertThat(source.summary()).isEmpty();
        }
        assertThat(partial.events)
                .as("seed %d, cut at %d", seed, bytes.length)
                .isEqualTo(sent.subList(0, partial.events.size()));
        assertThat(strict.events).isEqualTo(partial.events);
    }

    @ParameterizedTest
    @ValueSource(longs = {31, 32, 33})
    void everyFlippedBitIsNoticed(long seed) throws IOException {
        List<String> sent = new ArrayList<>();
        byte[] bytes = trace(seed, 8_000, sent);
        List<Integer> starts = blockStarts(bytes);
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            int bit = random.nextInt(8 * bytes.length);
            byte[] hurt = bytes.clone();
            hurt[bit / 8] ^= (byte) (1 << bit % 8);
            Path file = file(hurt);
            EventList got = new EventList();
            Throwable failure = catchThrowable(() -> readAll(file, false, got));
            assertThat(failure).as("seed %d, bit %d", seed, bit).isInstanceOf(Failure.class);
            assertThat(((Failure) failure).exitCode()).isEqualTo(ExitCode.BAD_DATA);
            assertThat(got.events).as("seed %d, bit %d", seed, bit).isEqualTo(sent.subList(0, got.events.size()));
            if (bit / 8 >= Mgt.FILE_HEAD) {
                int block = (int) starts.stream().filter(s -> s <= bit / 8).count() - 1;
                assertThat(failure)
                        .as("seed %d, bit %d", seed, bit)
                        .hasMessageContaining("block " + block + " at offset " + starts.get(block));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {41, 42})
    void nonsenseUnderASoundChecksumIsABadFileAndNothingElse(long seed) throws IOException {
        Random random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < 400; i++) {
            byte[] bytes = trace(seed + i % 3, 300, new ArrayList<>());
            byte[] hurt = withRawBytesChanged(bytes, random);
            EventList got = new EventList();
            Path file = file(hurt);
            Throwable failure = catchThrowable(() -> readAll(file, false, got));
            if (failure != null) {
                assertThat(failure).as("seed %d, round %d", seed, i).isInstanceOf(Failure.class);
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(50);
    }

    /** Changes a few bytes of the (uncompressed) events block and makes its checksum right again. */
    private static byte[] withRawBytesChanged(byte[] bytes, Random random) {
        List<Integer> starts = blockStarts(bytes);
        byte[] header = Arrays.copyOfRange(bytes, 0, starts.get(1));
        int at = starts.get(1);
        int rawLength = Mgt.getInt(bytes, at + Mgt.RAW_AT);
        byte[] stored = Arrays.copyOfRange(bytes, at + Mgt.FRAME_BYTES, starts.get(2));
        byte[] raw = bytes[at + Mgt.ZSTD_AT] == 0 ? stored : Zstd.decompress(stored, rawLength);
        for (int k = 0; k < 3; k++) {
            raw[random.nextInt(raw.length)] = (byte) random.nextInt(256);
        }
        byte[] frame = Arrays.copyOfRange(bytes, at, at + Mgt.FRAME_BYTES);
        frame[Mgt.ZSTD_AT] = 0;
        Mgt.putInt(frame, Mgt.STORED_AT, raw.length);
        CRC32C crc = new CRC32C();
        crc.update(frame, Mgt.KIND_AT, Mgt.CRC_AT - Mgt.KIND_AT);
        crc.update(raw, 0, raw.length);
        Mgt.putInt(frame, Mgt.CRC_AT, (int) crc.getValue());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(header);
        out.writeBytes(frame);
        out.writeBytes(raw);
        out.write(bytes, starts.get(2), bytes.length - starts.get(2));
        return out.toByteArray();
    }

    @Test
    void foreignFilesAreNamed() throws IOException {
        assertThatThrownBy(() -> readAll(file(new byte[0]), false, new EventList()))
                .hasMessageContaining("not a .mgt trace")
                .hasMessageContaining("empty");
        assertThatThrownBy(() -> readAll(file("hello, world".getBytes()), true, new EventList()))
                .hasMessageContaining("not a .mgt trace");
        assertThatThrownBy(() -> readAll(dir.resolve("absent.mgt"), false, new EventList()))
                .extracting(e -> ((Failure) e).exitCode())
                .isEqualTo(ExitCode.NO_INPUT);
        byte[] later = trace(1, 10, new ArrayList<>());
        Mgt.putInt(later, Mgt.MAGIC.length, 2);
        assertThatThrownBy(() -> readAll(file(later), false, new EventList())).hasMessageContaining("version 2");
    }

    private static void readAll(Path file, boolean partial, EventList list) {
        try (TraceSource source = MgtReader.open(file, partial)) {
            source.readAll(list.sink());
        }
    }
}
