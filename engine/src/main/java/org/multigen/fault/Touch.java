package org.multigen.fault;

/** What a touch came to. */
public final class Touch {
    /** The page was there. */
    public static final int RESIDENT = 0;
    /** A fault without a read from a device. */
    public static final int MINOR = 1;
    /** A fault that read from a device. */
    public static final int MAJOR = 2;
    /** The process was killed for want of memory. */
    public static final int KILLED = 3;
    /** No mapping allows the access. */
    public static final int SEGV = 4;
    /** The mapping shows no such page: it lies behind the end of the file. */
    public static final int SIGBUS = 5;

    private Touch() {}
}
