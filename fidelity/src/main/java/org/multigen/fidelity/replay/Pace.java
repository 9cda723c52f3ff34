package org.multigen.fidelity.replay;

/**
 * How far a run of the recorded guest had come at which time: known at its beginning, after the pretouch and at its end, and in
 * between in proportion to touches and faults.
 *
 * <p>Since 6.12 the classic LRU decides by statistics that the kernel adds up every two seconds. Whether that moment falls into a
 * deep reclaim changes the faults of a scanning run by 2 %, so these runs need the guest's time and not just a similar one.
 *
 * @param startNs machine time at which it began
 * @param pretouchNs guest time of the pretouch
 * @param runNs guest time of the touches
 * @param majorFaults that the guest took during the touches
 * @param log every touch made a system call
 */
record Pace(long startNs, long pretouchNs, long runNs, long majorFaults, boolean log) {
    /** Touches with their log entry that take as long as a major fault; from runs with different numbers of faults: 12 to 22. */
    private static final double LOGGED_TOUCHES_PER_FAULT = 15;
    /** The same without: a touch is next to nothing. */
    private static final double TOUCHES_PER_FAULT = 500;

    /** Machine time when so many pages of the pretouch are done. */
    long pretouched(long done, long pages) {
        return startNs + (long) ((double) pretouchNs * done / pages);
    }

    /** Machine time when so many touches are done, with so many major faults. */
    long touched(long done, long touches, long faults) {
        double fault = log ? LOGGED_TOUCHES_PER_FAULT : TOUCHES_PER_FAULT;
        double share = (done + fault * faults) / (touches + fault * majorFaults);
        return startNs + pretouchNs + (long) (runNs * share);
    }
}
