package org.multigen.lab.trace;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a process has mapped where, as far as its trace tells. Ranges never overlap; changing a part of a mapping splits it.
 *
 * <p>Kernel: mm/vma.c, without merging.
 */
public final class Mappings {
    private final TreeMap<Long, Mapping> byPage = new TreeMap<>();
    private @Nullable Mapping last;

    /** An empty address space. */
    public Mappings() {}

    /** A copy, as fork makes it. */
    public Mappings(Mappings other) {
        byPage.putAll(other.byPage);
    }

    /**
     * A mapping.
     *
     * @param page its first page
     * @param object the file, {@link TraceSink#NO_FILE}, or below that the number of a piece of shared memory
     * @param objectPage the page of the object at its first page
     */
    public record Mapping(long page, long pages, MappingKind kind, int prot, int object, long objectPage) {
        /** The first page after it. */
        public long end() {
            return page + pages;
        }

        Mapping part(long from, long to) {
            return new Mapping(from, to - from, kind, prot, object, objectPage + (from - page));
        }

        Mapping withProt(int newProt) {
            return new Mapping(page, pages, kind, newProt, object, objectPage);
        }

        Mapping moved(long to, long newPages) {
            return new Mapping(to, newPages, kind, prot, object, objectPage);
        }
    }

    /** Every mapping, in address order. */
    public Collection<Mapping> all() {
        return byPage.values();
    }

    /** The mapping that holds a page, or null. */
    public @Nullable Mapping find(long page) {
        Mapping m = last;
        if (m != null && page >= m.page() && page < m.end()) {
            return m;
        }
        Map.Entry<Long, Mapping> e = byPage.floorEntry(page);
        if (e == null || page >= e.getValue().end()) {
            return null;
        }
        last = e.getValue();
        return last;
    }

    /** Whether nothing is mapped in a range. */
    public boolean isFree(long page, long pages) {
        return find(page) == null && byPage.subMap(page, page + pages).isEmpty();
    }

    /** Adds a mapping in place of whatever was there. */
    public void map(Mapping m) {
        unmap(m.page(), m.pages());
        byPage.put(m.page(), m);
    }

    /** Removes a range. */
    public void unmap(long page, long pages) {
        cut(page, page + pages);
    }

    /** Changes the protection of a range. */
    public void protect(long page, long pages, int prot) {
        for (Mapping m : cut(page, page + pages)) {
            byPage.put(m.page(), m.withProt(prot));
        }
    }

    /** Moves or resizes the mapping at {@code oldPage}. */
    public void remap(long oldPage, long oldPages, long newPage, long newPages) {
        List<Mapping> old = cut(oldPage, oldPage + oldPages);
        if (!old.isEmpty()) {
            map(old.getFirst().moved(newPage, newPages));
        }
    }

    /** Removes everything. */
    public void clear() {
        byPage.clear();
        last = null;
    }

    /** Takes the parts of mappings within a range out and returns them in address order. */
    private List<Mapping> cut(long from, long to) {
        last = null;
        List<Mapping> hit = new ArrayList<>();
        Map.Entry<Long, Mapping> e = byPage.floorEntry(from);
        long start = e != null && e.getValue().end() > from ? e.getKey() : from;
        for (Mapping m : new ArrayList<>(byPage.subMap(start, to).values())) {
            byPage.remove(m.page());
            if (m.page() < from) {
                byPage.put(m.page(), m.part(m.page(), from));
            }
            if (m.end() > to) {
                byPage.put(to, m.part(to, m.end()));
            }
            hit.add(m.part(Math.max(from, m.page()), Math.min(to, m.end())));
        }
        return hit;
    }
}
