/**
 * What is read off a machine while and after it runs: counters, sizes of lists over time, touches by address, the last decisions.
 *
 * <p>Reading changes nothing on the machine. What is kept over time is bounded; everything belongs to one trial.
 */
@NullMarked
package org.multigen.lab.figure;

import org.jspecify.annotations.NullMarked;
