package org.multigen.walk;

import org.multigen.base.Actor;

/** Who wants to know which frames a scan found young: a buffer that is emptied between chunks. */
public interface AccessedFrames {
    /**
     * A frame was found young and is old now.
     *
     * @return true if the buffer is full: the frame is stored, and no other may be offered before {@link #flush}
     */
    boolean accessed(int frame);

    /** A chunk of the scan is over; it holds no lock of the walk. */
    void flush(Actor actor);
}
