package org.multigen.lab.trace.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Recognizes a format from a file's first bytes. */
final class Recognition {
    private static final byte[] MGT = {(byte) 0x89, 'M', 'G', 'T'};
    private static final int LINES = 64;
    private static final int RECORDS = 16;
    private static final long MOST_BYTES = 1L << 30;

    private Recognition() {}

    /** The format, or null if it is none that is known. */
    static @Nullable InputFormat of(byte[] head, int length) {
        if (length >= MGT.length && java.util.Arrays.equals(head, 0, MGT.length, MGT, 0, MGT.length)) {
            return InputFormat.MGT;
        }
        if (isText(head, length)) {
            return ofLines(lines(head, length));
        }
        ByteBuffer b = ByteBuffer.wrap(head, 0, length).order(ByteOrder.LITTLE_ENDIAN);
        if (isVscsi(b, length, false) || isVscsi(b, length, true)) {
            return InputFormat.VSCSI;
        }
        return isOracleGeneral(b, length) ? InputFormat.ORACLE_GENERAL : null;
    }

    /** Whether the second form of vscsi records begins here. */
    static boolean isSecondVscsi(byte[] head, int length) {
        return isVscsi(ByteBuffer.wrap(head, 0, length).order(ByteOrder.LITTLE_ENDIAN), length, true);
    }

    private static boolean isText(byte[] head, int length) {
        for (int i = 0; i < length; i++) {
            int c = head[i] & 0xff;
            if (c < ' ' && c != '\n' && c != '\r' && c != '\t' || c == 127) {
                return false;
            }
        }
        return length > 0;
    }

    /** The first lines that say something. */
    private static List<String> lines(byte[] head, int length) {
        List<String> lines = new ArrayList<>();
        new String(head, 0, length, StandardCharsets.UTF_8)
                .lines()
                .map(String::strip)
                .filter(l -> !l.isEmpty() && !l.startsWith("#") && !l.startsWith("==") && !l.startsWith("--"))
                .limit(LINES)
                .forEach(lines::add);
        return lines;
    }

    private static @Nullable InputFormat ofLines(List<String> lines) {
        if (lines.isEmpty()) {
            return null;
        }
        String first = lines.getFirst();
        if (first.startsWith("[") || first.startsWith("{")) {
            return InputFormat.DAMON_JSON;
        }
        if (first.matches("[lsLS]\\s+0[xX][0-9a-fA-F]+(\\s+\\d+)?")) {
            return InputFormat.ADDRESS;
        }
        if (first.matches("[ILSM]\\s+(0[xX])?[0-9a-fA-F]+,\\d+")) {
            return InputFormat.LACKEY;
        }
        if (first.matches(".*\\d+\\.\\d+:.*damon_aggregated:.*")) {
            return InputFormat.DAMON_SCRIPT;
        }
        if (first.matches(".*\\s\\d+\\.\\d+:\\s+(\\d+\\s+)?\\S+:\\s+[0-9a-fA-F]+(\\s.*)?")) {
            return InputFormat.PERF;
        }
        if (Csv.separatorOf(first) != 0 && (Csv.separatorOf(first) != '\t' || Csv.isHeader(first))) {
            return InputFormat.CSV;
        }
        if (first.matches("\\d+(\\s+\\d+){3}")) {
            return InputFormat.ARC;
        }
        if (!first.matches("\\S+")) {
            return null;
        }
        return lines.contains("*") ? InputFormat.LIRS : InputFormat.TEXT;
    }

    private static boolean isVscsi(ByteBuffer b, int length, boolean second) {
        int size = second ? VscsiRecords.BYTES_2 : VscsiRecords.BYTES_1;
        int n = Math.min(RECORDS, length / size);
        for (int i = 0; i < n; i++) {
            int at = i * size;
            int version = b.getShort(at + (second ? 2 : 14)) >> 8 & 0xff;
            if (version != (second ? 2 : 1)) {
                return false;
            }
        }
        return n > 0 && Operations.isScsiTransfer(b.getShort(second ? 0 : 12) & 0xffff);
    }

    /** Times do not go back, sizes are sane, and the next reference is none or lies ahead. */
    private static boolean isOracleGeneral(ByteBuffer b, int length) {
        int n = Math.min(RECORDS, length / OracleRecords.BYTES);
        long time = 0;
        for (int i = 0; i < n; i++) {
            int at = i * OracleRecords.BYTES;
            long t = Integer.toUnsignedLong(b.getInt(at));
            long size = Integer.toUnsignedLong(b.getInt(at + 12));
            long following = b.getLong(at + 16);
            if (t < time || size > MOST_BYTES || following < -2 || following >= 0 && following <= i) {
                return false;
            }
            time = t;
        }
        return n > 0;
    }
}
