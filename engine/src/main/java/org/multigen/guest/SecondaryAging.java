package org.multigen.guest;

import java.util.List;
import org.multigen.addrspace.AddressSpace;
import org.multigen.addrspace.SecondaryMmu;
import org.multigen.addrspace.YoungWindow;
import org.multigen.base.Actor;
import org.multigen.base.Cost;

/**
 * Asks secondary MMUs on behalf of walks, the look-around and the reverse map, as the policy in force says. Immutable but for the
 * feature bit.
 */
public final class SecondaryAging {
    /** How walks ask. */
    public enum Asking {
        NONE,
        /** A run of entries per call. */
        RUNS,
        /** One page per call; a huge leaf is one page. */
        PAGES,
        /** Windows of up to 64 pages by the fast hook. */
        WINDOWS
    }

    /** Host entries are looked around at. */
    public static final int HOST = 1;
    /** The guest's entries are. */
    public static final int GUEST = 2;

    private static final long HUGE_PAGES = 512;

    private final AgingPolicy policy;
    private final boolean kernelWalksAsk;
    private final int pagesPerCall;
    private volatile boolean featureBit;

    /**
     * @param kernelWalksAsk what the kernel in force does by itself: the policy "landed"
     */
    public SecondaryAging(AgingPolicy policy, boolean kernelWalksAsk) {
        this(policy, kernelWalksAsk, YoungWindow.PAGES);
    }

    /**
     * The same with smaller windows.
     *
     * @param pagesPerCall pages that one call to a fast hook may be about, 1 to 64
     */
    public SecondaryAging(AgingPolicy policy, boolean kernelWalksAsk, int pagesPerCall) {
        this.pagesPerCall = pagesPerCall;
        this.policy = policy;
        this.kernelWalksAsk = kernelWalksAsk;
        this.featureBit = policy.hasFeatureBit();
    }

    public AgingPolicy policy() {
        return policy;
    }

    /** Bit 0x8 of lru_gen/enabled, where the policy has it. */
    public void setFeatureBit(boolean on) {
        featureBit = on;
    }

    // ---- the policy

    private boolean walksAsk() {
        return switch (policy) {
            case LANDED -> kernelWalksAsk;
            case V4 -> featureBit;
            default -> policy.asking() != Asking.NONE;
        };
    }

    private boolean covers(AddressSpace mm) {
        if (!mm.hasSecondaryMmu() || !walksAsk()) {
            return false;
        }
        for (SecondaryMmu s : mm.secondaryMmus()) {
            if (policy.covers(s)) {
                return true;
            }
        }
        return false;
    }

    /** How a walk of an address space asks. */
    public Asking asking(AddressSpace mm) {
        return covers(mm) ? policy.asking() : Asking.NONE;
    }

    /** Accessed bits of upper levels say something about an address space; with bit 0x8 on they do for none. */
    public boolean nonLeafTells(AddressSpace mm) {
        boolean machineWide = policy == AgingPolicy.V4 && featureBit;
        return !machineWide && !covers(mm);
    }

    /** Which entries are looked around at after the reverse map found one young; see {@link #HOST} and {@link #GUEST}. */
    public int neighbours(AddressSpace mm, boolean hostYoung, boolean guestYoung) {
        if (!mm.hasSecondaryMmu()) {
            return hostYoung ? HOST : 0;
        }
        return policy.neighbours(covers(mm), hostYoung, guestYoung);
    }

    /** The look-around depends on what the guest says, so the guest is asked first. */
    public boolean guestDecides(AddressSpace mm) {
        return covers(mm) && policy != AgingPolicy.V4;
    }

    // ---- asking

    /** Asks about [first, end), which host entries map one after the other: pages, or one huge leaf. */
    public boolean clearYoung(Actor actor, AddressSpace mm, long first, long end) {
        boolean young = false;
        boolean each = policy.asking() == Asking.PAGES && end - first < HUGE_PAGES;
        List<SecondaryMmu> all = mm.secondaryMmus();
        for (int i = 0; i < all.size(); i++) {
            SecondaryMmu s = all.get(i);
            if (!policy.covers(s)) {
                continue;
            }
            for (long at = first; at < end; at = each ? at + 1 : end) {
                actor.charge(Cost.SECONDARY_MMU);
                young |= s.clearYoung(actor, at, each ? at + 1 : end);
            }
        }
        return young;
    }

    /** Asks fast hooks about a window; what gives up says nothing. */
    public void clearYoung(Actor actor, AddressSpace mm, YoungWindow window) {
        if (pagesPerCall == YoungWindow.PAGES) {
            askOnce(actor, mm, window);
            return;
        }
        long all = window.wanted;
        for (int i = 0; i < YoungWindow.PAGES; i += pagesPerCall) {
            window.wanted = all & ((1L << pagesPerCall) - 1) << i;
            askOnce(actor, mm, window);
        }
        window.wanted = all;
    }

    private void askOnce(Actor actor, AddressSpace mm, YoungWindow window) {
        if (window.wanted == 0) {
            return;
        }
        List<SecondaryMmu> all = mm.secondaryMmus();
        for (int i = 0; i < all.size(); i++) {
            SecondaryMmu s = all.get(i);
            if (policy.covers(s)) {
                actor.charge(Cost.SECONDARY_MMU);
                s.testClearYoungFastOnly(actor, window, true);
            }
        }
    }

    /** Asks fast hooks about a huge leaf, window by window. */
    public boolean clearYoungHuge(Actor actor, AddressSpace mm, long first, YoungWindow window) {
        if (asking(mm) != Asking.WINDOWS) {
            return clearYoung(actor, mm, first, first + HUGE_PAGES);
        }
        boolean young = false;
        for (long at = first; at < first + HUGE_PAGES; at += YoungWindow.PAGES) {
            window.ask(at, -1L);
            clearYoung(actor, mm, window);
            young |= window.young != 0;
        }
        return young;
    }

    /** At eviction: every MMU, whatever it takes. */
    public static boolean clearAtEviction(Actor actor, AddressSpace mm, long first, long end) {
        boolean young = false;
        List<SecondaryMmu> all = mm.secondaryMmus();
        for (int i = 0; i < all.size(); i++) {
            actor.charge(Cost.SECONDARY_MMU);
            young |= all.get(i).clearFlushYoung(actor, first, end);
        }
        return young;
    }
}
