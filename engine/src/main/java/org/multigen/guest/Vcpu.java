package org.multigen.guest;

import org.multigen.base.Actor;

/** A virtual CPU: it touches guest pages through the guest's tables. Used by one thread at a time. Kernel: struct kvm_vcpu. */
public final class Vcpu {
    public final Actor actor;
    final Tlb tlb;
    /** Touches that needed a walk of the tables. */
    long tlbMisses;
    /** Faults in the guest's tables. */
    long faults;

    Vcpu(Actor actor, int tlbEntries) {
        this.actor = actor;
        this.tlb = new Tlb(tlbEntries);
    }

    public long tlbMisses() {
        return tlbMisses;
    }

    public long faults() {
        return faults;
    }
}
