package org.multigen.lab.trace.format;

/** One record of a foreign trace; its reader fills the same one again and again. */
public final class Access {
    /** {@link #timeNs}: the record has no time. */
    public static final long NO_TIME = -1;

    /** Number of the first block or page, in units of the reader; or an opaque number where the format has only those. */
    public long unit;

    /** Length in bytes, at least 1. */
    public long bytes;

    /** Whether it writes. */
    public boolean write;

    /** Time in ns on the trace's own clock, or {@link #NO_TIME}. */
    public long timeNs = NO_TIME;

    /** Instructions executed since the record before, 0 if the format has none. */
    public long instructions;

    /** Process, from 0 on in order of appearance; 0 for block traces. */
    public int process;

    /** For the reader's own use. */
    Access() {}
}
