package org.multigen.lab.trace.format;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The words by which traces tell reads from writes. */
final class Operations {
    private static final Set<String> READS =
            Set.of("r", "rd", "read", "rs", "ra", "get", "gets", "load", "l", "0", "8", "08", "28", "88", "a8");
    private static final Set<String> WRITES = Set.of(
            "w", "wr", "write", "ws", "set", "put", "add", "update", "store", "replace", "cas", "append", "prepend",
            "incr", "decr", "delete", "s", "1", "a", "0a", "2a", "8a", "aa", "u");

    /** Blktrace's word: a flush before, the direction, a flush behind, then read-ahead, synchronous, metadata. */
    private static final Pattern RWBS = Pattern.compile("f?([rw])f?a?s?m?");

    private Operations() {}

    /** 1 for a write, 0 for a read, -1 for neither. */
    static int direction(String word) {
        String w = word.toLowerCase(Locale.ROOT);
        w = w.startsWith("0x") ? w.substring(2) : w;
        if (WRITES.contains(w)) {
            return 1;
        }
        if (READS.contains(w)) {
            return 0;
        }
        Matcher blktrace = RWBS.matcher(w);
        return !blktrace.matches() ? -1 : blktrace.group(1).equals("w") ? 1 : 0;
    }

    /** WRITE(6), (10), (16), (12). */
    static boolean isScsiWrite(int command) {
        return command == 0x0a || command == 0x2a || command == 0x8a || command == 0xaa;
    }

    /** READ or WRITE of any length. */
    static boolean isScsiTransfer(int command) {
        return isScsiWrite(command) || command == 0x08 || command == 0x28 || command == 0x88 || command == 0xa8;
    }
}
