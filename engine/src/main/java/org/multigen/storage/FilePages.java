package org.multigen.storage;

import org.multigen.base.Actor;

/** What reclaim asks of the page cache. */
public interface FilePages {
    /** References that the page cache holds to a folio. */
    int cacheReferences(int folio);

    /** Somebody besides the cache needs the folio, so that it stays in use. Kernel: filemap_release_folio. */
    boolean busy(int folio);

    /**
     * Takes a file's folio out of the cache and leaves a shadow in its place.
     *
     * @param mostReferences the cache's and the caller's: with more the folio stays
     * @return false if it stays
     */
    boolean removeForReclaim(int folio, long shadow, int mostReferences);

    /** A file's folio has moved to another frame of the same size; the cache's reference moves with it. */
    void moved(int from, int to);

    /** The same under the file's lock, after what else belongs to the move; false if it has other references or mappings. */
    boolean moveUnlessReferred(int from, int to, int mostReferences, int mappings, Runnable move);

    /** Finds a slot for a shmem page and moves it from its file to the swap cache; false if there is none. */
    boolean shmemToSwap(Actor actor, int folio);

    /** A page of the swap cache is being written to an asynchronous device. */
    void swapWriteStarted(Actor actor, int folio);

    /** Ends the writes that devices have done by the actor's time: their interrupts come in between whatever it does. */
    void endWrites(Actor actor);
}
