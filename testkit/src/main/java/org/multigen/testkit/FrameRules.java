package org.multigen.testkit;

import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.memory.Node;
import org.multigen.memory.Zone;

/** Every frame is free, a page table, or part of a folio that somebody holds; all counts are explained. */
final class FrameRules {
    private final Census census;
    private final FolioTable folios;
    private final Findings findings;

    FrameRules(Census census, Findings findings) {
        this.census = census;
        this.folios = census.folios;
        this.findings = findings;
    }

    void check() {
        for (Node n : census.machine.memory().nodes()) {
            for (Zone z : n.zones()) {
                zone(z);
            }
        }
    }

    private void zone(Zone z) {
        long free = 0;
        int end = z.startPfn + z.managed;
        for (int pfn = z.startPfn; pfn < end; ) {
            if (census.free[pfn]) {
                free++;
                freeFrame(pfn);
                pfn++;
                continue;
            }
            long flags = folios.flags(pfn);
            if ((flags & FolioFlags.TAIL) != 0) {
                findings.add("frames", "frame %d is a tail without its head", pfn);
                pfn++;
                continue;
            }
            pfn += folio(z, pfn, flags, end);
        }
        findings.equal("free pages", z.free(), free, "zone " + z.name);
    }

    private void freeFrame(int pfn) {
        if (census.held(pfn)) {
            findings.add("free and in use", "%s", census.describe(pfn));
        }
    }

    /** Checks one folio; returns its pages. */
    private int folio(Zone z, int pfn, long flags, int end) {
        int pages = FolioFlags.pages(flags);
        if ((flags & FolioFlags.FREE) != 0) {
            findings.add("frames", "frame %d is marked free but on no free list", pfn);
            return 1;
        }
        if (!census.held(pfn)) {
            findings.add("leaked frame", "nobody holds %s", census.describe(pfn));
        }
        if (folios.mapCount(pfn) != census.entries[pfn]) {
            findings.add("map count", "%d entries map %s", census.entries[pfn], census.describe(pfn));
        }
        if (folios.refCount(pfn) != census.references[pfn]) {
            findings.add("reference count", "%d are explained of %s", census.references[pfn], census.describe(pfn));
        }
        if (FolioFlags.node(flags) != z.node || FolioFlags.zone(flags) != z.index) {
            findings.add("frames", "wrong zone in %s", census.describe(pfn));
        }
        if ((flags & FolioFlags.LOCKED) != 0) {
            findings.add("locked", "between operations: %s", census.describe(pfn));
        }
        for (int i = 1; i < pages && pfn + i < end; i++) {
            if (census.free[pfn + i] || folios.folioOf(pfn + i) != pfn || !folios.has(pfn + i, FolioFlags.TAIL)) {
                findings.add("frames", "page %d is not a tail of %s", i, census.describe(pfn));
            }
        }
        if (census.cachedPages[pfn] != 0 && census.cachedPages[pfn] != pages) {
            findings.add("page cache", "%d pages cached of %s", census.cachedPages[pfn], census.describe(pfn));
        }
        return pages;
    }
}
