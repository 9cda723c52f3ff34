/**
 * Control groups: a tree with max, high, low, min and swap.max, charges with per-CPU stocks, protection across the hierarchy.
 *
 * <p>{@link org.multigen.memcg.MemcgTree} owns the groups; usage counters are atomic, limits are volatile, a CPU's stock belongs
 * to whoever runs on it. What happens over a limit is declared here as {@link org.multigen.memcg.Relief} and done above. Kernel:
 * mm/memcontrol.c, mm/page_counter.c. Left out: cgroup v1, swap.high, kernel object accounting other than page tables.
 */
@org.jspecify.annotations.NullMarked
package org.multigen.memcg;
