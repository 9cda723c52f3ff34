package org.multigen.walk;

/** How lower-tier memory is scanned for accesses. */
public enum ScanVariant {
    /** The generalized walk as first proposed, with its defects. */
    RFC_V1,
    /** The second proposal, with those that are left. */
    RFC_V2,
    /** The same idea with a cursor and filters of its own, resumable anywhere. */
    MULTIGEN,
    /** Every table in every pass. */
    FLAT
}
