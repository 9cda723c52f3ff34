/**
 * Physical memory: nodes, zones with watermarks and their buddy allocators, and the folio table with 32 bytes per frame.
 *
 * <p>The folio table owns flags, counts and list links of all frames; who may change which is said at
 * {@link org.multigen.memory.FolioTable}. A zone's free lists belong to the zone and are changed under its lock. Kernel:
 * mmzone.h, page-flags.h, mm/page_alloc.c. Left out: per-CPU page lists, compaction.
 */
@org.jspecify.annotations.NullMarked
package org.multigen.memory;
