package org.multigen.lab.trace.format;

import java.util.Locale;
import java.util.Set;

/** The words by which traces tell reads from writes. */
final class Operations {
    private static final Set<String> READS =
            Set.of("r", "rd", "read", "rs", "ra", "get", "gets", "load", "l", "0", "8", "08", "28", "88", "a8");
    private static final Set<String> WRITES = Set.of(
            "w", "wr", "write", "ws", "set", "put", "add", "update", "store", "s", "1", "a", "0a", "2a", "8a", "aa",
            "u");

    private Operations() {}

    /** 1 for a write, 0 for a read, -1 for neither. */
    static int direction(String word) {
        String w = word.toLowerCase(Locale.ROOT);
        w = w.startsWith("0x") ? w.substring(2) : w;
        return WRITES.contains(w) ? 1 : READS.contains(w) ? 0 : -1;
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
