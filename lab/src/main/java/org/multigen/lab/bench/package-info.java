/**
 * {@code multigen bench}: how fast the engine is on this machine, beside what its memory can do at best in the same run.
 *
 * <p>A {@link org.multigen.lab.bench.Bench} measures a few {@link org.multigen.lab.bench.Figure}s. {@link
 * org.multigen.lab.bench.Contest} runs the measured work and the plain reads in turn, so that a busy neighbour slows both, and
 * {@link org.multigen.lab.bench.PlainReads} is what memory can do at best. Each bench has a JVM of its own ({@link
 * org.multigen.lab.bench.BenchProcess}), where everything runs on one thread and is timed by its CPU time; only {@link
 * org.multigen.lab.bench.TwoThreads} and {@link org.multigen.lab.bench.SweepBench}, which fills all processors, go by the wall. Left
 * out: comparison with other programs, which is in the module {@code benchmarks}.
 */
@NullMarked
package org.multigen.lab.bench;

import org.jspecify.annotations.NullMarked;
