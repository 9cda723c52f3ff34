package org.multigen.addrspace;

import java.util.ArrayList;
import java.util.List;
import org.multigen.base.LockClass;
import org.multigen.base.Locks;
import org.multigen.base.SharedGuard;

/**
 * Mappings ordered by the offset of their first page, so that those covering an offset are found without looking at all.
 *
 * <p>Guarded by a lock of its own, which readers of the reverse map share for the time of a walk. Kernel: the interval trees of i_mmap and
 * anon_vma.
 */
public final class VmaIndex {
    private final List<Entry> entries = new ArrayList<>();
    private long longest;
    private SharedGuard guard = Locks.VIRTUAL.sharedGuard(LockClass.RMAP);

    private record Entry(Vma vma, long first, long pages) {}

    /** Set before anybody looks. */
    void use(Locks locks) {
        guard = locks.sharedGuard(LockClass.RMAP);
    }

    /** Keeps the mappings from changing. */
    public void read() {
        guard.read();
    }

    public void readDone() {
        guard.readDone();
    }

    /** Keeps others from looking while several steps are taken. */
    void write() {
        guard.write();
    }

    void writeDone() {
        guard.writeDone();
    }

    void add(Vma vma) {
        guard.write();
        insert(vma);
        guard.writeDone();
    }

    private void insert(Vma vma) {
        long first = vma.pgoff;
        int i = firstAfter(first);
        entries.add(i, new Entry(vma, first, vma.pages()));
        longest = Math.max(longest, vma.pages());
    }

    void remove(Vma vma) {
        guard.write();
        take(vma);
        guard.writeDone();
    }

    private void take(Vma vma) {
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
