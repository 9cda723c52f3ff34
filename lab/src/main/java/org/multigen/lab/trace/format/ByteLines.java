package org.multigen.lab.trace.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Lines of a byte stream, without objects: {@link #next} sets {@link #from} and {@link #to} within {@link #bytes}. */
final class ByteLines {
    private static final int BUFFER = 1 << 18;

    /** The longest line that a trace may have; longer ones are reported and passed over. */
    static final int LONGEST = 1 << 16;

    final byte[] bytes = new byte[BUFFER];
    int from;
    int to;

    private final InputStream in;
    private int end;
    private int at;
    private long number;

    ByteLines(InputStream in) {
        this.in = in;
    }

    /** Number of the current line, from 1 on. */
    long number() {
        return number;
    }

    /** Goes to the next line, which excludes its ending; false at the end. */
    boolean next() throws IOException, Malformed {
        int scanned = at;
        while (true) {
            while (scanned < end) {
                if (bytes[scanned] == '\n') {
                    return line(scanned, scanned + 1);
                }
                scanned++;
            }
            if (scanned - at > LONGEST) {
                number++;
                passOver();
                throw Malformed.record("a line longer than " + LONGEST + " bytes");
            }
            scanned -= at;
            if (!fill()) {
                return at < end && line(end, end);
            }
            scanned += at;
        }
    }

    private boolean line(int stop, int following) {
        from = at;
        to = stop > at && bytes[stop - 1] == '\r' ? stop - 1 : stop;
        at = following;
        number++;
        return true;
    }

    /** Moves what is unread to the front and reads more; false at the end. */
    private boolean fill() throws IOException {
        System.arraycopy(bytes, at, bytes, 0, end - at);
        end -= at;
        at = 0;
        int n = in.read(bytes, end, bytes.length - end);
        if (n <= 0) {
            return false;
        }
        end += n;
        return true;
    }

    private void passOver() throws IOException {
        while (true) {
            for (int i = at; i < end; i++) {
                if (bytes[i] == '\n') {
                    at = i + 1;
                    return;
                }
            }
            at = end;
            if (!fill()) {
                return;
            }
        }
    }

    // ---- fields of the current line, separated by blanks

    /** The first byte at or after a place that is no blank. */
    int skipBlanks(int p) {
        while (p < to && (bytes[p] == ' ' || bytes[p] == '\t')) {
            p++;
        }
        return p;
    }

    /** The first blank at or after a place. */
    int fieldEnd(int p) {
        while (p < to && bytes[p] != ' ' && bytes[p] != '\t') {
            p++;
        }
        return p;
    }

    /** A decimal number of at most 18 digits, or -1. */
    long decimal(int p, int stop) {
        int digits = stop - p;
        if (digits < 1 || digits > 18) {
            return -1;
        }
        long n = 0;
        for (int i = p; i < stop; i++) {
            int d = bytes[i] - '0';
            if (d < 0 || d > 9) {
                return -1;
            }
            n = n * 10 + d;
        }
        return n;
    }

    /** A hexadecimal number of at most 16 digits, with or without 0x; -1 for none, and for what exceeds 63 bits. */
    long hexadecimal(int p, int stop) {
        int i = stop - p > 2 && bytes[p] == '0' && (bytes[p + 1] | 0x20) == 'x' ? p + 2 : p;
        if (stop - i < 1 || stop - i > 16) {
            return -1;
        }
        long n = 0;
        for (; i < stop; i++) {
            int d = Character.digit(bytes[i], 16);
            if (d < 0) {
                return -1;
            }
            n = n << 4 | d;
        }
        return n < 0 ? -1 : n;
    }

    /** Text of the current line, for messages: shortened, without anything that a terminal would act on. */
    String quoted() {
        return quoted(from, to);
    }

    String quoted(int p, int stop) {
        StringBuilder text = new StringBuilder("\"");
        for (int i = p; i < Math.min(stop, p + 60); i++) {
            text.append(bytes[i] >= ' ' && bytes[i] < 127 ? (char) bytes[i] : '?');
        }
        return text.append(stop > p + 60 ? "...\"" : "\"").toString();
    }

    String text(int p, int stop) {
        return new String(bytes, p, stop - p, StandardCharsets.UTF_8);
    }
}
