package org.multigen.fault;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.multigen.addrspace.AddressSpace;
import org.multigen.addrspace.MappedFile;
import org.multigen.addrspace.Prot;
import org.multigen.addrspace.SecondaryMmu;
import org.multigen.addrspace.Vma;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.Words;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.pagetable.PageTable;
import org.multigen.pagetable.Pte;
import org.multigen.reclaim.HugeMapping;
import org.multigen.storage.BackingFile;

/** The system calls that change mappings. Kernel: mm/mmap.c, mm/mprotect.c, fork's dup_mmap. All under the mmap lock. */
public final class Mappings {
    private final MmContext mm;
    private final FolioTable folios;
    private final Zap zap;
    private final Remap remap;

    public Mappings(MmContext context) {
        this.mm = context;
        this.folios = context.folios();
        this.zap = new Zap(context);
        this.remap = new Remap(context, this);
    }

    /** Maps a range, replacing what was there. */
    public void map(
            Actor actor,
            AddressSpace space,
            long vpn,
            long pages,
            Prot prot,
            int extraFlags,
            @Nullable MappedFile file,
            long pgoff) {
        space.mmapLock.lock(actor);
        unmapRange(actor, space, vpn, vpn + pages);
        space.map(vpn, pages, prot, extraFlags, file, pgoff);
        space.mmapLock.unlock(actor);
    }

    public void unmap(Actor actor, AddressSpace space, long vpn, long pages) {
        space.mmapLock.lock(actor);
        unmapRange(actor, space, vpn, vpn + pages);
        space.mmapLock.unlock(actor);
    }

    void unmapRange(Actor actor, AddressSpace space, long first, long end) {
        List<Vma> inside = isolate(space, first, end);
        for (Vma v : inside) {
            zap.range(actor, v, v.start, v.end);
            if (v.has(Vma.LOCKED)) {
                space.lockedPages -= v.pages();
            }
            space.unmap(v);
        }
        if (!inside.isEmpty()) {
            mm.shootdown().flush(actor, space);
            space.pageTable.freeTables(actor, first, end);
        }
    }

    /** Splits at the borders; the mappings that lie within. */
    static List<Vma> isolate(AddressSpace space, long first, long end) {
        space.splitAt(first);
        space.splitAt(end);
        List<Vma> inside = new ArrayList<>();
        for (int i = space.vmas().indexAtOrAfter(first); i < space.vmas().size(); i++) {
            Vma v = space.vmas().get(i);
            if (v.start >= end) {
                break;
            }
            inside.add(v);
        }
        return inside;
    }

    /** MADV_DONTNEED. */
    void discard(Actor actor, AddressSpace space, long first, long end) {
        space.mmapLock.enter(actor);
        for (Vma v : within(space, first, end)) {
            if (!v.has(Vma.LOCKED | Vma.SPECIAL)) {
                long from = Math.max(first, v.start);
                long to = Math.min(end, v.end);
                zap.range(actor, v, from, to);
                if (mm.rules().discardFreesTables() && !mm.folios().shared()) {
                    freeTables(actor, space.pageTable, from, to);
                }
            }
        }
        mm.shootdown().flush(actor, space);
        space.mmapLock.leave(actor);
    }

    /** Frees the empty tables that a range covers whole. Kernel: mm/pt_reclaim.c. */
    private static void freeTables(Actor actor, PageTable table, long first, long end) {
        long from = first + PageTable.PMD_PAGES - 1 & -(long) PageTable.PMD_PAGES;
        for (long vpn = from; vpn + PageTable.PMD_PAGES <= end; vpn += PageTable.PMD_PAGES) {
            table.freeEmptyLeaf(actor, vpn);
        }
    }

    /** Mappings that touch a range, whole. */
    static List<Vma> within(AddressSpace space, long first, long end) {
        List<Vma> result = new ArrayList<>();
        for (int i = space.vmas().indexAtOrAfter(first); i < space.vmas().size(); i++) {
            Vma v = space.vmas().get(i);
            if (v.start >= end) {
                break;
            }
            result.add(v);
        }
        return result;
    }

    public void protect(Actor actor, AddressSpace space, long vpn, long pages, Prot prot) {
        space.mmapLock.lock(actor);
        for (Vma v : isolate(space, vpn, vpn + pages)) {
            space.setProt(v, prot);
            space.invalidate(actor, v.start, v.end, SecondaryMmu.Why.CHANGE);
            changeEntries(actor, v);
            space.invalidated(actor, v.start, v.end);
        }
        mm.shootdown().flush(actor, space);
        space.mergeAround(vpn, vpn + pages);
        space.mmapLock.unlock(actor);
    }

