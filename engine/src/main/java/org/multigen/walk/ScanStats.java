package org.multigen.walk;

/** What a scan has done since it was made. Owned by the scanner. */
public final class ScanStats {
    /** Passes over a group's pages that came to their end. */
    public long passes;
    /** Address spaces taken up. */
    public long spaces;
    /** Address spaces that could not be looked at, because somebody changed their mappings all the time. */
    public long contended;
    /** Entries above the leaves looked at. */
    public long entries;
    /** Leaf tables walked. */
    public long tables;
    /** Leaf tables passed over because nothing was learned about them. */
    public long unlearned;
    /** Leaf tables that the next pass will look at for what this one found. */
    public long learned;
    /** Leaf entries looked at. */
    public long leaves;
    /** Frames found young. */
    public long young;
    /** Stops because the buffer was full. */
    public long full;
    /** Frames found young that nobody took (the proposals only). */
    public long lost;
    /** Passes during which ageing made a generation: they went on. */
    public long aged;
    /** Passes given up (the proposals only). */
    public long abandoned;
}
