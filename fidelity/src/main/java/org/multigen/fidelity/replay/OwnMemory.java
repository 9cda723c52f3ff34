package org.multigen.fidelity.replay;

import java.util.List;
import org.multigen.addrspace.Advice;
import org.multigen.addrspace.Prot;
import org.multigen.fidelity.transcript.Statement;
import org.multigen.machine.Machine;
import org.multigen.machine.Task;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.pagetable.Pte;

/**
 * The memory of the workload process itself, as opposed to its regions.
 *
 * <p>A locked process has 157 anonymous pages that are locked: 2 of initialised data, 3 + 119 of bss and heap, 33 of stack;
 * 7 pages of page tables (PUD, PMD and PTE tables of the program and of the stack, and the PTE table of the vdso), of which
 * the page tables allocate 6 by themselves; and 5 other pages of the kernel (page directories, slab). So a group of
 * {@code memory.max} M pages has M - 169 pages for regions and their page tables, less what rests in the charge stock of the
 * CPU. A run with the zipf pattern also locks the arrays of that pattern: 8 and 4 bytes per page. The C library takes them
 * from what is left of the heap (133,424 bytes at first, which is locked already), else from pages of their own if they are
 * 128 KiB or longer, else it makes the heap longer. Measured with the program, exact for 31 sizes from 1,000 to 50,000 pages.
 *
 * <p>An unlocked process has the mappings and the anonymous pages that {@code #OWN} tells. The text of the program belongs to
 * another group; it is mapped as an untouched range, which a walk passes over all the same.
 */
final class OwnMemory {
    private static final long PROGRAM = 0x4b7;
    private static final long PROGRAM_PAGES = 0x533 - 0x4b7;
    private static final long STACK = 0x7ffffffdeL;
    private static final long STACK_PAGES = 33;
    private static final long VDSO_TABLE = 1;
    private static final long OTHER_KERNEL_PAGES = 5;
    private static final long TEXT = 0x400;
    private static final long MMAP_THRESHOLD = 128 * 1024;
    private static final long TOP_PAD = 128 * 1024;
    private static final long CHUNK_HEADER = 8;
    private static final long CHUNK_UNIT = 16;
    private static final long LEAST_CHUNK = 32;
    private static final long PAGE = 4096;

    private long extraBelowStack = STACK;
    private long programPages = PROGRAM_PAGES;
    /** Bytes free at the end of the heap, which is the end of the program. */
    private long heapTop = 133_424;

    /**
     * Locks the pages of a fresh process.
     *
     * @param pages how many it has, or -1 for the usual number
     */
    void lock(Task task, int pages) {
        task.chargeKernelPages(OTHER_KERNEL_PAGES + VDSO_TABLE);
        programPages = pages < 0 ? PROGRAM_PAGES : Math.max(1, pages - STACK_PAGES);
        lockedRange(task, PROGRAM, programPages);
        lockedRange(task, STACK, STACK_PAGES);
        task.drainBatches();
    }

    /** A forked child locks its copies: every page is written, so that it owns it. */
    void lockCopies(Task task, OwnMemory parent) {
        programPages = parent.programPages;
        heapTop = parent.heapTop;
        relock(task, PROGRAM, programPages);
        relock(task, STACK, STACK_PAGES);
        task.drainBatches();
    }

    /** The arrays of the zipf pattern, locked by the run that uses them. */
    void lockZipf(Task task, long pages) {
        lockArray(task, pages * Double.BYTES);
        lockArray(task, pages * Integer.BYTES);
        task.drainBatches();
    }

    private void lockArray(Task task, long bytes) {
        long chunk = Math.max(LEAST_CHUNK, roundUp(bytes + CHUNK_HEADER, CHUNK_UNIT));
        if (heapTop >= chunk + LEAST_CHUNK) {
            heapTop -= chunk;
        } else if (chunk >= MMAP_THRESHOLD) {
            long length = roundUp(chunk + CHUNK_HEADER, PAGE) / PAGE;
            extraBelowStack -= length;
            lockedRange(task, extraBelowStack, length);
        } else {
            long grown = roundUp(chunk + TOP_PAD + LEAST_CHUNK - heapTop, PAGE);
            lockedRange(task, PROGRAM + programPages, grown / PAGE);
            programPages += grown / PAGE;
            heapTop += grown - chunk;
        }
    }

    private static long roundUp(long bytes, long unit) {
        return (bytes + unit - 1) / unit * unit;
    }

    private static void lockedRange(Task task, long vpn, long pages) {
        task.mmapAnon(vpn, pages, Prot.READ_WRITE);
        relock(task, vpn, pages);
    }

    private static void relock(Task task, long vpn, long pages) {
        for (long p = vpn; p < vpn + pages; p++) {
            task.touch(p, true);
        }
        task.mlock(vpn, pages);
    }

    /** Maps what an unlocked process has of its own and touches its anonymous pages once. */
    static void map(Machine machine, Task task, List<Statement.OwnMapping> mappings) {
        task.chargeKernelPages(OTHER_KERNEL_PAGES + VDSO_TABLE);
        long at = TEXT;
        for (Statement.OwnMapping m : mappings) {
            long start = m.start() >>> Region.PAGE_SHIFT;
            long end = m.end() >>> Region.PAGE_SHIFT;
            if (start > at && start - at < 512) {
                task.mmapAnon(at, start - at, Prot.READ);
            }
            task.mmapAnon(start, end - start, Prot.READ_WRITE);
            at = end;
        }
        for (Statement.OwnMapping m : mappings) {
            fill(machine, task, m);
        }
    }

    /** The argument page of a stack is written by exec through a mapping without recency, and marked as accessed. */
    private static void fill(Machine machine, Task task, Statement.OwnMapping m) {
        long start = m.start() >>> Region.PAGE_SHIFT;
        long end = m.end() >>> Region.PAGE_SHIFT;
        if (start == STACK) {
            task.madvise(end - 1, 1, Advice.RANDOM);
            task.touch(end - 1, true);
            task.madvise(end - 1, 1, Advice.NORMAL);
            FolioTable folios = machine.memory().folios();
            folios.set(folios.folioOf(Pte.frame(task.mm().pageTable.lookup(end - 1))), FolioFlags.REFERENCED);
            for (long p = end - m.anonymous(); p < end - 1; p++) {
                task.touch(p, true);
            }
            return;
        }
        for (long p = start; p < start + m.anonymous(); p++) {
            task.touch(p, true);
        }
    }

    /**
     * Touches those anonymous pages that the process had used since the last ageing. The count holds file pages too, and on
     * kernels that mark pages at the first sighting also pages that are only marked; of a mapping with two pages a command
     * uses one.
     *
     * @param first whether nothing was aged before, so that all pages are as their first use left them
     */
    static void use(Task task, List<Statement.OwnMapping> mappings, boolean first) {
        for (Statement.OwnMapping m : mappings) {
            long start = m.start() >>> Region.PAGE_SHIFT;
            long end = m.end() >>> Region.PAGE_SHIFT;
            long used = Math.clamp(m.referenced() - (m.resident() - m.anonymous()), 0, m.anonymous());
            if (!first && m.anonymous() == 2) {
                used = Math.min(used, 1);
            }
            long from = start == STACK ? end - used : start;
            for (long p = from; p < from + used; p++) {
                task.touch(p, false);
            }
        }
    }
}
