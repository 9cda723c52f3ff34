package org.multigen.lab.trace;

/**
 * Lets the accesses of a window and the times within it pass, and everything else whenever it happens. Accesses are counted from
 * 0: every touch of a page, every read or write of a file.
 */
public final class AccessWindow extends PassingSink {
    private final long from;
    private final long end;
    private long at;

    /**
     * A window.
     *
     * @param from the first access that passes
     * @param end the first behind it that does not
     */
    public AccessWindow(TraceSink to, long from, long end) {
        super(to);
        this.from = from;
        this.end = end;
    }

    /** Accesses so far, those outside the window too. */
    public long accesses() {
        return at;
    }

    private boolean inside() {
        return at >= from && at < end;
    }

    @Override
    public void touch(int process, long page, int count, boolean write) {
        long first = Math.max(from - at, 0);
        long stop = Math.min(end - at, count);
        if (first < stop) {
            to.touch(process, page + first, (int) (stop - first), write);
        }
        at += count;
    }

    @Override
    public void read(int process, int handle, int file, long page, long count) {
        if (inside()) {
            to.read(process, handle, file, page, count);
        }
        at++;
    }

    @Override
    public void write(int process, int handle, int file, long page, long count) {
        if (inside()) {
            to.write(process, handle, file, page, count);
        }
        at++;
    }

    @Override
    public void time(int process, long instructions) {
        if (inside()) {
            to.time(process, instructions);
        }
    }

    @Override
    public void wall(long ns) {
        if (inside()) {
            to.wall(ns);
        }
    }
}
