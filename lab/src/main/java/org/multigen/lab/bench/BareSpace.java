package org.multigen.lab.bench;

import org.multigen.addrspace.AddressSpace;
import org.multigen.addrspace.MappableTable;
import org.multigen.addrspace.Prot;
import org.multigen.addrspace.Vma;
import org.multigen.base.Actor;
import org.multigen.base.LockClass;
import org.multigen.base.Locks;
import org.multigen.pagetable.PageTable;
import org.multigen.pagetable.Pte;
import org.multigen.pagetable.TableAccounting;
import org.multigen.pagetable.TablePool;
import org.multigen.walk.MmWalk;
import org.multigen.walk.YoungFrames;

/** An address space of page tables alone: no frame has metadata, so that a TiB of mapped memory needs 2 GiB. */
public final class BareSpace {
    private BareSpace() {}

    /** One mapping from page 0 on, with no tables yet. */
    static AddressSpace of(TablePool pool, long pages) {
        return of(pool, Locks.VIRTUAL, pages);
    }

    /** The same with locks of a kind, that of the pool. */
    static AddressSpace of(TablePool pool, Locks locks, long pages) {
        PageTable table = new PageTable(pool, new Free(), 4);
        AddressSpace mm = new AddressSpace(
                1, "bench", table, new MappableTable(locks), locks.sharedLock(LockClass.MMAP, "mmap"), 0);
        mm.map(0, pages, Prot.READ_WRITE, 0, null, 0);
        return mm;
    }

    /** The same with every page mapped, to the frame of its number, its entry old and written. */
    public static AddressSpace mapped(TablePool pool, Actor actor, int pages) {
        AddressSpace mm = of(pool, pages);
        fill(mm, actor, pages);
        return mm;
    }

    /** Maps every page to the frame of its number, its entry old and written. */
    static void fill(AddressSpace mm, Actor actor, long pages) {
        for (long vpn = 0; vpn < pages; vpn++) {
            long at = mm.pageTable.ensureEntry(actor, vpn, 0);
            mm.pageTable.install(at, Pte.of((int) vpn, Pte.PRESENT | Pte.WRITABLE | Pte.DIRTY));
        }
    }

    /** Takes every page and only counts. */
    public static final class TakesAll implements YoungFrames {
        /** Counts in the walk. */
        public TakesAll() {}

        @Override
        public int candidate(MmWalk walk, int frame, Vma vma) {
            return frame;
        }

        @Override
        public int pages(int folio) {
            return 1;
        }

        @Override
        public void young(MmWalk walk, int folio, boolean dirty) {
            walk.batched++;
        }

        @Override
        public void flush(Actor actor, MmWalk walk) {}

        @Override
        public boolean current(MmWalk walk) {
            return true;
        }
    }

    /** Page tables that cost no frames. */
    private static final class Free implements TableAccounting {
        @Override
        public int tableNeeded(Actor actor) {
            return 0;
        }

        @Override
        public void tableFreed(Actor actor, int frame) {}
    }
}
