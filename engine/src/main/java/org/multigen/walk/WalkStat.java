package org.multigen.walk;

/** What walks count, with the letters that lru_gen_full prints. */
public enum WalkStat {
    /** Leaf entries looked at. */
    LEAF_TOTAL,
    /** Leaf entries that were old (first kernels only). */
    LEAF_OLD,
    /** Leaf entries found young. */
    LEAF_YOUNG,
    /** Entries above the leaves looked at (first kernels only). */
    NONLEAF_TOTAL,
    /** Entries above the leaves that the filter let pass. */
    NONLEAF_FOUND,
    /** Entries above the leaves put into the next filter. */
    NONLEAF_ADDED
}
