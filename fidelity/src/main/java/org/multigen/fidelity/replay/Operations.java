package org.multigen.fidelity.replay;

import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import org.multigen.addrspace.Advice;
import org.multigen.addrspace.Prot;
import org.multigen.base.Rng;
import org.multigen.fault.Touch;
import org.multigen.fidelity.transcript.ProcessCommand;
import org.multigen.machine.Task;
import org.multigen.storage.BackingFile;
import org.multigen.storage.FileAdvice;
import org.multigen.storage.OpenFile;

/** Performs the commands of a workload process, except {@code run}, {@code fork} and {@code quit}. */
final class Operations {
    private final Rig rig;

    Operations(Rig rig) {
        this.rig = rig;
    }

    /**
     * Performs a command that changes memory.
     *
     * @return whether pages that it brought in may rest in a per-CPU batch now
     */
    boolean perform(Guest guest, ProcessCommand command) {
        Task task = guest.task();
        switch (command) {
            case ProcessCommand.MapAnonymous c -> {
                Region r = Region.anonymous(address(guest, c.address()), c.pages());
                task.mmapAnon(r.vpn(), r.pages(), Prot.READ_WRITE);
                guest.add(c.region(), r);
            }
            case ProcessCommand.MapFile c -> {
                BackingFile file = rig.file(c.path());
                Region r = new Region(address(guest, c.address()), c.pages(), file, c.pages());
                task.mmapFile(r.vpn(), r.pages(), file, 0, c.shared(), Prot.READ_WRITE);
                guest.add(c.region(), r);
            }
            case ProcessCommand.Touch c -> {
                boolean faulted = touch(guest, c);
                if (c.drain()) {
                    task.drainBatches();
                    return false;
                }
                return faulted;
            }
            case ProcessCommand.RandomTouch c -> {
                randomTouch(guest, c);
                task.drainBatches();
                return false;
            }
            case ProcessCommand.Drain _ -> task.drainBatches();
            case ProcessCommand.Advise c ->
                task.madvise(start(guest, c.region(), c.start()), c.count(), advice(c.advice()));
            case ProcessCommand.Lock c -> lock(guest, c);
            case ProcessCommand.Protect c ->
                task.mprotect(start(guest, c.region(), c.start()), c.count(), protection(c.protection()));
            case ProcessCommand.Unmap c -> {
                Region r = guest.region(c.region());
                task.munmap(r.vpn() + c.start(), c.count() < 0 ? r.pages() : c.count());
            }
            case ProcessCommand.Stripe c -> stripe(guest, c);
            case ProcessCommand.Read c -> {
                return read(guest, c);
            }
            case ProcessCommand.Nothing _, ProcessCommand.Usage _ -> {}
            default -> throw new IllegalStateException("not an operation: " + command);
        }
        return false;
    }

    private static long address(Guest guest, long address) {
        return address == ProcessCommand.NEXT ? guest.nextVpn() : address >>> Region.PAGE_SHIFT;
    }

    private static long start(Guest guest, String region, long page) {
        return guest.region(region).vpn() + page;
    }

    private static boolean touch(Guest guest, ProcessCommand.Touch c) {
        Task task = guest.task();
        Region r = guest.region(c.region());
        long count = c.count() < 0 ? r.pages() : c.count();
        boolean faulted = false;
        for (long i = 0; i < count; i++) {
            int outcome = task.touch(r.vpn() + c.start() + i * c.step(), c.write());
            if (outcome >= Touch.KILLED) {
                return faulted;
            }
            faulted |= outcome != 0;
        }
        return faulted;
    }

    private static void randomTouch(Guest guest, ProcessCommand.RandomTouch c) {
        Task task = guest.task();
        long first = start(guest, c.region(), c.start());
        Rng rng = new Rng(c.seed());
        for (long i = 0; i < c.count(); i++) {
            int outcome = task.touch(first + rng.below(c.span()), c.write());
            if (outcome >= Touch.KILLED) {
                return;
            }
        }
    }

    private static void lock(Guest guest, ProcessCommand.Lock c) {
        Region r = guest.region(c.region());
        long pages = c.count() < 0 ? r.pages() : c.count();
        if (c.lock()) {
            guest.task().mlock(r.vpn() + c.start(), pages);
        } else {
            guest.task().munlock(r.vpn() + c.start(), pages);
        }
    }

    private static void stripe(Guest guest, ProcessCommand.Stripe c) {
        Region r = guest.region(c.region());
        long end = c.start() + (c.count() < 0 ? r.pages() : c.count());
        for (long i = c.start(); i + c.run() + c.gap() <= end; i += c.run() + c.gap()) {
            guest.task().mprotect(r.vpn() + i + c.run(), c.gap(), Prot.NONE);
        }
    }

    /** Reads page by page through a descriptor of its own. */
    private boolean read(Guest guest, ProcessCommand.Read c) {
        OpenFile file = guest.task().open(rig.file(c.path()));
        if (c.random()) {
            guest.task().advise(file, FileAdvice.RANDOM, 0, 0);
        }
        long before = file.file().cache().present();
        for (long i = 0; i < c.count(); i++) {
            guest.task().read(file, c.start() + i, 1);
        }
        return file.file().cache().present() != before;
    }

    static Advice advice(String word) {
        return switch (word) {
            case "normal" -> Advice.NORMAL;
            case "seq" -> Advice.SEQUENTIAL;
            case "rand" -> Advice.RANDOM;
            case "willneed" -> Advice.WILLNEED;
            case "dontneed" -> Advice.DONTNEED;
            case "free" -> Advice.FREE;
            case "cold" -> Advice.COLD;
            case "pageout" -> Advice.PAGEOUT;
            case "huge" -> Advice.HUGEPAGE;
            case "nohuge" -> Advice.NOHUGEPAGE;
            default -> throw new IllegalArgumentException("unknown advice '" + word + "'");
        };
    }

    private static Prot protection(String word) {
        return switch (word) {
            case "none" -> Prot.NONE;
            case "r" -> Prot.READ;
            default -> Prot.READ_WRITE;
        };
    }

    // ---- questions

    static Map<String, Long> count(Guest guest, String region) {
        Region r = guest.region(region);
        long present = 0;
        long swapped = 0;
        for (long p = r.vpn(); p < r.vpn() + r.pages(); p++) {
            present += guest.task().isPresent(p) ? 1 : 0;
            swapped += guest.task().isSwapped(p) ? 1 : 0;
        }
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("present", present);
        counts.put("swapped", swapped);
        return counts;
    }

    static BitSet list(Guest guest, String region, boolean swapped) {
        Region r = guest.region(region);
        BitSet set = new BitSet();
        for (long p = 0; p < r.pages(); p++) {
            boolean in =
                    swapped ? guest.task().isSwapped(r.vpn() + p) : guest.task().isPresent(r.vpn() + p);
            set.set((int) p, in);
        }
        return set;
    }

    /** Pages in the page cache for a file, present ones for anonymous memory. */
    static long resident(Guest guest, String region) {
        Region r = guest.region(region);
        long resident = 0;
        for (long p = 0; p < r.pages(); p++) {
            boolean in = r.isFile(p) && r.file() != null
                    ? r.file().cache().page(p - (r.pages() - r.filePages())) >= 0
                    : guest.task().isPresent(r.vpn() + p);
            resident += in ? 1 : 0;
        }
        return resident;
    }
}
