package org.multigen.lab.trace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/** The reader of {@code .mgt} files as a target of the fuzzer, which cannot guess checksums: they are made right for it. */
public final class MgtFuzzer {
    private static final Path FILE;

    static {
        try {
            FILE = Files.createTempFile("fuzz", ".mgt");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        FILE.toFile().deleteOnExit();
    }

    private MgtFuzzer() {}

    /** A file; frames that its lengths lead to get the checksum that they should have. */
    public static void file(byte[] data) {
        byte[] file = data.clone();
        int at = Mgt.FILE_HEAD;
        while (at >= 0 && at + Mgt.FRAME_BYTES <= file.length && Mgt.getInt(file, at) == Mgt.FRAME) {
            int stored = Mgt.getInt(file, at + Mgt.STORED_AT);
            int end = at + Mgt.FRAME_BYTES + stored;
            if (stored < 0 || end < 0 || end > file.length) {
                break;
            }
            CRC32C crc = new CRC32C();
            crc.update(file, at + Mgt.KIND_AT, Mgt.CRC_AT - Mgt.KIND_AT);
            crc.update(file, at + Mgt.FRAME_BYTES, stored);
            Mgt.putInt(file, at + Mgt.CRC_AT, (int) crc.getValue());
            at = end;
        }
        read(file, data.length % 2 == 0);
    }

    /** The content of a block of events. */
    public static void events(byte[] data) {
        try {
            new EventDecoder().decode(data, data.length, new TraceSink() {});
        } catch (EventDecoder.Malformed refused) {
            if (String.valueOf(refused.getMessage()).isBlank()) {
                throw new IllegalStateException("refused without a reason", refused);
            }
        }
    }

    private static void read(byte[] bytes, boolean partial) {
        try {
            Files.write(FILE, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try (MgtReader reader = MgtReader.open(FILE, partial)) {
            while (reader.next(new TraceSink() {})) {
                // whatever it delivers
            }
            reader.summary();
        }
    }
}
