package org.multigen.lab.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.multigen.addrspace.Prot;
import org.multigen.base.KernelError;
import org.multigen.machine.Machine;
import org.multigen.machine.SwapConfig;
import org.multigen.machine.Task;
import org.multigen.memory.NodeConfig;

/**
 * Memory of this process at its peak while a machine is full and has swapped out as much again, in MiB above what the simulated
 * pages may cost. Linux only: the peak is VmHWM, reset through {@code /proc/self/clear_refs}.
 */
final class SizeBench implements Bench {
    private static final int FRAMES = 4 << 18; // 4 GiB
    private static final long BYTES_PER_FRAME = 40;
    private static final long BYTES_PER_SWAPPED = 16;
    private static final double TARGET_MIB = 200;
    private static final Path STATUS = Path.of("/proc/self/status");

    @Override
    public String name() {
        return "size";
    }

    @Override
    public String meaning() {
        return "peak memory of a run beyond 40 bytes per frame and 16 per swapped-out page";
    }

    @Override
    public List<Figure> run(Effort effort) {
        if (!Files.isReadable(STATUS)) {
            return List.of();
        }
        int frames = effort.scaled(FRAMES);
        System.gc();
        resetPeak();
        long swapped = fill(frames);
        double peak = peakBytes();
        double allowed = (double) BYTES_PER_FRAME * frames + (double) BYTES_PER_SWAPPED * swapped;
        double mib = 1 << 20;
        return List.of(
                Figure.of("size", meaning(), "MiB", (peak - allowed) / mib, new Figure.Target(TARGET_MIB, false)),
                Figure.of("size_peak", "peak resident memory of this process", "MiB", peak / mib, null),
                Figure.of(
                        "size_pages",
                        frames + " frames at 40 bytes and " + swapped + " swapped-out pages at 16",
                        "MiB",
                        allowed / mib,
                        null));
    }

    /** Touches twice as much memory as there is; the pages that are swapped out in the end. */
    private static long fill(int frames) {
        try (Machine machine = Machine.builder()
                .kernel("6.12")
                .node(NodeConfig.ofPages(0, frames))
                .swap(new SwapConfig(SwapConfig.Kind.ZRAM, "lzo-rle", 2L * frames, 0))
                .cpus(1)
                .build()) {
            machine.createMemcg("A");
            machine.writeCgroupFile("A", "memory.max", Long.toString(4096L * (frames - frames / 16)));
            Task task = machine.spawn("size", machine.memcg("A"));
            int pages = 2 * frames;
            long first = task.mmapAnon(-1, pages, Prot.READ_WRITE);
            for (int i = 0; i < pages; i++) {
                task.touch(first + i, true);
            }
            long swapped = 0;
            for (int i = 0; i < pages; i++) {
                swapped += task.isSwapped(first + i) ? 1 : 0;
            }
            return swapped;
        } catch (KernelError e) {
            throw new IllegalStateException(e);
        }
    }

    private static void resetPeak() {
        try {
            Files.writeString(Path.of("/proc/self/clear_refs"), "5");
        } catch (IOException e) {
            // the peak since the start of the process then: an upper bound
        }
    }

    private static double peakBytes() {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith("VmHWM:")) {
                    return 1024.0 * Long.parseLong(line.replaceAll("[^0-9]", ""));
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        throw new IllegalStateException("no VmHWM in " + STATUS);
    }
}
