package org.multigen.lab.policy;

/** A cache of blocks under some policy. */
interface Cache {
    /** References a block; returns whether it was in the cache. */
    boolean hit(int block);
}
