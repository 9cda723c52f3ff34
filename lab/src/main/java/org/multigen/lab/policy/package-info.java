/**
 * Reference policies: how many misses textbook caches would have on the same references, beside the kernel's LRUs.
 *
 * <p>{@link org.multigen.lab.policy.References} are a trace reduced to numbers, its blocks counted from 0 in order of appearance,
 * held in memory (four bytes a reference). A {@link org.multigen.lab.policy.ReferencePolicy} counts misses over them at a
 * capacity; {@link org.multigen.lab.policy.StackDistances} counts LRU's at all capacities in one pass.
 *
 * <p>FIFO, LRU, CLOCK, SIEVE, S3-FIFO and Belady's optimum follow the definitions of libCacheSim, whose results people compare
 * with, including its rounding of S3-FIFO's queues; ARC, LIRS and W-TinyLFU are those of the Caffeine simulator, by the same
 * author as the last. All caches count blocks, each of size one, begin empty, and admit what they missed.
 *
 * <p>References are immutable and may be shared between threads; everything else belongs to one run.
 */
@NullMarked
package org.multigen.lab.policy;

import org.jspecify.annotations.NullMarked;
