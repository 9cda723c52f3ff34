package org.multigen.lab.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.trace.MappingKind;
import org.multigen.lab.trace.Mappings;
import org.multigen.lab.trace.TraceSink;

/**
 * Which page of memory each event of a recording means: a page of a file or of shared memory whoever maps it, else a page of the
 * process's own. After a fork a page is the parent's until one of the two writes to it; memory that is mapped anew is new.
 *
 * <p>A key is an object's number above the page: files are even objects, address spaces and shared memory odd ones.
 */
public final class PageIdentities implements TraceSink {
    private static final int OBJECT_SHIFT = 40;

    private final int shift;
    private final LongConsumer keys;
    private final LongConsumer written;
    private final List<@Nullable Space> spaces = new ArrayList<>();
    private long objects;

    /** An address space: its number, its mappings, and whose pages it sees where it has not written. */
    private static final class Space {
        final long object;
        final Mappings mappings;
        final @Nullable Space parent;
        final org.multigen.lab.trace.PageSet own = new org.multigen.lab.trace.PageSet();

        Space(long object, Mappings mappings, @Nullable Space parent) {
            this.object = object;
            this.mappings = mappings;
            this.parent = parent;
        }
    }

    /**
     * Creates the sink.
     *
     * @param shift how many bits fewer the pages to be told apart have than the trace's
     * @param keys receives a key for each reference
     */
    public PageIdentities(int shift, LongConsumer keys) {
        this(shift, keys, keys);
    }

    /**
     * Creates the sink.
     *
     * @param shift how many bits fewer the pages to be told apart have than the trace's
     * @param keys receives a key for each reference but writes by system calls
     * @param written receives those
     */
    PageIdentities(int shift, LongConsumer keys, LongConsumer written) {
        this.shift = shift;
        this.keys = keys;
        this.written = written;
    }

    private long newObject() {
        return objects++ * 2 + 1;
    }

    private Space at(int process) {
        while (spaces.size() <= process) {
            spaces.add(null);
        }
        Space s = spaces.get(process);
        if (s == null) {
            s = new Space(newObject(), new Mappings(), null);
            spaces.set(process, s);
        }
        return s;
    }

    private void put(int process, Space space) {
        at(process);
        spaces.set(process, space);
    }

    private void emit(long object, long page) {
        keys.accept(object << OBJECT_SHIFT | page >>> shift);
    }

    @Override
    public void touch(int process, long page, int count, boolean write) {
        Space s = at(process);
        for (long p = page; p < page + count; p++) {
            Mappings.Mapping m = s.mappings.find(p);
            MappingKind kind = m == null ? MappingKind.ANONYMOUS : m.kind();
            if (m != null && (kind == MappingKind.FILE_SHARED || kind == MappingKind.SHARED_MEMORY)) {
                emit(object(m), m.objectPage() + (p - m.page()));
            } else if (m != null && kind == MappingKind.FILE_PRIVATE && !write && s.own.get(p) == 0) {
                emit(object(m), m.objectPage() + (p - m.page()));
            } else {
                emit(owner(s, p, write).object, p);
            }
        }
    }

    private static long object(Mappings.Mapping m) {
        return m.object() >= 0 ? m.object() * 2L : -2 - m.object();
    }

    /** Whose page it is: the process's once it or nobody above has written to it, else the nearest parent's that has. */
    private static Space owner(Space s, long page, boolean write) {
        if (write || s.parent == null) {
            s.own.add(page, 1);
            return s;
        }
        for (Space o = s; o != null; o = o.parent) {
            if (o.own.get(page) != 0) {
                return o;
            }
        }
        s.own.add(page, 1);
        return s;
    }

    @Override
    public void fork(int parent, int child, long osPid) {
        Space p = at(parent);
        put(child, new Space(newObject(), new Mappings(p.mappings), p));
    }

    @Override
    public void exec(int process, String program) {
        put(process, new Space(newObject(), new Mappings(), null));
    }

    @Override
    public void map(
            int process, long page, long pages, MappingKind kind, int prot, int flags, int file, long filePage) {
        int object = kind == MappingKind.SHARED_MEMORY ? (int) (-2 - newObject()) : file;
        Space s = at(process);
        s.own.clear(page, pages, 1, (p, had) -> {});
        s.mappings.map(new Mappings.Mapping(page, pages, kind, prot, object, filePage));
    }

    @Override
    public void unmap(int process, long page, long pages) {
        Space s = at(process);
        s.own.clear(page, pages, 1, (p, had) -> {});
        s.mappings.unmap(page, pages);
    }

    @Override
    public void remap(int process, long oldPage, long oldPages, long newPage, long newPages) {
        at(process).mappings.remap(oldPage, oldPages, newPage, newPages);
    }

    @Override
    public void read(int process, int handle, int file, long page, long count) {
        for (long p = page; p < page + count; p++) {
            emit(file * 2L, p);
        }
    }

    @Override
    public void write(int process, int handle, int file, long page, long count) {
        for (long p = page; p < page + count; p++) {
            written.accept(file * 2L << OBJECT_SHIFT | p >>> shift);
        }
    }
}
