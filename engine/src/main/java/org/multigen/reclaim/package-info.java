/**
 * Reclaim: kswapd, direct, control-group and proactive reclaim, the freeing of isolated pages, the page allocator's slow path,
 * the OOM killer.
 *
 * <p>A request and its lists belong to the reclaiming actor. Kernel: mm/vmscan.c, mm/page_alloc.c, mm/oom_kill.c.
 */
@org.jspecify.annotations.NullMarked
package org.multigen.reclaim;
