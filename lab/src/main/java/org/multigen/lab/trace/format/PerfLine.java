package org.multigen.lab.trace.format;

/**
 * The head of a line of {@code perf script}: {@code COMM PID[/TID] [[CPU]] SECONDS.FRACTION: [PERIOD] EVENT:}. The command's
 * name may hold blanks; the time is the first field that is a number with a point and a colon.
 */
final class PerfLine {
    private static final int NANO_DIGITS = 9;

    private final ByteLines lines;

    /** Process of the sample, -1 if the line names none. */
    long pid;

    long timeNs;

    /** The event's name, without its colon. */
    int event;

    int eventEnd;
    /** The first byte behind the event that is no blank. */
    int rest;

    PerfLine(ByteLines lines) {
        this.lines = lines;
    }

    /** Parses the current line; false if it is none of this form. */
    boolean parse() {
        int p = lines.skipBlanks(lines.from);
        pid = -1;
        while (p < lines.to) {
            int end = lines.fieldEnd(p);
            if (isTime(p, end)) {
                return parseEvent(lines.skipBlanks(end));
            }
            long n = lines.decimal(p, slash(p, end));
            pid = n >= 0 ? n : pid;
            p = lines.skipBlanks(end);
        }
        return false;
    }

    private boolean parseEvent(int from) {
        int p = from;
        int end = lines.fieldEnd(p);
        if (lines.decimal(p, end) >= 0) { // the period
            p = lines.skipBlanks(end);
            end = lines.fieldEnd(p);
        }
        if (end - p < 2 || lines.bytes[end - 1] != ':') {
            return false;
        }
        event = p;
        eventEnd = end - 1;
        rest = lines.skipBlanks(end);
        return true;
    }

    private int slash(int p, int end) {
        for (int i = p; i < end; i++) {
            if (lines.bytes[i] == '/') {
                return i;
            }
        }
        return end;
    }

    /** Reads {@code 82820.952659:} into nanoseconds. */
    private boolean isTime(int p, int end) {
        int point = p;
        while (point < end && lines.bytes[point] != '.') {
            point++;
        }
        int digits = end - 1 - (point + 1);
        if (point >= end || lines.bytes[end - 1] != ':' || digits < 1 || digits > NANO_DIGITS || point - p > 9) {
            return false;
        }
        long seconds = lines.decimal(p, point);
        long fraction = lines.decimal(point + 1, end - 1);
        if (seconds < 0 || fraction < 0) {
            return false;
        }
        for (int i = digits; i < NANO_DIGITS; i++) {
            fraction *= 10;
        }
        timeNs = seconds * 1_000_000_000 + fraction;
        return true;
    }

    /** Whether the event's name, or all that follows it, holds a word. */
    boolean mentions(String word, boolean inEvent) {
        int to = inEvent ? eventEnd : lines.to;
        int length = word.length();
        for (int i = inEvent ? event : rest; i + length <= to; i++) {
            int k = 0;
            while (k < length && (lines.bytes[i + k] | 0x20) == word.charAt(k)) {
                k++;
            }
            if (k == length) {
                return true;
            }
        }
        return false;
    }
}
