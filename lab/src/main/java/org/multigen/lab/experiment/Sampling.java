package org.multigen.lab.experiment;

/** What is taken down over the time of a run. None changes what the run comes to. */
public enum Sampling {
    /** Nothing. */
    NONE,
    /** Counters and sizes of lists at intervals of virtual time; touches cost no more. */
    SERIES,
    /** Also accesses by address, which each touch pays for in the host's time. */
    HEAT
}
