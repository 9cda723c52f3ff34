/**
 * Ground floor: off-heap words, clocks and costs of actors, locks and their order, grace periods, counters' names, random numbers.
 *
 * <p>Only this package touches {@code java.lang.foreign}. It knows nothing of memory management.
 */
@org.jspecify.annotations.NullMarked
package org.multigen.base;
