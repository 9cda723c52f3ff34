package org.multigen.lab.workload;

/** The pages that a pattern touches, one after the other. Owned by one thread. */
public interface PageStream {
    /** The next page, in [0, pages of the pattern). Endless: the pattern's number of touches is the caller's to keep. */
    long next();
}
