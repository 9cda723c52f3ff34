package org.multigen.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.multigen.addrspace.AddressSpace;
import org.multigen.addrspace.AnonFamily;
import org.multigen.addrspace.Mappable;
import org.multigen.addrspace.Rmap;
import org.multigen.addrspace.Vma;
import org.multigen.machine.Task;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.pagetable.PageTable;
import org.multigen.pagetable.Pte;

/** Entries lie in mappings that allow them, the reverse map finds each, and an address space's books agree with its tables. */
final class MappingRules {
    private final Census census;
    private final FolioTable folios;
    private final Findings findings;

    MappingRules(Census census, Findings findings) {
        this.census = census;
        this.folios = census.folios;
        this.findings = findings;
    }

    void check(boolean reverse) {
        for (Task t : census.machine.tasks()) {
            space(t.mm());
        }
        families();
        if (reverse) {
            reverse();
        }
    }

    private void space(AddressSpace space) {
        Census.Resident r = census.residents.get(space);
        if (r == null) {
            return;
        }
        findings.equal("resident anon", space.anonPages, r.anon, space.name);
        findings.equal("resident file", space.filePages, r.file, space.name);
        findings.equal("resident shmem", space.shmemPages, r.shmem, space.name);
        findings.equal("swap entries", space.swapEntries, r.swap, space.name);
        findings.equal("tables", space.pageTable.tables(), r.tables, space.name);
        long locked = 0;
        long before = 0;
        for (Vma v : space.vmas().all()) {
            locked += v.has(Vma.LOCKED) ? v.pages() : 0;
            if (v.start < before || v.start >= v.end) {
                findings.add("mappings", "%s: %s is out of order", space.name, v);
            }
            before = v.end;
        }
        findings.equal("locked pages", space.lockedPages, locked, space.name);
        space.pageTable.visit(new Entries(space));
    }

    private final class Entries implements PageTable.Visitor {
        private final AddressSpace space;

        Entries(AddressSpace space) {
            this.space = space;
        }

        @Override
        public void table(int level, int frame, int used, int found) {}

        @Override
        public void entry(long vpn, long entry, int level) {
            Vma v = space.vma(vpn);
            if (v == null) {
                findings.add("entries", "%s: page %x is in no mapping", space.name, vpn);
                return;
            }
            if (Pte.isSwap(entry)) {
                if (v.has(Vma.SHARED)) {
                    findings.add("entries", "%s: page %x of a shared mapping is a swap entry", space.name, vpn);
                }
                if ((entry & Pte.SWAP_EXCLUSIVE) != 0 && census.slotEntries[Pte.slot(entry)] != 1) {
                    findings.add("exclusive", "%s: page %x, slot %d is shared", space.name, vpn, Pte.slot(entry));
                }
                return;
            }
            if (!Pte.present(entry)) {
                findings.add("entries", "%s: page %x has entry %x", space.name, vpn, entry);
                return;
            }
            if (Pte.writable(entry)) {
                writable(v, vpn, entry);
            }
        }

        private void writable(Vma v, long vpn, long entry) {
            if (!v.has(Vma.WRITE)) {
                findings.add("permissions", "%s: page %x is writable in %s", space.name, vpn, v);
            }
            if (Pte.special(entry)) {
                findings.add("permissions", "%s: the zero page at %x is writable", space.name, vpn);
                return;
            }
            int folio = folios.folioOf(Pte.frame(entry));
            if (!v.has(Vma.SHARED)) {
                boolean alone = folios.isAnon(folio)
                        && folios.has(folio, FolioFlags.EXCLUSIVE)
                        && (census.entries[folio] == 1 || folios.has(folio, FolioFlags.HEAD));
                if (!alone) {
                    findings.add("exclusive", "%s: writable at %x: %s", space.name, vpn, census.describe(folio));
                }
            }
        }
    }

    private void families() {
        Map<Integer, Integer> counts = new HashMap<>();
        for (int pfn = 0; pfn < folios.frames(); pfn++) {
            if (!census.free[pfn] && !folios.has(pfn, FolioFlags.TAIL) && folios.mapping(pfn) < 0) {
                counts.merge(folios.mapping(pfn), 1, Integer::sum);
            }
        }
        for (Mappable m : census.machine.mappables().families()) {
            if (m instanceof AnonFamily f) {
                findings.equal("family", f.folios(), counts.getOrDefault(f.id(), 0), "family " + f.id());
                counts.remove(f.id());
            }
        }
        counts.forEach((id, n) -> findings.add("family", "%d folios of family %d, which has gone", n, id));
    }

    private void reverse() {
        Counter counter = new Counter();
        for (int pfn = 0; pfn < folios.frames(); pfn++) {
            if (census.entries[pfn] == 0 || census.free[pfn]) {
                continue;
            }
            counter.found = 0;
            counter.locked = false;
            counter.where.clear();
            census.rooms.rmap().walk(pfn, counter);
            if (counter.found != census.entries[pfn]) {
                findings.add(
                        "reverse map",
                        "finds %d of %d entries (%s) of %s",
                        counter.found,
                        census.entries[pfn],
                        counter.where,
                        census.describe(pfn));
            }
            if (folios.has(pfn, FolioFlags.MLOCKED) && !counter.locked) {
                findings.add("mlocked", "by no mapping: %s", census.describe(pfn));
            }
        }
    }

    private static final class Counter implements Rmap.Visitor {
        private int found;
        private boolean locked;
        private final List<String> where = new ArrayList<>();

        @Override
        public boolean wants(Vma vma) {
            return true;
        }

        @Override
        public boolean mapping(Vma vma, long vpn, long entryAt, boolean huge) {
            found++;
            locked |= vma.has(Vma.LOCKED);
            return true;
        }
    }
}
