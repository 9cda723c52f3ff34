/**
 * What a task does: synthetic patterns and recordings, as programs that a machine can run.
 *
 * <p>A {@link org.multigen.lab.workload.Pattern} is a value; {@link org.multigen.lab.workload.Pattern#start} makes a {@link
 * org.multigen.lab.workload.PageStream}, owned by one thread, that yields its pages. Nothing here knows scenarios or results.
 */
@NullMarked
package org.multigen.lab.workload;

import org.jspecify.annotations.NullMarked;
