package org.multigen.lab.record;

/**
 * Which pages a process has touched in its current fold window; what the plugin does for QEMU, for recorders that see every
 * access.
 */
final class FoldWindow {
    private static final int READ = 1;
    private static final int WRITTEN = 2;

    private final long instructionsPerWindow;
    private long[] pages = new long[1 << 12];
    private long[] states = new long[1 << 12]; // window << 2 | READ | WRITTEN
    private int used;
    private long window = 1;
    private long instructions;

    /** @param instructionsPerWindow 0 for no folding: then every touch is the first */
    FoldWindow(long instructionsPerWindow) {
        this.instructionsPerWindow = instructionsPerWindow;
    }

    /** Counts an instruction; true when a window ends with it. */
    boolean instruction() {
        if (++instructions < instructionsPerWindow) {
            return false;
        }
        instructions = 0;
        window++;
        used = 0;
        return true;
    }

    /** Whether this touch says something that no earlier one of the window has said. */
    boolean isNew(long page, boolean write) {
        if (instructionsPerWindow == 0) {
            return true;
        }
        int bit = write ? WRITTEN : READ;
        for (int i = slot(page); ; i = i + 1 & pages.length - 1) {
            if (states[i] >> 2 != window) {
                pages[i] = page;
                states[i] = window << 2 | bit;
                if (++used > pages.length / 2) {
                    grow();
                }
                return true;
            }
            if (pages[i] == page) {
                boolean fresh = (states[i] & (bit | WRITTEN)) == 0;
                states[i] |= bit;
                return fresh;
            }
        }
    }

    private int slot(long page) {
        return (int) (page * 0x9E3779B97F4A7C15L >>> 40) & pages.length - 1;
    }

    private void grow() {
        long[] oldPages = pages;
        long[] oldStates = states;
        pages = new long[2 * oldPages.length];
        states = new long[2 * oldPages.length];
        for (int k = 0; k < oldPages.length; k++) {
            if (oldStates[k] >> 2 == window) {
                int i = slot(oldPages[k]);
                while (states[i] != 0) {
                    i = i + 1 & pages.length - 1;
                }
                pages[i] = oldPages[k];
                states[i] = oldStates[k];
            }
        }
    }
}
