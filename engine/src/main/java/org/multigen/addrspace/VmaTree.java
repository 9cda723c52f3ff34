package org.multigen.addrspace;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The mappings of an address space, ordered by address, none overlapping. Kernel: the maple tree of struct mm_struct. */
public final class VmaTree {
    private final List<Vma> vmas = new ArrayList<>();
    private @Nullable Vma last;

    /** The mapping that contains a page, or null. */
    public @Nullable Vma find(long vpn) {
        Vma v = last;
        if (v != null && v.contains(vpn)) {
            return v;
        }
        int i = indexAtOrAfter(vpn);
        if (i < vmas.size() && vmas.get(i).contains(vpn)) {
            last = vmas.get(i);
            return last;
        }
        return null;
    }

    /** The first mapping that ends behind a page, or null. Kernel: find_vma. */
    public @Nullable Vma atOrAfter(long vpn) {
        int i = indexAtOrAfter(vpn);
        return i < vmas.size() ? vmas.get(i) : null;
    }

    /** Index of the first mapping that ends behind a page. */
    public int indexAtOrAfter(long vpn) {
        int lo = 0;
        int hi = vmas.size();
        while (lo < hi) {
            int mid = (lo + hi) >>> 1;
            if (vmas.get(mid).end <= vpn) {
                lo = mid + 1;
            } else {
                hi = mid;
            }
        }
        return lo;
    }

    public Vma get(int i) {
        return vmas.get(i);
    }

    public int size() {
        return vmas.size();
    }

    public List<Vma> all() {
        return Collections.unmodifiableList(vmas);
    }

    void insert(Vma vma) {
        int i = indexAtOrAfter(vma.start);
        if (i < vmas.size() && vmas.get(i).start < vma.end) {
            throw new IllegalArgumentException("mapping " + vma + " overlaps " + vmas.get(i));
        }
        vmas.add(i, vma);
    }

    void remove(Vma vma) {
        vmas.remove(vma);
        last = null;
    }

    /** Lowest gap of so many pages at or above {@code from}. */
    long gap(long from, long pages, long limit) {
        long at = from;
        for (int i = indexAtOrAfter(from); i < vmas.size(); i++) {
            if (vmas.get(i).start - at >= pages) {
                return at;
            }
            at = vmas.get(i).end;
        }
        return limit - at >= pages ? at : -1;
    }
}