    private void changeEntries(Actor actor, Vma v) {
        PageTable table = v.mm.pageTable;
        for (long vpn = v.start; vpn < v.end; vpn++) {
            long pmdAt = table.entryAt(vpn, 1);
            if (pmdAt == 0) {
                vpn |= PageTable.PUD_PAGES - 1;
                continue;
            }
            long pmd = Words.getLongOpaque(pmdAt);
            if (Pte.huge(pmd)) {
                HugeMapping.split(actor, v.mm, folios, vpn, pmdAt);
            } else if (!Pte.present(pmd)) {
                vpn |= PageTable.PMD_PAGES - 1;
                continue;
            }
            long at = table.leafAt(vpn);
            if (at == 0) {
                continue;
            }
            table.lockLeaf(at);
            long entry = Words.getLongOpaque(at);
            while (Pte.present(entry) && !Words.casLong(at, entry, withProt(entry, v))) {
                entry = Words.getLongOpaque(at); // touched meanwhile
            }
            table.unlockLeaf(at);
        }
    }

    private long withProt(long entry, Vma v) {
        long e = entry & ~(Pte.PRESENT | Pte.PROTNONE | Pte.WRITABLE);
        if (!v.accessible()) {
            return e | Pte.PROTNONE;
        }
        boolean writable = v.has(Vma.WRITE) && Pte.dirty(entry) && writableNow(entry, v);
        return e | Pte.PRESENT | (writable ? Pte.WRITABLE : 0);
    }

    /** The next store needs no fault: the page is this process's alone. Kernel: can_change_pte_writable. */
    private boolean writableNow(long entry, Vma v) {
        if (Pte.special(entry)) {
            return false;
        }
        int folio = folios.folioOf(Pte.frame(entry));
        return v.has(Vma.SHARED)
                ? folios.has(folio, FolioFlags.DIRTY)
                : folios.isAnon(folio) && folios.has(folio, FolioFlags.EXCLUSIVE);
    }

    /**
     * Resizes a mapping and moves it with its pages if need be.
     *
     * @param to where it must lie then, or -1 for the same place if it fits, else the lowest free one from {@code lowest} on
     * @return its first page; -1 if the range is not within one mapping or there is no room, with nothing changed; -2 without
     *     memory for page tables, when what lay at the new place and pages behind the new size are gone
     */
    public long remap(Actor actor, AddressSpace space, long vpn, long pages, long newPages, long to, long lowest) {
        space.mmapLock.lock(actor);
        long at = remap.remap(actor, space, vpn, pages, newPages, to, lowest);
        space.mmapLock.unlock(actor);
        return at;
    }

    // ---- files

    /**
     * Changes the size of a file. What lies behind its end afterwards is mapped nowhere and cached no more, private copies
     * included; a touch there comes to {@link Touch#SIGBUS}. Kernel: truncate_pagecache.
     */
    public void truncate(Actor actor, BackingFile file, long pages) {
        file.inodeLock().lock();
        try {
            if (pages >= file.pages()) {
                file.grow(pages);
                return;
            }
            file.invalidateLock().write();
            try {
                file.shrink(pages);
                zapBehind(actor, file, pages);
                mm.files().truncate(actor, file, pages);
            } finally {
                file.invalidateLock().writeDone();
            }
        } finally {
            file.inodeLock().unlock();
        }
    }

    /** Mappings stay as long as their index is not changed; tables that cover them too. Kernel: unmap_mapping_range. */
    private void zapBehind(Actor actor, BackingFile file, long pages) {
        file.vmas().read();
        try {
            for (Vma v : file.vmas().all()) {
                long first = Math.max(v.start, v.vpnOf(pages));
                if (first < v.end) {
                    zap.range(actor, v, first, v.end);
                    mm.shootdown().flush(actor, v.mm);
                }
            }
        } finally {
            file.vmas().readDone();
        }
    }

    // ---- fork and exit

    /**
     * Copies mappings and entries; both sides fault at the next store. Kernel: dup_mmap, copy_page_range.
     *
     * @return false if there was no memory for the child's page tables; it has a part of the pages then and must not run
     */
    public boolean fork(Actor actor, AddressSpace parent, AddressSpace child) {
        parent.mmapLock.lock(actor);
        boolean complete = true;
        for (Vma v : List.copyOf(parent.vmas().all())) {
            Vma copy = child.copyFrom(v);
            parent.invalidate(actor, v.start, v.end, SecondaryMmu.Why.CHANGE);
            if (v.file == null) {
                complete = complete && copyEntries(actor, v, copy);
            } else if (v.families() > 0) {
                complete = complete && copyFileEntries(actor, v, copy);
            }
            parent.invalidated(actor, v.start, v.end);
        }
        mm.shootdown().flush(actor, parent);
        parent.mmapLock.unlock(actor);
        return complete;
    }

