package org.multigen.lab.trace;

/** Hands every event on; the base of sinks that change or drop a few. */
public class PassingSink implements TraceSink {
    /** Where events go. */
    protected final TraceSink to;

    /** Hands on to this one. */
    public PassingSink(TraceSink to) {
        this.to = to;
    }

    @Override
    public void touch(int process, long page, int count, boolean write) {
        to.touch(process, page, count, write);
    }

    @Override
    public void time(int process, long instructions) {
        to.time(process, instructions);
    }

    @Override
    public void wall(long ns) {
        to.wall(ns);
    }

    @Override
    public void sleep(int process, long ns, boolean woken) {
        to.sleep(process, ns, woken);
    }

    @Override
    public void process(int process, long osPid, String name) {
        to.process(process, osPid, name);
    }

    @Override
    public void fork(int parent, int child, long osPid) {
        to.fork(parent, child, osPid);
    }

    @Override
    public void exec(int process, String program) {
        to.exec(process, program);
    }

    @Override
    public void exit(int process, int status) {
        to.exit(process, status);
    }

    @Override
    public void file(int file, FileKind kind, long bytes, String path) {
        to.file(file, kind, bytes, path);
    }

    @Override
    public void map(
            int process, long page, long pages, MappingKind kind, int prot, int flags, int file, long filePage) {
        to.map(process, page, pages, kind, prot, flags, file, filePage);
    }

    @Override
    public void unmap(int process, long page, long pages) {
        to.unmap(process, page, pages);
    }

    @Override
    public void protect(int process, long page, long pages, int prot) {
        to.protect(process, page, pages, prot);
    }

    @Override
    public void advise(int process, long page, long pages, int advice) {
        to.advise(process, page, pages, advice);
    }

    @Override
    public void remap(int process, long oldPage, long oldPages, long newPage, long newPages) {
        to.remap(process, oldPage, oldPages, newPage, newPages);
    }

    @Override
    public void lock(int process, long page, long pages) {
        to.lock(process, page, pages);
    }

    @Override
    public void unlock(int process, long page, long pages) {
        to.unlock(process, page, pages);
    }

    @Override
    public void open(int process, int handle, int file) {
        to.open(process, handle, file);
    }

    @Override
    public void close(int handle) {
        to.close(handle);
    }

    @Override
    public void read(int process, int handle, int file, long page, long count) {
        to.read(process, handle, file, page, count);
    }

    @Override
    public void write(int process, int handle, int file, long page, long count) {
        to.write(process, handle, file, page, count);
    }

    @Override
    public void fileAdvise(int process, int handle, int file, long page, long count, int advice) {
        to.fileAdvise(process, handle, file, page, count, advice);
    }

    @Override
    public void truncate(int file, long pages) {
        to.truncate(file, pages);
    }

    @Override
    public void sync(int process, int file) {
        to.sync(process, file);
    }

    @Override
    public void unfollowed(int process, String program, String reason) {
        to.unfollowed(process, program, reason);
    }
}
