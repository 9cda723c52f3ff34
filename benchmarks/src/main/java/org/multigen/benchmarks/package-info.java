/**
 * Benchmarks for the record: side-by-side runs against the Caffeine simulator ({@link
 * org.multigen.benchmarks.AgainstCaffeine}) and JMH benchmarks with their allocation per operation. Not shipped; what users run
 * on their own machine is {@code multigen bench}, in the lab.
 */
@NullMarked
package org.multigen.benchmarks;

import org.jspecify.annotations.NullMarked;
