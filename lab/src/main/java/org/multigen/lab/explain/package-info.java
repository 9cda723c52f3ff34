/**
 * Says which pages and which decisions make the difference between two variants in a metric.
 *
 * <p>{@link org.multigen.lab.explain.Explainer} runs the show: the first variant is run once to learn at which touches (or, for
 * metrics that are not bound to touches, how often for each page) it has the metric; each other variant is run against that, and
 * the first one again against the other. A {@code PageLedger} listens to the engine's decisions ({@link
 * org.multigen.memory.PageLog}) and keeps for each page why it left memory last; an {@code Account} keeps the occurrences that the
 * other run does not have. Because both runs are of the same touches, what is left over on the two sides sums to the difference.
 *
 * <p>Memory: two words per page touched, four per frame, a word per swap slot, a bit per touch and task, and three words for each
 * occurrence that only one of the two runs has. Everything belongs to the thread that runs the experiment.
 *
 * <p>No kernel counterpart. Left out: which other pages took the place of one that was evicted.
 */
@NullMarked
package org.multigen.lab.explain;

import org.jspecify.annotations.NullMarked;
