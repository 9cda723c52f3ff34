package org.multigen.lab.trace.format;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** Published csv traces whose files have no header, told by what stands in their first line. */
enum CsvLayout {
    /** timestamp in 100 ns since 1601, host, disk, type, offset, size, response time. */
    MSR(
            "MSR Cambridge",
            "[0-9]{17,18},[^,]+,[0-9]+,(?i:read|write),[0-9]+,[0-9]+,[0-9]+",
            "time=1,op=4,offset=5,size=6",
            100),
    /** device, opcode, offset, length, timestamp in us. */
    ALIBABA("Alibaba block", "[0-9]+,[RW],[0-9]+,[0-9]+,[0-9]{13,16}", "op=2,offset=3,size=4,time=5", 1_000),
    /** timestamp in s, key, key size, value size, client, operation, time to live in s. */
    TWITTER("Twitter cache", "[0-9]+,[^,]+,[0-9]+,[0-9]+,[0-9]+,[a-z]+,[0-9]+", "time=1,id=2,op=6", 1_000_000_000);

    private final String traces;
    private final Pattern line;
    private final String columns;
    private final long timeUnitNs;

    CsvLayout(String traces, String line, String columns, long timeUnitNs) {
        this.traces = traces;
        this.line = Pattern.compile(line);
        this.columns = columns;
        this.timeUnitNs = timeUnitNs;
    }

    static Optional<CsvLayout> of(String line) {
        return Arrays.stream(values())
                .filter(l -> l.line.matcher(line).matches())
                .findFirst();
    }

    String columns() {
        return columns;
    }

    long timeUnitNs() {
        return timeUnitNs;
    }

    /** What a reader of any result has to know. */
    String note(long unitNs) {
        return "no header: columns as in the " + traces + " traces, " + columns + ", time in "
                + (unitNs == 1_000_000_000 ? "s" : unitNs == 1_000 ? "us" : unitNs + " ns")
                + (this == ALIBABA ? "; all devices count as one disk: cut one of them out first" : "");
    }
}
