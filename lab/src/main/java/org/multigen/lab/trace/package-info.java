/**
 * Traces: what programs did to memory, as a stream of events that a run can replay.
 *
 * <p>A {@link org.multigen.lab.trace.TraceSource} delivers events to a {@link org.multigen.lab.trace.TraceSink}; {@link
 * org.multigen.lab.trace.MgtReader} and {@link org.multigen.lab.trace.MgtWriter} do so for the project's own format,
 * {@code .mgt} ({@code docs/trace-format.md}). A reader of any other format is another {@code TraceSource}; since the writer
 * is itself a sink, converting is reading into a writer. {@link org.multigen.lab.trace.TraceAccount} is the sink that counts:
 * processes, mappings, files, distinct pages, footprint.
 *
 * <p>Sources, sinks and writers belong to one thread at a time. No event allocates on its way from the file to the sink,
 * except the rare ones that carry a text.
 *
 * <p>Not here: making recordings ({@code org.multigen.lab.record}) and replaying them on a machine.
 */
@NullMarked
package org.multigen.lab.trace;

import org.jspecify.annotations.NullMarked;
