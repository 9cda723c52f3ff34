package org.multigen.testkit.threads;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multigen.base.KernelError;
import org.multigen.base.Rng;
import org.multigen.machine.Machine;
import org.multigen.machine.SwapConfig;
import org.multigen.memory.NodeConfig;
import org.multigen.storage.BackingFile;
import org.multigen.storage.BlockDevice;
import org.multigen.storage.Writeback;
import org.multigen.testkit.MmInvariants;

/**
 * Processes that share files on more threads than cores, under memory pressure: they map, read, write, cut off and flush the same
 * files while kswapd, the flusher and direct reclaim run. Afterwards no page is lost and all books agree.
 */
class FileStressTest {
    private static final int THREADS = 5;
    private static final long GROUP_PAGES = 1000;
    /** Unless {@code -Dstress.seconds=600} or so says otherwise. */
    private static final long LONG_SECONDS = 60;

    @ParameterizedTest
    @CsvSource({"6.12,7,ZRAM,1", "6.1,7,DISK,2", "7.2,0,DISK,3"})
    void noPageIsLost(String kernel, int enabled, SwapConfig.Kind swap, long seed) {
        run(kernel, enabled, swap, seed, 4_000);
    }

    @Test
    @Tag("long")
    void noPageIsLostForLong() {
        long end = System.nanoTime() + Long.getLong("stress.seconds", LONG_SECONDS) * 1_000_000_000;
        for (long seed = 100; System.nanoTime() < end; seed++) {
            String kernel = List.of("v10", "6.1", "6.12", "6.18", "7.2").get((int) (seed % 5));
            SwapConfig.Kind swap = seed % 3 == 0 ? SwapConfig.Kind.ZRAM : SwapConfig.Kind.DISK;
            run(kernel, seed % 2 == 0 ? 7 : 0, swap, seed, 10_000);
        }
    }

    private static void run(String kernel, int enabled, SwapConfig.Kind swap, long seed, int ms) {
        String replay = "replay: kernel %s, enabled %d, swap on %s, seed %d (threads make each run different)"
                .formatted(kernel, enabled, swap, seed);
        try (Machine machine = Machine.builder()
                .kernel(kernel)
                .cpus(THREADS)
                .lruGenEnabled(enabled)
                .realThreads(true)
                .panicOnWarn(true)
                .seed(seed)
                .writeback(new Writeback.Settings(10, 60, 200_000_000L, 50_000_000L, 100_000))
                .node(NodeConfig.ofPages(0, 40_000))
                .swap(new SwapConfig(swap, "lz4", 60_000, 0))
                .tlb(seed % 2 == 0 ? 64 : 0, seed % 4 == 0)
                .build()) {
            for (String group : List.of("A", "B")) {
                machine.createMemcg(group);
                write(machine, group, "memory.max", GROUP_PAGES * 4096);
            }
            FileStamps stamps = new FileStamps(machine);
            List<BackingFile> files = files(machine, stamps);
            long end = System.nanoTime() + ms * 1_000_000L;
            List<FileLife> lives = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                lives.add(new FileLife(machine, stamps, files, new Rng(seed * 1000 + i), i, end));
            }
            machine.run(lives, THREADS);
            machine.quiesce();
            List<String> lost = new ArrayList<>();
            stamps.found(lost);
            lives.forEach(l -> l.check(lost));
            stamps.checkFiles(lost);
            assertThat(lost).as(replay).isEmpty();
            assertThat(MmInvariants.check(machine)).as(replay).isEmpty();
            assertThat(machine.warnings().all()).as(replay).isEmpty();
            assertThat(lives.stream().mapToLong(FileLife::done).sum())
                    .as(replay)
                    .isGreaterThan(50);
        }
    }

    private static List<BackingFile> files(Machine machine, FileStamps stamps) {
        int pages = FileLife.PAGES;
        List<BackingFile> files = List.of(
                machine.createFile("/ram", pages, BackingFile.Kind.EXT4, BlockDevice.RAM, 32),
                machine.createFile("/disk", pages, BackingFile.Kind.EXT4, BlockDevice.DISK, 32),
                machine.createBlockMappedFile("/ext3", pages, BlockDevice.DISK, 32),
                machine.createFile("/tmpfs", pages, BackingFile.Kind.TMPFS, BlockDevice.RAM, 0));
        files.forEach(f -> stamps.follow(f, pages));
        return files;
    }

    static void write(Machine machine, String group, String file, long bytes) {
        try {
            machine.writeCgroupFile(group, file, Long.toString(bytes));
        } catch (KernelError short_) {
            assertThat(short_.errno()).isEqualTo("EAGAIN");
        }
    }
}
