package org.multigen.addrspace;

/** What mappings of a folio are found through: a file, or a family of anonymous mappings. */
public abstract class Mappable {
    private final int id;
    private final VmaIndex vmas = new VmaIndex();

    /**
     * @param id as stored in the folio: positive for a file, negative for an anonymous family
     */
    protected Mappable(int id) {
        this.id = id;
    }

    public int id() {
        return id;
    }

    /** The mappings of it, by offset. */
    public VmaIndex vmas() {
        return vmas;
    }
}
