package org.multigen.lab.record;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.trace.TraceSink;

/** The file descriptors of a process that stand for regular files. Descriptors share handles as the kernel's share files. */
final class OpenFiles {
    /** Gives out the handles of a recording. */
    static final class Handles {
        private int next;
    }

    private static final class Handle {
        final int number;
        final int file;
        int references;

        Handle(int number, int file) {
            this.number = number;
            this.file = file;
        }
    }

    private final TraceSink sink;
    private final Handles handles;
    private final TreeMap<Integer, Handle> byDescriptor = new TreeMap<>();

    OpenFiles(TraceSink sink, Handles handles) {
        this.sink = sink;
        this.handles = handles;
    }

    /** The table of a forked child. */
    OpenFiles forked() {
        OpenFiles child = new OpenFiles(sink, handles);
        byDescriptor.forEach(child::put);
        return child;
    }

    void open(int process, int descriptor, int file) {
        close(descriptor);
        Handle h = new Handle(handles.next++, file);
        put(descriptor, h);
        sink.open(process, h.number, file);
    }

    void duplicate(int from, int to) {
        Handle h = byDescriptor.get(from);
        if (from == to) {
            return;
        }
        close(to);
        if (h != null) {
            put(to, h);
        }
    }

    void close(int descriptor) {
        release(byDescriptor.remove(descriptor));
    }

    void closeRange(int first, int last) {
        Map<Integer, Handle> range = new HashMap<>(byDescriptor.subMap(first, true, last, true));
        range.keySet().forEach(this::close);
    }

    void closeAll() {
        byDescriptor.values().forEach(this::release);
        byDescriptor.clear();
    }

    /** The handle behind a descriptor that is now used for a file; one that was inherited unseen is opened here. */
    int handle(int process, int descriptor, int file) {
        Handle h = byDescriptor.get(descriptor);
        if (h == null || h.file != file) {
            open(process, descriptor, file);
            h = byDescriptor.get(descriptor);
        }
        return h == null ? 0 : h.number;
    }

    private void put(int descriptor, Handle h) {
        h.references++;
        byDescriptor.put(descriptor, h);
    }

    private void release(@Nullable Handle h) {
        if (h != null && --h.references == 0) {
            sink.close(h.number);
        }
    }
}
