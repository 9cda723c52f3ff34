package org.multigen.storage;

/**
 * What happened while the page cache served a fault. Owned by the fault handler and reused; a fault that {@link #retry} asks to
 * be looked at again passes the same object in again.
 */
public final class FaultOutcome {
    /** A device was read: the fault is a major one and counts as PGMAJFAULT. Stays set when the fault is retried. */
    public boolean major;
    /** The fault waited without the mmap lock and starts over, mapping what is cached by now. Kernel: VM_FAULT_RETRY. */
    public boolean retry;
    /** The process's count of major faults grows although no device was waited for. */
    public boolean countsAsMajor;

    /** A new fault begins. */
    public void clear() {
        major = false;
        retry = false;
        countsAsMajor = false;
    }
}
