package org.multigen.storage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows of reads through descriptors, worked out by hand; o present, M with the mark, . absent. */
class ReadaheadTest {
    @ParameterizedTest
    @CsvSource({
        "1,32,4",
        "2,32,4",
        "3,32,8",
        "8,32,16",
        "9,32,32",
        "32,32,32",
        "1,512,4",
        "16,512,64",
        "17,512,64",
        "129,512,512"
    })
    void firstWindow(int wanted, int max, int size) {
        assertThat(Readahead.initial(wanted, max)).isEqualTo(size);
    }

    @ParameterizedTest
    @CsvSource({"1,32,4", "2,32,4", "4,32,8", "16,32,32", "17,32,32", "31,512,124", "32,512,64", "300,512,512"})
    void nextWindow(int size, int max, int next) {
        assertThat(Readahead.next(size, max)).isEqualTo(next);
    }

    private static String read(StorageWorld w, OpenFile f, long from, int pages) {
        for (int i = 0; i < pages; i++) {
            assertThat(w.files.read(w.actor, w.group, f, from + i, 1)).isEqualTo(1);
        }
        return w.map(f.file(), from, from + 40);
    }

    @Test
    void aStreamFromTheStartGrowsToTheLimit() {
        try (StorageWorld w = new StorageWorld("6.12", 8192)) {
            OpenFile f = new OpenFile(w.ext4(1000, 32));
            assertThat(read(w, f, 0, 1)).startsWith("oMoo.");
            assertThat(read(w, f, 0, 2)).startsWith("ooooMooooooo.");
            read(w, f, 2, 3);
            assertThat(w.map(f.file(), 0, 30)).isEqualTo("ooooooooooooMooooooooooooooo..");
            read(w, f, 5, 8);
            assertThat(w.map(f.file(), 26, 62)).isEqualTo("ooM" + "o".repeat(31) + "..");
        }
    }

    @Test
    void aSingleReadInTheMiddleIsReadAlone() {
        try (StorageWorld w = new StorageWorld("6.12", 8192)) {
            OpenFile f = new OpenFile(w.ext4(1000, 32));
            assertThat(read(w, f, 100, 1)).startsWith("o..");
            assertThat(f.file().cache().present()).isEqualTo(1);
            assertThat(read(w, f, 500, 1)).startsWith("o..");
        }
    }

    @Test
    void theSecondReadInARowStartsAStream() {
        try (StorageWorld w = new StorageWorld("6.12", 8192)) {
            OpenFile f = new OpenFile(w.ext4(1000, 32));
            read(w, f, 100, 2);
            assertThat(w.map(f.file(), 100, 107)).isEqualTo("ooMoo..");
        }
    }

    @Test
    void aRunInTheCacheIsTheTrackOfAStream() {
        try (StorageWorld w = new StorageWorld("6.12", 8192)) {
            BackingFile file = w.ext4(1000, 32);
            OpenFile before = new OpenFile(file);
            w.files.advise(w.actor, w.group, before, FileAdvice.RANDOM, 0, 0);
            read(w, before, 200, 6);
            read(w, new OpenFile(file), 206, 1);
            // six cached pages in front and one wanted: seven, the last of them marked
            assertThat(w.map(file, 206, 216)).isEqualTo("ooooooM...");
        }
    }

    @Test
    void aRunFromTheBeginningCountsTwice() {
        try (StorageWorld w = new StorageWorld("6.12", 8192)) {
            BackingFile file = w.ext4(1000, 32);
            OpenFile before = new OpenFile(file);
            w.files.advise(w.actor, w.group, before, FileAdvice.RANDOM, 0, 0);
            read(w, before, 0, 6);
            read(w, new OpenFile(file), 6, 1);
            assertThat(w.map(file, 6, 21)).isEqualTo("ooooooooooooM..");
        }
    }

    @Test
    void aMarkWithoutItsWindowGoesOnAtTheNextHole() {
        try (StorageWorld w = new StorageWorld("6.12", 8192)) {
            BackingFile file = w.ext4(1000, 32);
            OpenFile one = new OpenFile(file);
            read(w, one, 100, 2);
            assertThat(w.map(file, 100, 107)).isEqualTo("ooMoo..");
            // another descriptor meets the mark: hole three pages on, one wanted: four, grown to eight
            read(w, new OpenFile(file), 102, 1);
            assertThat(w.map(file, 100, 115)).isEqualTo("oooooMooooooo..");
        }
    }

    @Test
    void adviceRandomReadsOnlyWhatIsAsked() {
        try (StorageWorld w = new StorageWorld("6.12", 8192)) {
            OpenFile f = new OpenFile(w.ext4(1000, 32));
            w.files.advise(w.actor, w.group, f, FileAdvice.RANDOM, 0, 0);
            read(w, f, 0, 20);
            assertThat(f.file().cache().present()).isEqualTo(20);
        }
    }

