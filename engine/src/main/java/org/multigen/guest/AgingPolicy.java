package org.multigen.guest;

import org.multigen.addrspace.SecondaryMmu;
import org.multigen.addrspace.SecondaryMmu.FastHook;
import org.multigen.guest.SecondaryAging.Asking;

/**
 * Where ageing consults secondary MMUs: one value per position of the debate. At eviction every policy asks, by the reverse map.
 *
 * <pre>
 *                walks ask          one call covers   look-around of host entries   and of the guest's
 * eviction-only  no                 -                 if the host's entry is young  no
 * v2             lockless tables    64 pages          if either is young            if either is young
 * v3             the same, on x86   64 pages          the same                      the same
 * v4             with bit 0x8       one page          never                         never
 * fast-only      with a fast hook   64 pages          if the host's entry is young  if the guest's is, and fast
 * landed         by the kernel      a run of entries  if either is young            if either is young
 * </pre>
 *
 * Where walks do not ask, the look-around is that of eviction-only, but v4's is off for every subscribed address space.
 */
public enum AgingPolicy {
    EVICTION_ONLY("eviction-only", Asking.NONE, false, false),
    V2("v2", Asking.WINDOWS, true, true) {
        @Override
        boolean covers(SecondaryMmu mmu) {
            return mmu.fastHook() == FastHook.LOCKLESS;
        }
    },
    V3("v3", Asking.WINDOWS, true, true) {
        @Override
        boolean covers(SecondaryMmu mmu) {
            return mmu.fastHook() == FastHook.LOCKLESS && mmu.x86();
        }
    },
    V4("v4", Asking.PAGES, false, false),
    FAST_ONLY("fast-only", Asking.WINDOWS, false, true) {
        @Override
        boolean covers(SecondaryMmu mmu) {
            return mmu.fastHook() != FastHook.NONE;
        }
    },
    LANDED("landed", Asking.RUNS, true, true);

    private final String text;
    private final Asking asking;
    private final boolean together;
    private final boolean looksInGuest;

    /**
     * @param together either side's young entry lets both be looked around at
     * @param looksInGuest the look-around asks the secondary MMU too
     */
    AgingPolicy(String text, Asking asking, boolean together, boolean looksInGuest) {
        this.text = text;
        this.asking = asking;
        this.together = together;
        this.looksInGuest = looksInGuest;
    }

    /** The name in settings. */
    public String text() {
        return text;
    }

    /**
     * The policy of a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static AgingPolicy named(String text) {
        for (AgingPolicy p : values()) {
            if (p.text.equals(text)) {
                return p;
            }
        }
        throw new IllegalArgumentException("unknown secondary MMU policy " + text);
    }

    /** How walks ask those MMUs that the policy covers. */
    Asking asking() {
        return asking;
    }

    /** Whether it has feature bit 0x8, which switches it. */
    public boolean hasFeatureBit() {
        return this == V4;
    }

    boolean covers(SecondaryMmu mmu) {
        return asking != Asking.NONE;
    }

    /** What a policy does with an MMU that lacks what it needs; empty if it has that. */
    public String fallback(SecondaryMmu mmu) {
        if (asking != Asking.WINDOWS || covers(mmu)) {
            return "";
        }
        String lacks = this == V3 && mmu.fastHook() == FastHook.LOCKLESS
                ? "is not x86"
                : this == FAST_ONLY ? "offers no fast hook" : "has no tables that can be aged without a lock";
        return text + ": the guest's MMU " + lacks + ", so it is asked at eviction only";
    }

    /** Which entries around a young one are looked at: {@link SecondaryAging#HOST}, {@link SecondaryAging#GUEST}, both or none. */
    int neighbours(boolean covered, boolean hostYoung, boolean guestYoung) {
        if (this == V4) {
            return 0;
        }
        if (!covered || !looksInGuest) {
            return hostYoung ? SecondaryAging.HOST : 0;
        }
        if (together) {
            return hostYoung || guestYoung ? SecondaryAging.HOST | SecondaryAging.GUEST : 0;
        }
        return (hostYoung ? SecondaryAging.HOST : 0) | (guestYoung ? SecondaryAging.GUEST : 0);
    }
}
