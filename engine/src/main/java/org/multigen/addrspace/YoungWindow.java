package org.multigen.addrspace;

/** Up to {@value #PAGES} consecutive pages that a secondary MMU is asked about in one call. Owned by whoever asks. */
public final class YoungWindow {
    public static final int PAGES = 64;

    /** Page number of bit 0. */
    public long first;
    /** Pages asked about. */
    public long wanted;
    /** Answer: those of them that were used. */
    public long young;

    /** Begins a question. */
    public void ask(long firstPage, long pages) {
        first = firstPage;
        wanted = pages;
        young = 0;
    }
}
