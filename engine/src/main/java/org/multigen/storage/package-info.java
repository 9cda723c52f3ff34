/**
 * What pages are kept in when they are not mapped: swap areas with the swap cache, and files with their page cache.
 *
 * <p>{@link org.multigen.storage.FileCache} is the face of the page cache: faults, reads, writes, advice, dropping. Behind it
 * {@link org.multigen.storage.Readahead} decides how much is read, {@link org.multigen.storage.Shmem} keeps memory files, {@link
 * org.multigen.storage.Writeback} the dirty pages and the flusher, {@link org.multigen.storage.SwapReadahead} what comes back
 * from swap. {@link org.multigen.storage.StorageParts} wires them.
 *
 * <p>{@link org.multigen.storage.SwapSpace} owns slots, {@link org.multigen.storage.PageCache} the slots of one file, {@link
 * org.multigen.storage.DirtyPages} its dirty marks; each is guarded by locks of its own. A page cache holds one reference per folio; a
 * folio that is being read is locked. What the LRU is told goes through {@link org.multigen.storage.LruGate}, what reclaim asks
 * through {@link org.multigen.storage.FilePages}. Kernel: mm/filemap.c, mm/readahead.c, mm/shmem.c, mm/page-writeback.c,
 * mm/swapfile.c, mm/swap_state.c. Left out: content, holes in files of disks, truncation inside large folios, bandwidth
 * estimates.
 */
@org.jspecify.annotations.NullMarked
package org.multigen.storage;
