package org.multigen.addrspace;

/**
 * The mappings that may hold an anonymous page: the one it was first faulted in, and its copies by fork and split. Kernel:
 * struct anon_vma.
 */
public final class AnonFamily extends Mappable {
    /** Page offset that index 0 of its folios stands for. */
    final long base;
    /** Folios that carry its number; it is not given to another family while there are any. */
    int folios;

    boolean orphan;

    /** Folios that carry its number. */
    public int folios() {
        return folios;
    }

    AnonFamily(int id, long base) {
        super(id);
        this.base = base;
    }
}
