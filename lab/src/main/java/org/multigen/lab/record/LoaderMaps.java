package org.multigen.lab.record;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What was mapped in a process when its program began: the program, its interpreter, its stack, and the emulator itself.
 * Which of it is the program's shows when it is touched.
 */
final class LoaderMaps {
    private static final Pattern LINE =
            Pattern.compile("([0-9a-f]+)-([0-9a-f]+) ([r-][w-][x-][ps]) ([0-9a-f]+) \\S+ (\\d+) *(.*)");

    /** A line of {@code /proc/PID/maps}. */
    record Range(long page, long end, boolean shared, int prot, long filePage, long inode, String path) {
        boolean isFile() {
            return path.startsWith("/") && inode != 0;
        }
    }

    private final TreeMap<Long, Range> byPage = new TreeMap<>();

    /** Adds lines whose addresses are the emulator's: the program's plus {@code guestBase}. */
    void add(long guestBase, String lines) {
        for (String line : lines.split("\n")) {
            Matcher m = LINE.matcher(line);
            if (m.matches()) {
                long start = Long.parseUnsignedLong(m.group(1), 16) - guestBase;
                long end = Long.parseUnsignedLong(m.group(2), 16) - guestBase;
                long offset = Long.parseUnsignedLong(m.group(4), 16);
                String perms = m.group(3);
                byPage.put(
                        start >>> 12,
                        new Range(
                                start >>> 12,
                                end >>> 12,
                                perms.charAt(3) == 's',
                                prot(perms),
                                offset >>> 12,
                                Long.parseLong(m.group(5)),
                                m.group(6)));
            }
        }
    }

    @Nullable
    Range find(long page) {
        Map.Entry<Long, Range> e = byPage.floorEntry(page);
        return e == null || page >= e.getValue().end() ? null : e.getValue();
    }

    private static int prot(String perms) {
        return (perms.charAt(0) == 'r' ? 1 : 0) | (perms.charAt(1) == 'w' ? 2 : 0) | (perms.charAt(2) == 'x' ? 4 : 0);
    }
}
