/**
 * Recordings: which pages an unmodified program touches, seen from outside without root.
 *
 * <p>{@link org.multigen.lab.record.RecordCommand} is {@code multigen record}. Its first choice of tool is QEMU's user mode
 * with the plugin {@code page_recorder.c}, which is compiled when it is first needed and writes raw words into a {@code Ring}
 * of shared memory per process; {@code RingMerge} reads the rings in the order of time and {@code ProcessTranslator} turns
 * the words into events of a trace. Where QEMU is absent, {@code Lackey} reads what Valgrind's tool of that name prints.
 *
 * <p>One thread does all of this; the rings are shared with the recorded processes by one acquire and one release per batch.
 *
 * <p>Not seen: what the kernel itself touches beyond the buffers of read, write, send and receive calls; io_uring; programs
 * that QEMU cannot run (they are named).
 */
@NullMarked
package org.multigen.lab.record;

import org.jspecify.annotations.NullMarked;
