/**
 * Runs the jcstress tests of this module, each group of them in JVMs of its own, and holds their outcomes.
 *
 * <p>The tests stand in the engine's packages, because they use its real words: what is shared is often not public. Each says which
 * hazard it is about. Where that is sensible a control beside it does the same without the protocol, and has to go wrong: so it is
 * known that the test could. Controls mark what must be seen as {@code ACCEPTABLE_INTERESTING}.
 */
@NullMarked
package org.multigen.stress;

import org.jspecify.annotations.NullMarked;
