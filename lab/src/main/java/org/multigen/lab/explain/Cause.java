package org.multigen.lab.explain;

/**
 * Why a page was not there, or why reclaim looked at it. Causes exclude each other: each absence has one. docs/explain.md names
 * the engine's decision behind each.
 */
public enum Cause {
    // ---- not by reclaim
    FIRST_TOUCH("first touch"),
    FIRST_READ("first read of a page of a file"),
    MAPPED_LATE("in the page cache, mapped only now"),
    FIRST_STORE("first store to a page that was mapped for reading"),
    GIVEN_UP("touched again after the program gave it up (munmap, MADV_DONTNEED)"),
    DROPPED("dropped from the page cache on request"),
    STILL_IN_MEMORY("unmapped by reclaim, or brought back with a neighbour, and still in memory"),
    SWAPPED_BEFORE_FORK("swapped out before this process was forked"),
    MAPPED_BY_OTHERS("brought by another thread or within a larger page"),

    // ---- evicted because the program said so
    FREED_ON_ADVICE("freed after MADV_FREE"),
    COLD_ON_ADVICE("evicted after MADV_COLD or MADV_PAGEOUT, not used since that"),

    // ---- evicted although in use
    YOUNG_IGNORED("evicted while young: accessed bits under MADV_RANDOM or MADV_SEQUENTIAL do not count"),
    DEMOTED("moved to a slower node of memory"),
    YOUNG_NOT_ASKED("evicted while young: used after reclaim had asked, or by another group"),
    USE_NOT_SEEN("used since it came in, but no walk, look-around or reverse map saw it"),

    // ---- either LRU
    AHEAD_UNUSED("read ahead and evicted before its first use"),
    DESCRIPTOR_ONLY("used through file descriptors only; its list or tier was not protected"),

    // ---- the classic LRU
    INACTIVE_NEW("not used again after it came in, until the end of the inactive list"),
    INACTIVE_FAR("came back from too far away to be activated, not used again until the end of the inactive list"),
    INACTIVE_SECOND_CHANCE("seen in use at the end of the inactive list, put back once, then not used again"),
    DEACTIVATED("was active, was deactivated, and not used until the end of the inactive list"),

    // ---- the multi-gen LRU
    GENERATION_NEW("not used again after it came in, until its generation was the oldest"),
    ONE_SIGHTING("seen in use once, which only marks it; not used again before the next look"),
    AGED_AFTER_WALK("last seen in use by a page-table walk, then not used until its generation was the oldest"),
    AGED_AFTER_LOOK_AROUND("last seen in use by a look-around, then not used until its generation was the oldest"),
    AGED_AFTER_RMAP("last seen in use when eviction met it, then not used until its generation was the oldest"),

    // ---- why reclaim looked at a page
    LOOK_FIRST("looked at for the first time since it came in"),
    LOOK_AFTER_USE("looked at again: it had been in use"),
    LOOK_AFTER_DIRTY("looked at again: it had been dirty"),
    LOOK_AFTER_WRITEBACK("looked at again: it had been under writeback"),
    LOOK_AFTER_TIER("looked at again: its tier had been protected"),
    LOOK_AFTER_NO_SWAP("looked at again: swap had been full"),
    LOOK_AFTER_HELD("looked at again: it had been locked or held"),

    /** Keeps the sum whole should the engine count what it does not log. */
    NOT_LOGGED("counted without a logged decision");

    private final String text;

    Cause(String text) {
        this.text = text;
    }

    /** For people: goes on after "the page was". */
    public String text() {
        return text;
    }
}
