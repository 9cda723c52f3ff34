package org.multigen.lab.heatmap;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.trace.FileKind;
import org.multigen.lab.trace.MappingKind;
import org.multigen.lab.trace.Mappings;
import org.multigen.lab.trace.TraceSink;

/**
 * Tells for each access which region it belongs to: a file's pages that are read and written by system call, or what a process
 * maps under one name within an aligned GiB, so that a heap that grows piece by piece is one region.
 */
final class Regions implements TraceSink {
    private static final int AREA_SHIFT = 18; // 1 GiB in pages

    /** Receives accesses with their regions. */
    interface Visitor {
        void visit(Region region, long page, long count);
    }

    /** A region and the pages of it that were used. */
    static final class Region {
        final String process;
        final String name;
        final boolean file;
        long accesses;
        long first = Long.MAX_VALUE;
        long last = -1;

        Region(String process, String name, boolean file) {
            this.process = process;
            this.name = name;
            this.file = file;
        }

        void add(long page, long count) {
            accesses += count;
            first = Math.min(first, page);
            last = Math.max(last, page + count - 1);
        }

        long pages() {
            return last - first + 1;
        }
    }

    private record Key(int process, String name, long area) {}

    private final Visitor visitor;
    private final Map<Key, Region> regions = new LinkedHashMap<>();
    private final List<@Nullable Mappings> mappings = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private final Map<Integer, String> files = new LinkedHashMap<>();

    private int lastProcess = -1;
    private Mappings.@Nullable Mapping lastMapping;
    private long lastArea = -1;
    private @Nullable Region lastRegion;

    Regions(Visitor visitor) {
        this.visitor = visitor;
    }

    /** All regions, the most used first. */
    List<Region> byUse() {
        List<Region> all = new ArrayList<>(regions.values());
        all.sort(Comparator.comparingLong((Region r) -> r.accesses).reversed());
        return all;
    }

    @Override
    public void touch(int process, long page, int count, boolean write) {
        Mappings.Mapping m = mappings(process).find(page);
        Region r = lastRegion;
        if (r == null || process != lastProcess || m != lastMapping || page >>> AREA_SHIFT != lastArea) {
            r = region(process, m == null ? "[unmapped]" : name(m), page >>> AREA_SHIFT, false);
            lastProcess = process;
            lastMapping = m;
            lastArea = page >>> AREA_SHIFT;
            lastRegion = r;
        }
        r.add(page, count);
        visitor.visit(r, page, count);
    }

    @Override
    public void read(int process, int handle, int file, long page, long count) {
        Region r = region(-1, fileName(file), -1, true);
        r.add(page, count);
        visitor.visit(r, page, count);
    }

    @Override
    public void write(int process, int handle, int file, long page, long count) {
        read(process, handle, file, page, count);
    }

    private Region region(int process, String name, long area, boolean file) {
        return regions.computeIfAbsent(
                new Key(process, name, area),
                k -> new Region(process < 0 ? "system calls" : process + " " + names.get(process), name, file));
    }

    private String name(Mappings.Mapping m) {
        return switch (m.kind()) {
            case ANONYMOUS -> "[anonymous]";
            case SHARED_MEMORY -> "[shared memory]";
            case FILE_PRIVATE, FILE_SHARED -> fileName(m.object());
        };
    }

    private String fileName(int file) {
        return files.getOrDefault(file, "file " + file);
    }

    private Mappings mappings(int process) {
        while (mappings.size() <= process) {
            mappings.add(null);
            names.add("");
        }
        Mappings m = mappings.get(process);
        if (m == null) {
            m = new Mappings();
            mappings.set(process, m);
        }
        return m;
    }

    @Override
    public void process(int process, long osPid, String name) {
        mappings(process);
        names.set(process, name);
    }

    @Override
    public void fork(int parent, int child, long osPid) {
        Mappings copy = new Mappings(mappings(parent));
        mappings(child);
        mappings.set(child, copy);
        names.set(child, names.get(parent));
    }

    @Override
    public void exec(int process, String program) {
        mappings(process).clear();
        names.set(process, program.replaceFirst(".*/", ""));
    }

    @Override
    public void file(int file, FileKind kind, long bytes, String path) {
        files.put(file, path);
    }

    @Override
    public void map(
            int process, long page, long pages, MappingKind kind, int prot, int flags, int file, long filePage) {
        mappings(process).map(new Mappings.Mapping(page, pages, kind, prot, file, filePage));
    }

    @Override
    public void unmap(int process, long page, long pages) {
        mappings(process).unmap(page, pages);
    }

    @Override
    public void remap(int process, long oldPage, long oldPages, long newPage, long newPages) {
        mappings(process).remap(oldPage, oldPages, newPage, newPages);
    }
}
