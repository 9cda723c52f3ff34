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
import java.util.stream.LongStream;

/**
 * A trace in the format of the ARC paper: {@code start count 0 request} a line, expanded to one reference per block.
 *
 * @param blocks block numbers in the order of the references
 * @param ranks for each reference the rank of its block among all blocks of the trace
 * @param unique different blocks
 */
record ArcTrace(long[] blocks, int[] ranks, int unique) {

    /** Reads a {@code .lis} file, or a {@code .lis.zst}. */
    static ArcTrace read(Path file) throws IOException {
        LongStream.Builder expanded = LongStream.builder();
        try (InputStream raw = Files.newInputStream(file);
                InputStream in = file.toString().endsWith(".zst") ? new ZstdInputStream(raw) : raw;
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int first = line.indexOf(' ');
                long start = Long.parseLong(line.substring(0, first));
                int count = Integer.parseInt(line.substring(first + 1, line.indexOf(' ', first + 1)));
                for (int i = 0; i < count; i++) {
                    expanded.add(start + i);
                }
            }
        }
        long[] blocks = expanded.build().toArray();
        long[] sorted = Arrays.stream(blocks).sorted().distinct().toArray();
        int[] ranks = new int[blocks.length];
        Arrays.setAll(ranks, i -> Arrays.binarySearch(sorted, blocks[i]));
        return new ArcTrace(blocks, ranks, sorted.length);
    }
}
