package org.multigen.guest;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.multigen.base.Actor;
import org.multigen.base.Cost;

/** The translations that a guest's vCPUs cache, which are forgotten all at once: each notices a new generation by itself. */
final class VcpuTlbs {
    private final List<Vcpu> vcpus = new ArrayList<>();
    private final GuestCounters counters;
    /** Flushes come from several threads at once where ageing takes no lock; none of them may be lost. */
    private final AtomicInteger generation = new AtomicInteger();

    VcpuTlbs(GuestCounters counters) {
        this.counters = counters;
    }

    void add(Vcpu vcpu) {
        vcpus.add(vcpu);
    }

    List<Vcpu> vcpus() {
        return vcpus;
    }

    int generation() {
        return generation.get();
    }

    /** All vCPUs forget their translations. Kernel: kvm_flush_remote_tlbs. */
    void flush(Actor actor) {
        generation.getAndIncrement();
        counters.flushes.increment();
        actor.charge(Cost.GUEST_FLUSH);
    }

    /** Whether a vCPU has a translation of a page. Under real threads a guess. */
    boolean hold(long gpn) {
        int now = generation.get();
        for (int i = 0; i < vcpus.size(); i++) {
            if (vcpus.get(i).tlb.holds(gpn, now)) {
                return true;
            }
        }
        return false;
    }
}
