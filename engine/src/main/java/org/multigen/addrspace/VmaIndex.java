package org.multigen.addrspace;

import java.util.ArrayList;
import java.util.List;

/**
 * Mappings ordered by the offset of their first page, so that those covering an offset are found without looking at all.
 *
 * <p>Guarded by its monitor for changes; readers iterate under the rmap's rules. Kernel: the interval trees of i_mmap and
 * anon_vma.
 */
public final class VmaIndex {
    private final List<Entry> entries = new ArrayList<>();
    private long longest;

    private record Entry(Vma vma, long first, long pages) {}

    void add(Vma vma) {
        long first = vma.pgoff;
        int i = firstAfter(first);
        entries.add(i, new Entry(vma, first, vma.pages()));
        longest = Math.max(longest, vma.pages());
    }

    void remove(Vma vma) {
        entries.removeIf(e -> e.vma == vma);
        if (entries.isEmpty()) {
            longest = 0;
        }
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    public int size() {
        return entries.size();
    }

    /** Index of the first candidate for an offset; iterate with {@link #at} while {@link #mayCover} holds. */
    int firstCandidate(long offset) {
        return firstAfter(offset - longest);
    }

    boolean mayCover(int i, long offset) {
        return i < entries.size() && entries.get(i).first <= offset;
    }

    Vma at(int i) {
        return entries.get(i).vma;
    }

    /** All mappings, in order of their offsets. */
    public List<Vma> all() {
        return entries.stream().map(Entry::vma).toList();
    }

    private int firstAfter(long offset) {
        int lo = 0;
        int hi = entries.size();
        while (lo < hi) {
            int mid = (lo + hi) >>> 1;
            if (entries.get(mid).first <= offset) {
                lo = mid + 1;
            } else {
                hi = mid;
            }
        }
        return lo;
    }
}
