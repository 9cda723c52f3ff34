package org.multigen.addrspace;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A mapping: a range of pages with one kind of content and one set of permissions. Changed only under the mmap lock of its
 * address space. Kernel: struct vm_area_struct.
 */
public final class Vma {
    public static final int READ = 1;
    public static final int WRITE = 1 << 1;
    public static final int EXEC = 1 << 2;
    public static final int SHARED = 1 << 3;
    public static final int LOCKED = 1 << 4;
    public static final int SEQ_READ = 1 << 5;
    public static final int RAND_READ = 1 << 6;
    public static final int SPECIAL = 1 << 7;
    public static final int HUGETLB = 1 << 8;
    public static final int HUGEPAGE = 1 << 9;
    public static final int NOHUGEPAGE = 1 << 10;
    public static final int GATE = 1 << 11;
    /** The file was opened with the advice not to reuse. */
    public static final int NOREUSE = 1 << 12;

    private static final int ACCESS = READ | WRITE | EXEC;

    public final AddressSpace mm;
    /** First page number. */
    public long start;
    /** Page number behind the last. */
    public long end;

    public int flags;
    /** Offset of the first page: in the file, or for anonymous memory the page number where it was first mapped. */
    public long pgoff;
    /** The file, or null for anonymous memory. */
    public final @Nullable MappedFile file;
    /** What swap readahead remembers of this mapping; 0 before the first. Kernel: swap_readahead_info. */
    public long swapReadahead;

    /** Family of the anonymous pages that are faulted in here; null before the first. */
    volatile @Nullable AnonFamily family;
    /** All families whose pages may be here. */
    final List<AnonFamily> families = new ArrayList<>(1);

    Vma(AddressSpace mm, long start, long end, int flags, long pgoff, @Nullable MappedFile file) {
        this.mm = mm;
        this.start = start;
        this.end = end;
        this.flags = flags;
        this.pgoff = pgoff;
        this.file = file;
    }

    public long pages() {
        return end - start;
    }

    public boolean has(int mask) {
        return (flags & mask) != 0;
    }

    public boolean accessible() {
        return (flags & ACCESS) != 0;
    }

    public boolean anonymous() {
        return file == null;
    }

    /** Private and writable: its pages are copied on write. Kernel: is_cow_mapping. */
    public boolean cow() {
        return !has(SHARED);
    }

    /** Offset, in the file or family, of a page. */
    public long offsetOf(long vpn) {
        return pgoff + (vpn - start);
    }

    /** Page number of an offset; may lie outside the mapping. */
    public long vpnOf(long offset) {
        return start + (offset - pgoff);
    }

    public boolean contains(long vpn) {
        return vpn >= start && vpn < end;
    }

    /**
     * Accesses through it say something about the future.
     *
     * @param noReuseCounts whether this kernel also looks at files opened without reuse
     */
    public boolean hasRecency(boolean noReuseCounts) {
        return !has(SEQ_READ | RAND_READ) && !(noReuseCounts && has(NOREUSE));
    }

    /** Families whose anonymous pages may be here. */
    public int families() {
        return families.size();
    }

    void setProt(Prot prot) {
        flags = (flags & ~ACCESS) | flagsOf(prot);
    }

    static int flagsOf(Prot prot) {
        return (prot.read() ? READ : 0) | (prot.write() ? WRITE : 0) | (prot.exec() ? EXEC : 0);
    }

    @Override
    public String toString() {
        return "%x-%x flags=%x".formatted(start << 12, end << 12, flags);
    }
}
