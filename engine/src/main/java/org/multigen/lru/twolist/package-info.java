/**
 * The classic LRU: an active and an inactive list for anonymous and for file pages of each lruvec, balanced by refault distances
 * and by what rotations, writes and refaults cost.
 *
 * <p>{@link org.multigen.lru.twolist.TwoListLru} is its face. A lruvec's {@code TwoLists} hold the lists, guarded by the
 * lruvec's lock, and the sums over its subtree, which are atomic because descendants add to them under their own locks. Costs are
 * guarded by the lruvec's lock; when a cost travels up the tree, each lruvec's lock is taken alone. A request, and the
 * {@code Round} made for each lruvec, belong to the reclaiming actor; isolated pages belong to whoever cleared their LRU flag.
 *
 * <p>Kernel: mm/vmscan.c and mm/workingset.c without the lru_gen parts. Left out: throttling by dirty pages, which reclaim does for
 * both LRUs; the delay with which the kernel folds per-CPU statistics; the shrinker of shadow entries.
 */
@org.jspecify.annotations.NullMarked
package org.multigen.lru.twolist;