    /** The file is not cut off meanwhile, so that no copy comes to lie behind its end. */
    private boolean copyFileEntries(Actor actor, Vma from, Vma to) {
        if (!(from.file instanceof BackingFile file)) {
            return copyEntries(actor, from, to);
        }
        file.invalidateLock().read();
        try {
            return copyEntries(actor, from, to);
        } finally {
            file.invalidateLock().readDone();
        }
    }

    /** Finding memory for a table of the child may take pages of the parent away, so entries are looked at after that. */
    private boolean copyEntries(Actor actor, Vma from, Vma to) {
        PageTable source = from.mm.pageTable;
        PageTable target = to.mm.pageTable;
        for (long vpn = from.start; vpn < from.end; vpn++) {
            long pmdAt = source.entryAt(vpn, 1);
            if (pmdAt == 0) {
                vpn |= PageTable.PUD_PAGES - 1;
                continue;
            }
            long pmd = Words.getLongOpaque(pmdAt);
            if (Pte.none(pmd)) {
                vpn |= PageTable.PMD_PAGES - 1;
                continue;
            }
            boolean huge = Pte.huge(pmd);
            if (!huge && Pte.none(Words.getLongOpaque(source.leafAt(vpn)))) {
                continue;
            }
            long at = target.ensureEntry(actor, vpn, huge ? 1 : 0);
            if (at == 0) {
                return false;
            }
            if (huge && !copyHuge(to, pmdAt, at)) {
                vpn--; // split meanwhile
            } else if (huge) {
                vpn |= PageTable.PMD_PAGES - 1;
            } else {
                long leaf = source.leafAt(vpn);
                source.lockLeaf(leaf);
                target.lockChild(at);
                copyEntry(actor, from, to, leaf, at);
                target.unlockChild(at);
                source.unlockLeaf(leaf);
            }
        }
        return true;
    }

    private boolean copyHuge(Vma to, long pmdAt, long at) {
        to.mm.pageTable.lockUpper(pmdAt);
        boolean huge = Pte.huge(Words.getLongOpaque(pmdAt));
        if (huge) {
            long before = Words.andLong(pmdAt, ~Pte.WRITABLE);
            int folio = Pte.frame(before);
            folios.clear(folio, FolioFlags.EXCLUSIVE);
            mm.mapped().mapped(to.mm, folio, PageTable.PMD_PAGES, 1);
            to.mm.pageTable.lockChild(at);
            to.mm.pageTable.install(at, before & ~(Pte.WRITABLE | Pte.ACCESSED));
            to.mm.pageTable.unlockChild(at);
        }
        to.mm.pageTable.unlockUpper(pmdAt);
        return huge;
    }

    private void copyEntry(Actor actor, Vma from, Vma to, long at, long target) {
        long entry = Words.getLongOpaque(at);
        if (Pte.none(entry)) {
            return;
        }
        actor.charge(Cost.PTE_COPY);
        long copy = entry;
        if (Pte.isSwap(entry)) {
            mm.swap().duplicate(Pte.slot(entry));
            to.mm.addSwapEntries(1);
            copy = entry & ~Pte.SWAP_EXCLUSIVE;
            from.mm.pageTable.replace(at, copy);
        } else {
            if (from.cow() && Pte.writable(entry)) {
                copy = Words.andLong(at, ~Pte.WRITABLE) & ~Pte.WRITABLE;
            }
            if (!Pte.special(entry)) {
                int folio = folios.folioOf(Pte.frame(entry));
                if (folios.isAnon(folio)) {
                    folios.clear(folio, FolioFlags.EXCLUSIVE);
                }
                mm.mapped().mapped(to.mm, folio, 1, 1);
            }
            copy &= ~Pte.ACCESSED; // the copy was not used yet
            if (from.has(Vma.SHARED)) {
                copy &= ~Pte.DIRTY;
            }
        }
        to.mm.pageTable.install(target, copy);
    }

    /** Takes everything out of an address space and frees its tables. Kernel: exit_mmap. */
    public void destroy(Actor actor, AddressSpace space) {
        space.mmapLock.lock(actor);
        while (space.vmas().size() > 0) {
            Vma v = space.vmas().get(space.vmas().size() - 1);
            zap.range(actor, v, v.start, v.end);
            space.unmap(v);
        }
        space.pageTable.freeTables(actor, 0, space.pageTable.pages());
        space.pageTable.destroy();
        space.mmapLock.unlock(actor);
    }
}
