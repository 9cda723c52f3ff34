/**
 * Foreign traces: whatever people bring, read as it is.
 *
 * <p>A {@link org.multigen.lab.trace.format.RecordReader} per format turns lines or binary records into one reused {@link
 * org.multigen.lab.trace.format.Access}. Two things are made of accesses: a {@link org.multigen.lab.trace.TraceSource}, in which
 * block I/O becomes reads and writes of a file through the page cache and addresses become anonymous memory ({@link
 * org.multigen.lab.trace.format.ForeignSource}); and the plain references to the trace's own blocks that reference policies
 * count ({@code org.multigen.lab.policy}). {@link org.multigen.lab.trace.format.Traces} opens a file, decompresses it and
 * recognizes its format from content; {@code docs/trace-formats.md} describes the formats.
 *
 * <p>A reader belongs to one thread. Records that cannot be understood are a {@link
 * org.multigen.lab.trace.format.Malformed} with their place; whoever opened the trace decides whether they end the command or
 * are counted. Memory is bounded whatever the length of the trace; only opaque identifiers beyond 2^32 need a table.
 */
@NullMarked
package org.multigen.lab.trace.format;

import org.jspecify.annotations.NullMarked;
