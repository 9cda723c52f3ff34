package org.multigen.lru.multigen;

import org.multigen.guest.SecondaryAging;

/** /sys/kernel/mm/lru_gen/enabled: what is asked for and what the hardware has. Read without a lock, written by the control. */
public final class Switches {
    public static final int CORE = 1;
    public static final int LEAF = 2;
    public static final int NONLEAF = 4;
    /** Secondary MMUs are asked by walks; where the ageing policy has this bit. */
    public static final int SECONDARY = 8;

    private final boolean hwAccessed;
    private final boolean hwNonleafAccessed;
    private final SecondaryAging secondary;
    private volatile int requested;

    public Switches(int requested, boolean hwAccessed, boolean hwNonleafAccessed, SecondaryAging secondary) {
        this.secondary = secondary;
        this.hwAccessed = hwAccessed;
        this.hwNonleafAccessed = hwNonleafAccessed;
        request(requested);
    }

    /** Bits that the kernel knows: what y stands for. */
    public int all() {
        return CORE | LEAF | NONLEAF | (secondary.policy().hasFeatureBit() ? SECONDARY : 0);
    }

    public void request(int bits) {
        requested = bits & all();
        secondary.setFeatureBit((requested & SECONDARY) != 0);
    }

    public int requested() {
        return requested;
    }

    public boolean core() {
        return (requested & CORE) != 0;
    }

    /** Page tables may be walked. Kernel: should_walk_mmu. */
    public boolean walks() {
        return hwAccessed && (requested & LEAF) != 0;
    }

    /** Accessed bits of upper levels may be used. Kernel: should_clear_pmd_young. */
    public boolean nonLeaf() {
        return hwNonleafAccessed && (requested & NONLEAF) != 0;
    }

    /** Bits in force. */
    public int effective() {
        return (core() ? CORE : 0) | (walks() ? LEAF : 0) | (nonLeaf() ? NONLEAF : 0) | (requested & SECONDARY);
    }
}
