package org.multigen.storage;

/** What a look-up for a fault came to, besides the page. Reused by its owner. */
public final class FaultOutcome {
    /** The page was read from the device. */
    public boolean major;
}