    @Test
    void adviceSequentialDoublesTheLimit() {
        try (StorageWorld w = new StorageWorld("6.12", 8192)) {
            OpenFile f = new OpenFile(w.ext4(1000, 32));
            w.files.advise(w.actor, w.group, f, FileAdvice.SEQUENTIAL, 0, 0);
            assertThat(w.files.read(w.actor, w.group, f, 0, 40)).isEqualTo(40);
            assertThat(f.file().cache().present()).isEqualTo(64);
        }
    }

    @Test
    void adviceWillNeedIsBoundedByOneRequest() {
        try (StorageWorld w = new StorageWorld("6.12", 8192)) {
            OpenFile f = new OpenFile(w.ext4(1000, 32));
            w.files.advise(w.actor, w.group, f, FileAdvice.WILLNEED, 10, 0);
            assertThat(f.file().cache().present()).isEqualTo(Readahead.REQUEST_PAGES);
            w.files.advise(w.actor, w.group, f, FileAdvice.DONTNEED, 10, 100);
            assertThat(f.file().cache().present()).isEqualTo(Readahead.REQUEST_PAGES - 100);
        }
    }

    @Test
    void theEndOfTheFileCutsTheWindow() {
        try (StorageWorld w = new StorageWorld("6.12", 8192)) {
            OpenFile f = new OpenFile(w.ext4(10, 32));
            assertThat(w.files.read(w.actor, w.group, f, 0, 50)).isEqualTo(10);
            assertThat(f.file().cache().present()).isEqualTo(10);
            assertThat(w.files.read(w.actor, w.group, f, 10, 1)).isZero();
        }
    }

    /** 512 single pages from page 4096 on: what the cache holds afterwards was recorded on the four kernels. */
    @ParameterizedTest
    @CsvSource({"6.1,573", "6.12,573", "6.18,544", "7.2,544"})
    void aStreamInTheMiddle(String kernel, int cached) {
        try (StorageWorld w = new StorageWorld(kernel, 8192)) {
            OpenFile f = new OpenFile(w.ext4(8192, 32));
            read(w, f, 4096, 512);
            assertThat(f.file().cache().present()).isEqualTo(cached);
        }
    }

    /**
     * A missing page right behind the window: the oldest kernel goes on with the stream (8 pages, and as their first is marked,
     * 16 more), the others see a new one.
     */
    @ParameterizedTest
    @CsvSource({"6.1,24", "6.12,4"})
    void aMissBehindTheWindow(String kernel, int window) {
        try (StorageWorld w = new StorageWorld(kernel, 8192)) {
            BackingFile file = w.ext4(1000, 32);
            OpenFile f = new OpenFile(file);
            read(w, f, 100, 2);
            w.files.read(w.actor, w.group, f, 103, 1);
            w.files.read(w.actor, w.group, f, 104, 1);
            w.files.read(w.actor, w.group, f, 105, 1);
            assertThat(w.map(file, 105, 105 + window)).doesNotContain(".");
            assertThat(w.map(file, 105 + window, 106 + window)).isEqualTo(".");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.18", "7.2"})
    void foliosGrowWithTheStreamAndEndAligned(String kernel) {
        try (StorageWorld w = new StorageWorld(kernel, 8192)) {
            BackingFile file = w.ext4(1000, 32);
            OpenFile f = new OpenFile(file);
            read(w, f, 0, 3);
            // 0..3 singly; at mark 1: 4..11 in fours
            assertThat(w.folios.pages(w.folios.folioOf(file.cache().page(4)))).isEqualTo(4);
            assertThat(w.folios.pages(w.folios.folioOf(file.cache().page(8)))).isEqualTo(4);
            assertThat(file.cache().present()).isEqualTo(12);
            read(w, f, 3, 2);
            // at mark 4: 16 pages from 12 on, cut to end at 16: four
            assertThat(file.cache().present()).isEqualTo(16);
            assertThat(w.map(file, 12, 17)).isEqualTo("Mooo.");
        }
    }

    @Test
    void readsInsideTheSamePageMarkItOnce() {
        try (StorageWorld w = new StorageWorld("6.12", 8192)) {
            OpenFile f = new OpenFile(w.ext4(1000, 0));
            w.tell = true;
            read(w, f, 7, 1);
            read(w, f, 7, 1);
            read(w, f, 8, 1);
            int seven = f.file().cache().page(7);
            int eight = f.file().cache().page(8);
            assertThat(w.told).containsExactly("add " + seven, "mark " + seven, "add " + eight, "mark " + eight);
        }
    }
}
