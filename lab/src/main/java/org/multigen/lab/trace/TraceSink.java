package org.multigen.lab.trace;

/**
 * Receives the events of a trace in their order.
 *
 * <p>Processes, files and handles (open files) are small numbers from 0, given out in the order in which they appear and
 * never used twice. Pages are virtual addresses divided by the page size; a range is a first page and a count. {@code prot},
 * {@code advice} and the like carry the numbers of Linux's system call interface. Every method does nothing by default, so
 * that a sink names only what it needs.
 */
public interface TraceSink {
    /** In {@link #map}: the file of a mapping that has none. */
    int NO_FILE = -1;

    /** {@code prot}: readable, {@code PROT_READ}. */
    int READABLE = 1;

    /** {@code prot}: writable, {@code PROT_WRITE}. */
    int WRITABLE = 2;

    /** {@code prot}: executable, {@code PROT_EXEC}. */
    int EXECUTABLE = 4;

    /** In {@link #map}: the mapping grows downwards, {@code MAP_GROWSDOWN} or the initial stack. */
    int GROWS_DOWN = 1;

    /** In {@link #map}: pages are to be faulted in at once, {@code MAP_POPULATE}. */
    int POPULATE = 2;

    /** In {@link #map}: pages are to be locked, {@code MAP_LOCKED}. */
    int LOCKED = 4;

    /** In {@link #map}: huge pages from the reserved pool, {@code MAP_HUGETLB}; not subject to reclaim. */
    int HUGETLB = 8;

    /** In {@link #exit}: how the process ended is not known. */
    int STATUS_UNKNOWN = -1;

    /**
     * A process touches consecutive pages in ascending order, one touch each.
     *
     * @param count number of pages, at least 1
     */
    default void touch(int process, long page, int count, boolean write) {}

    /** A process has executed this many instructions since its previous time event; at least 1. */
    default void time(int process, long instructions) {}

    /** The wall clock of the recording, in ns since its start. Under an emulator it says little about the program. */
    default void wall(long ns) {}

    /**
     * A process has waited; what it did before lies before this event, what it does next behind it.
     *
     * @param ns for so long nothing of the recording ran, or, if its own time ran out, it slept
     * @param woken somebody woke it; otherwise a time that it had asked for was over
     */
    default void sleep(int process, long ns, boolean woken) {}

    /** A process appears that no recorded process forked. */
    default void process(int process, long osPid, String name) {}

    /** A process appears with a copy of its parent's address space. */
    default void fork(int parent, int child, long osPid) {}

    /** A process drops its address space and starts another program. */
    default void exec(int process, String program) {}

    /**
     * A process ends.
     *
     * @param status its exit code, 128 + the number of the signal that ended it, or {@link #STATUS_UNKNOWN}
     */
    default void exit(int process, int status) {}

    /**
     * A file appears.
     *
     * @param bytes its size at this moment
     */
    default void file(int file, FileKind kind, long bytes, String path) {}

    /**
     * A process maps a range; whatever was mapped there is gone.
     *
     * @param prot {@link #READABLE} and so on
     * @param flags {@link #GROWS_DOWN} and so on
     * @param file a file of the trace, or {@link #NO_FILE}
     * @param filePage the page of the file that the first page maps; 0 without a file
     */
    default void map(
            int process, long page, long pages, MappingKind kind, int prot, int flags, int file, long filePage) {}

    /** A process unmaps a range, which may hold holes and parts of mappings. */
    default void unmap(int process, long page, long pages) {}

    /** A process changes the protection of a range. */
    default void protect(int process, long page, long pages, int prot) {}

    /** A process gives advice on a range; {@code advice} as for {@code madvise(2)}. */
    default void advise(int process, long page, long pages, int advice) {}

    /** A process moves or resizes a mapping, with its contents. */
    default void remap(int process, long oldPage, long oldPages, long newPage, long newPages) {}

    /** A process locks a range into memory; 0 pages mean the whole address space. */
    default void lock(int process, long page, long pages) {}

    /** A process unlocks a range; 0 pages mean the whole address space. */
    default void unlock(int process, long page, long pages) {}

    /** A process opens a file; the handle carries the readahead state and is shared by its duplicates. */
    default void open(int process, int handle, int file) {}

    /** The last duplicate of a handle is closed. */
    default void close(int handle) {}

    /** A process reads pages of a file by a system call. */
    default void read(int process, int handle, int file, long page, long count) {}

    /** A process writes pages of a file by a system call. */
    default void write(int process, int handle, int file, long page, long count) {}

    /** A process gives advice on a file; {@code advice} as for {@code posix_fadvise(2)}, 0 pages mean to the end. */
    default void fileAdvise(int process, int handle, int file, long page, long count, int advice) {}

    /** A file is cut (or extended) to this many pages. */
    default void truncate(int file, long pages) {}

    /** A process waits until the dirty pages of a file are written. */
    default void sync(int process, int file) {}

    /** A process started a program whose touches the recorder could not see. */
    default void unfollowed(int process, String program, String reason) {}
}
