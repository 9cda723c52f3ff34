package org.multigen.lab.trace;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.multigen.lab.trace.TraceHeader.Provenance;

/** Prints how many touches a second of CPU time are decoded, of a given trace or of a made one. Not a test: run its main. */
final class DecodeRate {
    private static final class Sum implements TraceSink {
        long touches;
        long sum;

        @Override
        public void touch(int process, long page, int count, boolean write) {
            touches += count;
            sum += page ^ process;
        }
    }

    public static void main(String[] args) throws IOException {
        Path file = args.length > 0 ? Path.of(args[0]) : made();
        for (int round = 0; round < 8; round++) {
            Sum sink = new Sum();
            long start = cpuNs();
            try (TraceSource source = MgtReader.open(file, false)) {
                source.readAll(sink);
            }
            double s = (cpuNs() - start) / 1e9;
            System.out.printf(
                    "%,d touches in %.3f s of CPU time: %.1f M/s (%x), %d bytes%n",
                    sink.touches, s, sink.touches / s / 1e6, sink.sum, Files.size(file));
        }
    }

    private static long cpuNs() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static Path made() throws IOException {
        Path file = Files.createTempFile("decode", ".mgt");
        file.toFile().deleteOnExit();
        TraceHeader header = new TraceHeader(4096, new Provenance(List.of(), "", "", "", 0, ""));
        Random random = new Random(1);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
                MgtWriter writer = new MgtWriter(out, header, 3)) {
            writer.process(0, 1, "made");
            for (int i = 0; i < 20_000_000; i++) {
                writer.touch(0, 0x7f0000000L + random.nextInt(1 << 17), 1, (i & 3) == 0);
                if (i % 40 == 0) {
                    writer.time(0, 10_000 + i % 7);
                }
            }
        }
        return file;
    }

    private DecodeRate() {}
}
