/**
 * What both LRUs share: lruvecs, per-CPU batches on the way to lists, the reclaim request, the end of a folio.
 *
 * <p>A lruvec's lists and sizes are guarded by its lock; a CPU's batches belong to whoever runs on it. The LRUs themselves are in
 * the rooms above ({@link org.multigen.lru.PageLru}); freeing pages is reclaim's ({@link org.multigen.lru.FolioShrinker}). Kernel:
 * mm/swap.c, include/linux/mm_inline.h.
 */
@org.jspecify.annotations.NullMarked
package org.multigen.lru;
