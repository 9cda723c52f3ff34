package org.multigen.lab.trace.command;

import java.util.function.Consumer;
import org.multigen.lab.trace.FileKind;
import org.multigen.lab.trace.MappingKind;
import org.multigen.lab.trace.TraceSink;

/** Events as lines: the event's name, then {@code name=value} for each of its figures; pages in hexadecimal. */
final class EventText implements TraceSink {
    private final Consumer<String> lines;

    EventText(Consumer<String> lines) {
        this.lines = lines;
    }

    private void line(String event, Object... pairs) {
        StringBuilder text = new StringBuilder(event);
        for (int i = 0; i < pairs.length; i += 2) {
            Object value = pairs[i + 1];
            boolean page = value instanceof Long
                    && pairs[i].toString().toLowerCase(java.util.Locale.ROOT).endsWith("page");
            text.append(' ').append(pairs[i]).append('=').append(page ? "0x" + Long.toHexString((Long) value) : value);
        }
        lines.accept(text.toString());
    }

    @Override
    public void touch(int process, long page, int count, boolean write) {
        line("touch", "process", process, "page", page, "count", count, "write", write);
    }

    @Override
    public void time(int process, long instructions) {
        line("time", "process", process, "instructions", instructions);
    }

    @Override
    public void wall(long ns) {
        line("wall", "ns", ns);
    }

    @Override
    public void sleep(int process, long ns, boolean woken) {
        line("sleep", "process", process, "ns", ns, "woken", woken);
    }

    @Override
    public void process(int process, long osPid, String name) {
        line("process", "process", process, "osPid", osPid, "name", name);
    }

    @Override
    public void fork(int parent, int child, long osPid) {
        line("fork", "parent", parent, "child", child, "osPid", osPid);
    }

    @Override
    public void exec(int process, String program) {
        line("exec", "process", process, "program", program);
    }

    @Override
    public void exit(int process, int status) {
        line("exit", "process", process, "status", status);
    }

    @Override
    public void file(int file, FileKind kind, long bytes, String path) {
        line("file", "file", file, "kind", kind, "bytes", bytes, "path", path);
    }

    @Override
    public void map(
            int process, long page, long pages, MappingKind kind, int prot, int flags, int file, long filePage) {
        line(
                "map",
                "process",
                process,
                "page",
                page,
                "pages",
                pages,
                "kind",
                kind,
                "prot",
                prot,
                "flags",
                flags,
                "file",
                file,
                "filePage",
                filePage);
    }

    @Override
    public void unmap(int process, long page, long pages) {
        line("unmap", "process", process, "page", page, "pages", pages);
    }

    @Override
    public void protect(int process, long page, long pages, int prot) {
        line("protect", "process", process, "page", page, "pages", pages, "prot", prot);
    }

    @Override
    public void advise(int process, long page, long pages, int advice) {
        line("advise", "process", process, "page", page, "pages", pages, "advice", advice);
    }

    @Override
    public void remap(int process, long oldPage, long oldPages, long newPage, long newPages) {
        line(
                "remap",
                "process",
                process,
                "oldPage",
                oldPage,
                "oldPages",
                oldPages,
                "newPage",
                newPage,
                "newPages",
                newPages);
    }

    @Override
    public void lock(int process, long page, long pages) {
        line("lock", "process", process, "page", page, "pages", pages);
    }

    @Override
    public void unlock(int process, long page, long pages) {
        line("unlock", "process", process, "page", page, "pages", pages);
    }

    @Override
    public void open(int process, int handle, int file) {
        line("open", "process", process, "handle", handle, "file", file);
    }

    @Override
    public void close(int handle) {
        line("close", "handle", handle);
    }

    @Override
    public void read(int process, int handle, int file, long page, long count) {
        line("read", "process", process, "handle", handle, "file", file, "page", page, "count", count);
    }

    @Override
    public void write(int process, int handle, int file, long page, long count) {
        line("write", "process", process, "handle", handle, "file", file, "page", page, "count", count);
    }

    @Override
    public void fileAdvise(int process, int handle, int file, long page, long count, int advice) {
        line(
                "fileAdvise",
                "process",
                process,
                "handle",
                handle,
                "file",
                file,
                "page",
                page,
                "count",
                count,
                "advice",
                advice);
    }

    @Override
    public void truncate(int file, long pages) {
        line("truncate", "file", file, "pages", pages);
    }

    @Override
    public void sync(int process, int file) {
        line("sync", "process", process, "file", file);
    }

    @Override
    public void unfollowed(int process, String program, String reason) {
        line("unfollowed", "process", process, "program", program, "reason", reason);
    }
}
