package org.multigen.addrspace;

import org.multigen.base.Locks;

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

    /** The locks of the machine that it belongs to; told before anybody uses it. */
    protected void use(Locks locks) {
        vmas.use(locks);
    }

    public int id() {
        return id;
    }

    /** The mappings of it, by offset. */
    public VmaIndex vmas() {
        return vmas;
    }
}
