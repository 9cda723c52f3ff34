package org.multigen.lab.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Looks at processes of the operating system. */
final class OsProcess {
    private OsProcess() {}

    /** Whether a process runs; one that has ended and waits for its parent does not. */
    static boolean isAlive(long pid) {
        String state = field(pid, 0);
        return !state.isEmpty() && !state.equals("Z") && !state.equals("X");
    }

    /** The parent of a process, 0 when it has gone. */
    static long parent(long pid) {
        String parent = field(pid, 1);
        return parent.isEmpty() ? 0 : Long.parseLong(parent);
    }

    /** A field of /proc/PID/stat, counted from the one after the name; empty when the process has gone. */
    private static String field(long pid, int index) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[index];
        } catch (IOException | IndexOutOfBoundsException e) {
            return "";
        }
    }
}
