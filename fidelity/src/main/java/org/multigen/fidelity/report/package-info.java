/** What is printed of the verdicts: table, JSON, the stored summary, and the page {@code docs/fidelity.md}. */
@NullMarked
package org.multigen.fidelity.report;

import org.jspecify.annotations.NullMarked;
