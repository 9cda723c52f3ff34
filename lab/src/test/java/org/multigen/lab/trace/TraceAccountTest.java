package org.multigen.lab.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The footprint, counted by hand. */
class TraceAccountTest {
    private static final int RW = TraceSink.READABLE | TraceSink.WRITABLE;
    private static final int DONTNEED = 4;

    private final TraceAccount account = new TraceAccount(4096);

    @BeforeEach
    void aProcessWithAHundredPages() {
        account.process(0, 1, "root");
        account.file(0, FileKind.REGULAR, 1 << 20, "/data");
        account.map(0, 1000, 100, MappingKind.ANONYMOUS, RW, 0, TraceSink.NO_FILE, 0);
    }

    @Test
    void anonymousPagesCountFromTheFirstTouchUntilTheyAreUnmapped() {
        account.touch(0, 1000, 60, true);
        account.touch(0, 1000, 60, false);
        assertThat(account.pagesInUse()).isEqualTo(60);
        account.unmap(0, 1010, 20);
        assertThat(account.pagesInUse()).isEqualTo(40);
        account.map(0, 1010, 20, MappingKind.ANONYMOUS, RW, 0, TraceSink.NO_FILE, 0);
        account.touch(0, 1010, 10, true);
        assertThat(account.pagesInUse()).isEqualTo(50);
        assertThat(account.footprintPages()).isEqualTo(60);
        account.advise(0, 1000, 5, DONTNEED);
        assertThat(account.pagesInUse()).isEqualTo(45);
        account.exit(0, 0);
        assertThat(account.pagesInUse()).isZero();
        assertThat(account.footprintPages()).isEqualTo(60);
        assertThat(account.summary("complete").distinctPages()).isEqualTo(60);
    }

    @Test
    void aForkedChildCountsWhatItWrites() {
        account.touch(0, 1000, 50, true);
        account.fork(0, 1, 2);
        account.touch(1, 1000, 50, false);
        assertThat(account.pagesInUse()).isEqualTo(50);
        account.touch(1, 1000, 10, true);
        account.touch(1, 1000, 10, true);
        assertThat(account.pagesInUse()).isEqualTo(60);
        account.exit(1, 0);
        assertThat(account.pagesInUse()).isEqualTo(50);
    }

    @Test
    void filePagesCountOnceHoweverTheyAreUsed() {
        account.map(0, 5000, 50, MappingKind.FILE_SHARED, RW, 0, 0, 10);
        account.map(0, 6000, 50, MappingKind.FILE_PRIVATE, RW, 0, 0, 10);
        account.read(0, 0, 0, 10, 20);
        account.touch(0, 5000, 20, true);
        account.touch(0, 6000, 20, false);
        assertThat(account.pagesInUse()).isEqualTo(20);
        account.touch(0, 6000, 4, true); // private copies
        assertThat(account.pagesInUse()).isEqualTo(24);
        account.unmap(0, 6000, 50);
        account.unmap(0, 5000, 50);
        assertThat(account.pagesInUse()).isEqualTo(20);
        account.truncate(0, 25);
        assertThat(account.pagesInUse()).isEqualTo(15);
    }

    @Test
    void movedPagesStayInUse() {
        account.touch(0, 1000, 30, true);
        account.remap(0, 1000, 100, 9000, 20);
        assertThat(account.pagesInUse()).isEqualTo(20);
        account.touch(0, 9000, 20, true);
        assertThat(account.pagesInUse()).isEqualTo(20);
        account.unmap(0, 9000, 20);
        assertThat(account.pagesInUse()).isZero();
    }

    @Test
    void execDropsTheAddressSpace() {
        account.touch(0, 1000, 30, true);
        account.exec(0, "/bin/other");
        assertThat(account.pagesInUse()).isZero();
        account.map(0, 1000, 10, MappingKind.ANONYMOUS, RW, 0, TraceSink.NO_FILE, 0);
        account.touch(0, 1000, 10, false);
        TraceSummary s = account.summary("complete");
        assertThat(s.footprintPages()).isEqualTo(30);
        assertThat(s.distinctPages()).isEqualTo(40);
        assertThat(s.processes().getFirst().vmas()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void randomPlansAgreeWithASet(long seed) {
        Random random = new Random(seed);
        Set<Long> model = new HashSet<>();
        account.map(0, 0, 1 << 16, MappingKind.ANONYMOUS, RW, 0, TraceSink.NO_FILE, 0);
        long peak = 0;
        for (int i = 0; i < 20_000; i++) {
            long page = random.nextInt(1 << 15);
            int count = 1 + random.nextInt(40);
            if (random.nextInt(5) > 0) {
                account.touch(0, page, count, random.nextBoolean());
                for (long p = page; p < page + count; p++) {
                    model.add(p);
                }
            } else {
                account.advise(0, page, 10L * count, DONTNEED);
                for (long p = page; p < page + 10L * count; p++) {
                    model.remove(p);
                }
            }
            peak = Math.max(peak, model.size());
            assertThat(account.pagesInUse()).as("seed %d, step %d", seed, i).isEqualTo(model.size());
        }
        assertThat(account.footprintPages()).as("seed %d", seed).isEqualTo(peak);
    }
}
