/**
 * Ageing's eyes: the list of address spaces, the iteration over it by any number of walkers, the page-table walk, Bloom filters.
 *
 * <p>It reports young entries to a {@link org.multigen.walk.YoungFrames} and knows no generations. A list, its iterations and their
 * statistics are guarded by the list's lock; a walk's state belongs to its walker; entries change atomically. Kernel: mm/vmscan.c,
 * the parts around lru_gen_mm_list and lru_gen_mm_walk.
 */
@org.jspecify.annotations.NullMarked
package org.multigen.walk;
