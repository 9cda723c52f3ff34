/**
 * {@code multigen mrc}: miss-ratio curves of the reference policies on any trace.
 *
 * <p>{@link org.multigen.lab.mrc.MissRatioCurves} is what was measured, {@link org.multigen.lab.mrc.Capacities} at which sizes;
 * {@link org.multigen.lab.mrc.CurveFormat} writes it. LRU comes from one pass over the trace, the other policies from a run per
 * size, spread over the processors. Nothing here outlives a command.
 */
@NullMarked
package org.multigen.lab.mrc;

import org.jspecify.annotations.NullMarked;
