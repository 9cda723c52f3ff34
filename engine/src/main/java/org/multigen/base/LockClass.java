package org.multigen.base;

/**
 * Kinds of locks in the total order in which a thread may take them: only towards later ones. {@code docs/synchronization.md}
 * says what each guards.
 */
public enum LockClass {
    /** Changes to control groups, switches and commands: system calls of the machine's owner. */
    CONTROL(true, false),
    /** Writers of one file, and who changes its size. Kernel: i_rwsem. */
    INODE(false, false),
    /** Mappings of an address space. Kernel: mmap_lock. */
    MMAP(false, false),
    /** Who brings pages of one file in or maps them shares it; who cuts the file off has it alone. Kernel: invalidate_lock. */
    INVALIDATE(false, false),
    /** The lock bit of a folio. Kernel: folio_lock. */
    FOLIO(false, false),
    /** Families of an address space's mappings, while a fault makes the first. */
    MM_FAMILIES(false, false),
    /** Index of the mappings of a file or an anonymous family. Kernel: i_mmap_rwsem, anon_vma. */
    RMAP(false, true),
    /** Entries of a page table above the leaves. Kernel: pmd_lock. */
    UPPER_TABLE(false, false),
    /** Leaf entries of a page table. Kernel: pte_lockptr. */
    LEAF_TABLE(false, false),
    /** The same, of a child while the parent's is held. */
    CHILD_TABLE(false, false),
    /** Address spaces of a group and the iterations over them. Kernel: lru_gen_mm_list.lock. */
    MM_LIST(false, false),
    /** Where the readahead of one open file stands. The kernel has none for it. */
    READAHEAD(false, false),
    /** Pages of one file. Kernel: i_pages. */
    FILE(false, false),
    /** A cluster of swap slots. Kernel: swap_cluster_info.lock. */
    SWAP_CLUSTER(false, false),
    /** Folios on their way to lists, of one CPU. Kernel: cpu_fbatches.lock. */
    CPU_BATCH(false, false),
    /** Lists of a lruvec. Kernel: lruvec.lru_lock. */
    LRUVEC(false, false),
    /** Charges of one CPU in advance. Kernel: memcg_stock.stock_lock. */
    CPU_STOCK(false, false),
    /** Order in which a node's groups are reclaimed. Kernel: pglist_data.memcg_lru.lock. */
    NODE_GROUPS(false, false),
    /** Free frames of a zone. Kernel: zone.lock. */
    ZONE(false, false),
    /** The MMU of one guest: nothing is taken under it. Kernel: kvm.mmu_lock. */
    GUEST_MMU(false, false);

    private final boolean engineWide;
    private final boolean nests;

    LockClass(boolean engineWide, boolean nests) {
        this.engineWide = engineWide;
        this.nests = nests;
    }

    /** Everybody would wait for it: never held during a touch. */
    public boolean engineWide() {
        return engineWide;
    }

    /** A thread may hold several of them. */
    public boolean nests() {
        return nests;
    }
}
