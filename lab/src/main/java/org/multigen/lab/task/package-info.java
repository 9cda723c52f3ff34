/**
 * What runs on a trial's machine: a {@link org.multigen.lab.task.Workload} for each task of the scenario (synthetic patterns, guests and
 * their virtual CPUs, in virtual time and on real threads), the scenario's events, and user space that ages groups.
 *
 * <p>A workload belongs to one trial. In virtual time everything here is one thread's; under real threads a program belongs to the
 * thread that carries it on, and {@link org.multigen.lab.task.Moments} is what they share.
 */
@NullMarked
package org.multigen.lab.task;

import org.jspecify.annotations.NullMarked;
