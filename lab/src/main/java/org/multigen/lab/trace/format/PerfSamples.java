package org.multigen.lab.trace.format;

import java.io.InputStream;
import java.util.List;
import java.util.Locale;

/**
 * Memory samples as {@code perf script} prints them after {@code perf mem record}: the data address is the first field behind
 * the event. A sample is a store if its event or its data source says so. Addresses of the kernel are left out, and counted.
 */
final class PerfSamples extends LineReader {
    private final PerfLine head = new PerfLine(lines);
    private final ProcessNumbers processes = new ProcessNumbers();
    private long kernels;
    private long unknown;

    PerfSamples(InputStream in) {
        super(in);
        access().bytes = 1;
    }

    @Override
    boolean parse(Access a) throws Malformed {
        int p = lines.skipBlanks(lines.from);
        if (p == lines.to || lines.bytes[p] == '#') {
            return false;
        }
        if (!head.parse() || head.rest == lines.to) {
            throw expected("COMMAND PID TIME: EVENT: ADDRESS ...");
        }
        int end = lines.fieldEnd(head.rest);
        if (isKernel(head.rest, end)) {
            kernels++;
            return false;
        }
        long address = lines.hexadecimal(head.rest, end);
        if (address < 0 || address >= ADDRESS_END) {
            throw expected("a hexadecimal address below 2^47 behind the event");
        }
        if (address == 0) { // the processor did not say
            unknown++;
            return false;
        }
        a.unit = address / PAGE;
        a.write = head.mentions("store", true) || head.mentions("op store", false);
        a.timeNs = head.timeNs;
        a.process = processes.of(head.pid);
        return true;
    }

    /** Sixteen digits with the highest bit set. */
    private boolean isKernel(int p, int end) {
        return end - p == 16 && Character.digit(lines.bytes[p], 16) >= 8;
    }

    @Override
    public boolean isMemory() {
        return true;
    }

    @Override
    public int unitBytes() {
        return PAGE;
    }

    @Override
    public List<String> notes() {
        String sampled = "perf samples some accesses only: misses of pages between samples are not seen";
        return kernels + unknown == 0
                ? List.of(sampled)
                : List.of(
                        sampled,
                        String.format(
                                Locale.ROOT,
                                "%,d samples of kernel addresses and %,d without an address left out",
                                kernels,
                                unknown));
    }
}
