/** Every parser of the lab under made-up input. */
@org.jspecify.annotations.NullMarked
package org.multigen.lab.fuzz;
