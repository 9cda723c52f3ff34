package org.multigen.benchmarks;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * A trace in the format of the ARC paper: {@code start count 0 request} a line, one reference per block.
 *
 * @param starts first block of each request
 * @param counts blocks of each request
 * @param blocks block numbers in the order of the references
 * @param ranks for each reference the rank of its block among all blocks of the trace
 * @param unique different blocks
 * @param end number behind the highest block
 */
record ArcTrace(long[] starts, int[] counts, long[] blocks, int[] ranks, int unique, long end) {

    /** Reads a {@code .lis} file, or a {@code .lis.zst}. */
    static ArcTrace read(Path file) throws IOException {
        LongStream.Builder starts = LongStream.builder();
        IntStream.Builder counts = IntStream.builder();
        try (InputStream raw = Files.newInputStream(file);
                InputStream in = file.toString().endsWith(".zst") ? new ZstdInputStream(raw) : raw;
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int first = line.indexOf(' ');
                starts.add(Long.parseLong(line.substring(0, first)));
                counts.add(Integer.parseInt(line.substring(first + 1, line.indexOf(' ', first + 1))));
            }
        }
        return of(starts.build().toArray(), counts.build().toArray());
    }

    private static ArcTrace of(long[] starts, int[] counts) {
        long[] blocks = new long[IntStream.of(counts).sum()];
        int n = 0;
        for (int i = 0; i < starts.length; i++) {
            for (int k = 0; k < counts[i]; k++) {
                blocks[n++] = starts[i] + k;
            }
        }
        long[] sorted = Arrays.stream(blocks).sorted().distinct().toArray();
        int[] ranks = new int[n];
        Arrays.setAll(ranks, i -> Arrays.binarySearch(sorted, blocks[i]));
        return new ArcTrace(starts, counts, blocks, ranks, sorted.length, sorted[sorted.length - 1] + 1);
    }

    /** Different groups of {@code 2^shift} aligned blocks. */
    long groups(int shift) {
        return Arrays.stream(blocks).map(b -> b >>> shift).sorted().distinct().count();
    }
}
