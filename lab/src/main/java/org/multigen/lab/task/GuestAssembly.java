package org.multigen.lab.task;

import java.util.List;
import org.multigen.guest.Arch;
import org.multigen.guest.GuestOrder;
import org.multigen.guest.GuestSettings;
import org.multigen.guest.LockDiscipline;
import org.multigen.lab.scenario.Plan;
import org.multigen.machine.Guest;
import org.multigen.machine.Machine;
import org.multigen.machine.Task;

/** Builds the guest of a task. */
public final class GuestAssembly {
    private static final long ORDER_SEED = 0x5ca77e5L;

    private GuestAssembly() {}

    /**
     * The guest, in a process that has nothing yet.
     *
     * @throws IllegalArgumentException with one clear line if there is no such guest
     */
    static Guest build(Machine machine, Plan.Task plan, Plan.Guest work, Task task, long seed) {
        List<Guest.Slot> slots = work.slots().stream()
                .map(s -> new Guest.Slot(s.gpn(), s.pages(), s.offset()))
                .toList();
        GuestOrder order = new GuestOrder((int) work.pages(), work.scatter(), seed ^ ORDER_SEED);
        return machine.createGuest(task, settings(machine, plan.name(), work), slots, work.vcpus(), order);
    }

    private static GuestSettings settings(Machine machine, String name, Plan.Guest work) {
        Plan.GuestHardware h = work.hardware();
        Arch arch = Arch.named(h.arch());
        boolean lockless = machine.rules().secondaryMmuAgesLockless();
        LockDiscipline lock =
                h.lock().equals("kernel") ? LockDiscipline.ofKernel(lockless, arch) : LockDiscipline.named(h.lock());
        GuestSettings s = GuestSettings.of(name, work.pages(), arch, lock)
                .nested(0, h.nestedPages(), h.ageShadow())
                .flushing(!(lockless && arch == Arch.X86_64))
                .tlb(h.tlb());
        if (machine.realThreads()) {
            s = s.underThreads();
        }
        return h.hwAccessed() ? s : s.withoutAccessedBits();
    }

    /** What the result has to say about how a guest is aged. */
    static List<String> notes(Machine machine, Guest guest) {
        String fallback = machine.secondaryAging().policy().fallback(guest.mmu());
        return fallback.isEmpty() ? List.of() : List.of(fallback);
    }
}
