/**
 * The multi-generational LRU: generations, placement, ageing, eviction, tiers and their controller, refaults, look-around, the
 * order of groups.
 *
 * <p>A lruvec's {@code Generations} are guarded by its lock; a page's generation is in its flags and changes atomically, without
 * the lock when a walk promotes it, so lists can be stale and eviction puts them right. A walk and its batch belong to the actor
 * that ages. Kernel: mm/vmscan.c and mm/workingset.c, the lru_gen parts.
 */
@org.jspecify.annotations.NullMarked
package org.multigen.lru.multigen;
