/**
 * Memory tiers: which nodes are fast, demotion of what reclaim would free, and promotion of what is hot in the wrong place.
 *
 * <p>{@link org.multigen.tier.MemoryTiers} orders the nodes, {@link org.multigen.tier.Migration} moves folios, {@link
 * org.multigen.tier.Demoter} serves reclaim, {@link org.multigen.tier.HintFaults} is NUMA balancing in tiering mode. Tables with
 * an entry per frame belong to the mechanism that keeps them and change by atomic words; a limit and the hint scan of an address
 * space are guarded by their monitors, a daemon belongs to the thread of its actor. A move under real threads holds FOLIO, the table
 * that maps the page and the lock of its cache ({@link org.multigen.tier.LockedMove}). Left out: NUMA balancing between nodes with
 * CPUs, memory policies, entries of 2 MiB in hint scans. Kernel: mm/memory-tiers.c, mm/migrate.c, kernel/sched/fair.c.
 */
@org.jspecify.annotations.NullMarked
package org.multigen.tier;
