/**
 * What differs between kernel versions: one file per version with just its differences from the one before it.
 *
 * <p>Rules are facts without state or dependencies, so every room above may ask them. A new kernel is a new file here and a line
 * in {@link org.multigen.rules.Kernels}.
 */
@org.jspecify.annotations.NullMarked
package org.multigen.rules;
