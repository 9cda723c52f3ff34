/**
 * What pages are kept in when they are not mapped: swap areas with the swap cache, and files with their page cache.
 *
 * <p>{@link org.multigen.storage.SwapSpace} owns slots, {@link org.multigen.storage.PageCache} the pages of one file; both are
 * guarded by their monitors. What the LRU is told goes through {@link org.multigen.storage.LruGate}. Kernel: mm/filemap.c,
 * mm/swapfile.c, mm/readahead.c.
 */
@org.jspecify.annotations.NullMarked
package org.multigen.storage;
