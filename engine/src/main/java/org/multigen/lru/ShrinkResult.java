package org.multigen.lru;

/** What became of the pages of one shrink call. Reused by its owner; {@link #clear} before each call. */
public final class ShrinkResult {
    public long reclaimed;
    public long dirty;
    public long unqueuedDirty;
    public long congested;
    public long writeback;
    public long immediate;
    public long activatedAnon;
    public long activatedFile;
    public long referencedKept;
    public long unmapFailed;
    public long lazyfreeFailed;
    public long pageout;

    public void clear() {
        reclaimed = 0;
        dirty = 0;
        unqueuedDirty = 0;
        congested = 0;
        writeback = 0;
        immediate = 0;
        activatedAnon = 0;
        activatedFile = 0;
        referencedKept = 0;
        unmapFailed = 0;
        lazyfreeFailed = 0;
        pageout = 0;
    }
}
