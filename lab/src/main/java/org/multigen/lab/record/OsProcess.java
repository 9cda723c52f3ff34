package org.multigen.lab.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Looks at processes of the operating system. */
final class OsProcess {
    private OsProcess() {}

    /** Whether a process runs; one that has ended and waits for its parent does not. */
    static boolean isAlive(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            char state = stat.charAt(stat.lastIndexOf(')') + 2);
            return state != 'Z' && state != 'X';
        } catch (IOException | IndexOutOfBoundsException e) {
            return false;
        }
    }
}
