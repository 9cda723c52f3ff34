package org.multigen.lab.trace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AccessWindowTest {
    private static final int RW = TraceSink.READABLE | TraceSink.WRITABLE;

    private final EventList list = new EventList();

    private AccessWindow window(long from, long end) {
        return new AccessWindow(list.sink(), from, end);
    }

    @Test
    void accessesAndTimesOfTheWindowPass() {
        AccessWindow w = window(2, 4);
        w.time(0, 10);
        w.touch(0, 100, 3, false);
        w.sleep(0, 5, true);
        w.read(0, 0, 0, 7, 2);
        w.wall(20);
        w.read(0, 0, 0, 8, 2);
        assertThat(list.events).containsExactly("touch[0, 102, false]", "sleep[0, 5, true]", "read[0, 0, 0, 7, 2]");
        assertThat(w.accesses()).isEqualTo(5);
    }

    @Test
    void whatWasStoredBeforeIsThere() {
        AccessWindow w = window(4, Long.MAX_VALUE);
        w.touch(0, 10, 3, true);
        w.touch(1, 12, 1, false); // of another process, only read
        w.touch(0, 9, 5, false);
        w.touch(0, 9, 5, false);
        w.touch(1, 12, 1, false);
        assertThat(list.events)
                .containsExactly(
                        "touch[0, 9, false]",
                        "touch[0, 10, true]",
                        "touch[0, 11, true]",
                        "touch[0, 12, true]",
                        "touch[0, 13, false]",
                        "touch[0, 9, false]",
                        "touch[0, 10, false]",
                        "touch[0, 11, false]",
                        "touch[0, 12, false]",
                        "touch[0, 13, false]",
                        "touch[1, 12, false]");
    }

    @Test
    void whatWasUnmappedGivenUpOrAFilesIsNot() {
        AccessWindow w = window(6, Long.MAX_VALUE);
        w.map(0, 50, 1, MappingKind.FILE_SHARED, RW, 0, 0, 0);
        w.touch(0, 10, 3, true);
        w.touch(0, 50, 1, true);
        w.touch(0, 60, 2, true);
        w.unmap(0, 10, 1);
        w.advise(0, 11, 1, 4);
        w.remap(0, 60, 2, 70, 2);
        list.events.clear();
        for (long page : new long[] {10, 11, 12, 50, 60, 70, 71}) {
            w.touch(0, page, 1, false);
        }
        assertThat(list.events)
                .containsExactly(
                        "touch[0, 10, false]",
                        "touch[0, 11, false]",
                        "touch[0, 12, true]",
                        "touch[0, 50, false]",
                        "touch[0, 60, false]",
                        "touch[0, 70, true]",
                        "touch[0, 71, true]");
    }

    /** A touch that straddles the beginning, and one that straddles the end. */
    @Test
    void runsAreCutAtTheEdges() {
        AccessWindow w = window(2, 5);
        w.touch(0, 1, 4, true);
        w.touch(0, 1, 4, false);
        assertThat(list.events).containsExactly("touch[0, 3, true]", "touch[0, 4, true]", "touch[0, 1, true]");
    }
}
