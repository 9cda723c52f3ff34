package org.multigen.machine;

import java.util.ArrayList;
import java.util.List;
import org.multigen.addrspace.Prot;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.fault.Touch;
import org.multigen.guest.GuestMmu;
import org.multigen.guest.GuestOrder;
import org.multigen.guest.GuestSettings;
import org.multigen.guest.Vcpu;

/**
 * A virtual machine on the host: a process that holds its memory, and vCPUs that touch it. Guest faults that the host's page tables
 * cannot answer become host faults of the vCPU's thread.
 */
public final class Guest {
    /**
     * Where guest pages lie.
     *
     * @param gpn first guest page
     * @param offset first page within the guest's memory on the host
     */
    public record Slot(long gpn, long pages, long offset) {}

    private final Task vmm;
    /** Under real threads: the thread of each vCPU, by its number. */
    private final List<Task> threads = new ArrayList<>();

    private final GuestMmu mmu;
    private final GuestOrder order;
    /** Guest page by place in the memory of all slots together. */
    private final int[] gpnOf;

    Guest(Machine machine, Task vmm, GuestSettings settings, List<Slot> slots, int vcpus, GuestOrder order) {
        if (vcpus < 1) {
            throw new IllegalArgumentException(
                    "guest " + settings.name() + " has " + vcpus + " vCPUs, expected 1 or more");
        }
        this.vmm = vmm;
        this.order = order;
        int pages = (int) settings.pages();
        long base = vmm.mmapAnon(-1, pages, Prot.READ_WRITE);
        mmu = new GuestMmu(settings, vmm.mm());
        gpnOf = new int[pages];
        List<Slot> all = slots.isEmpty() ? List.of(new Slot(0, pages, 0)) : slots;
        try {
            int next = 0;
            for (Slot s : all) {
                mmu.addSlot(s.gpn(), s.pages(), base + s.offset());
                for (long i = 0; i < s.pages(); i++) {
                    gpnOf[next++] = (int) (s.gpn() + i);
                }
            }
            if (next < pages) {
                throw new IllegalArgumentException(
                        "guest " + settings.name() + " has " + pages + " pages but slots for " + next);
            }
        } catch (IllegalArgumentException wrong) {
            mmu.close();
            throw wrong;
        }
        vmm.mm().subscribe(mmu);
        for (int i = 0; i < vcpus; i++) {
            addVcpu(machine, i);
        }
    }

    private void addVcpu(Machine machine, int i) {
        String name = vmm.name() + "/vcpu" + i;
        if (machine.realThreads()) {
            Task thread = vmm.thread(name);
            threads.add(thread);
            mmu.addVcpu(thread.actor());
            return;
        }
        int cpu = (vmm.actor().cpu + i) % machine.kernel.config.cpus;
        Actor actor = machine.kernel.newActor(name, cpu);
        actor.advanceTo(vmm.clockNs());
        vmm.addThread(actor);
        mmu.addVcpu(actor);
    }

    /** Under real threads: what has to be entered to run a vCPU. */
    public Task thread(int vcpu) {
        return threads.get(vcpu);
    }

    /** Under real threads: the threads of all vCPUs. */
    public List<Task> threads() {
        return List.copyOf(threads);
    }

    public Task vmm() {
        return vmm;
    }

    public GuestMmu mmu() {
        return mmu;
    }

    public List<Vcpu> vcpus() {
        return mmu.vcpus();
    }

    /** Pages of its memory. */
    public long pages() {
        return gpnOf.length;
    }

    /** The guest page of a place in guest-virtual order. */
    public long gpn(long page) {
        return gpnOf[order.physical((int) page)];
    }

    /**
     * A vCPU loads from or stores to a page, named by its place in guest-virtual order.
     *
     * @return a constant of {@link Touch}; RESIDENT also after a fault that was the guest's alone
     */
    public int touch(Vcpu vcpu, long page, boolean write) {
        return touch(vmm, vcpu, page, write);
    }

    /** Under real threads: the vCPU of a number does the same; the caller has entered its {@link #thread}. */
    public int touch(int vcpu, long page, boolean write) {
        return touch(threads.get(vcpu), mmu.vcpus().get(vcpu), page, write);
    }

    private int touch(Task thread, Vcpu vcpu, long page, boolean write) {
        long gpn = gpn(page);
        int result = mmu.touch(vcpu, gpn, write) ? Touch.RESIDENT : fault(thread, vcpu, gpn, write);
        vcpu.actor.charge(Cost.TOUCH);
        return result;
    }

    private int fault(Task thread, Vcpu vcpu, long gpn, boolean write) {
        long vpn = mmu.hostPage(gpn);
        int worst = Touch.RESIDENT;
        do {
            if (!thread.alive()) {
                return Touch.KILLED;
            }
            long begun = mmu.beginFault(vcpu);
            if (mmu.restore(vcpu, gpn, write)) {
                continue;
            }
            if (!thread.allows(vpn, write)) {
                int outcome = thread.faultBy(vcpu.actor, vpn, write);
                if (outcome >= Touch.KILLED) {
                    return outcome;
                }
                worst = Math.max(worst, outcome);
            }
            if (mmu.map(vcpu, gpn, write, begun) == GuestMmu.Mapped.RETRY
                    && mmu.settings().threads()) {
                Thread.yield(); // to whoever is changing the page
            }
        } while (!mmu.touch(vcpu, gpn, write));
        return worst;
    }

    /** Its vCPUs ran: the host's scheduler switched to them. */
    public void ran() {
        vmm.contextSwitch();
    }
}
