package org.multigen.lru;

import org.multigen.base.Actor;
import org.multigen.memory.Node;

/** Tries to free isolated pages; reclaim above implements it. Kernel: shrink_folio_list. */
public interface FolioShrinker {
    /**
     * Tries each page of a list; those that stay are left on it, in the order in which reclaim gave them up.
     *
     * @param list head of a list of isolated pages, the first to try at its tail
     * @param ignoreReferences accessed bits do not save a page
     * @param result receives the counts
     */
    void shrink(
            Actor actor, int list, Node node, ReclaimRequest request, ShrinkResult result, boolean ignoreReferences);
}
