package org.multigen.addrspace;

/** A file as its mappings see it; the page cache behind it belongs to the storage room. */
public abstract class MappedFile extends Mappable {
    private final boolean shmem;

    protected MappedFile(int id, boolean shmem) {
        super(id);
        this.shmem = shmem;
    }

    /** Memory in the shape of a file (tmpfs): its pages count as anonymous and go to swap. */
    public boolean shmem() {
        return shmem;
    }

    /** None of its pages may be reclaimed. Kernel: mapping_unevictable. */
    public boolean unevictable() {
        return false;
    }

    /** Its pages can be read like those of an ordinary file (false: DAX and the like). */
    public boolean readable() {
        return true;
    }
}
