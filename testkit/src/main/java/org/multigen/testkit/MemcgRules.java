package org.multigen.testkit;

import java.util.HashMap;
import java.util.Map;
import org.multigen.addrspace.Mappable;
import org.multigen.machine.Task;
import org.multigen.memcg.Memcg;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.storage.BackingFile;
import org.multigen.storage.PageCache;
import org.multigen.storage.Shadow;

/** A group's usage is what is charged to it and below; the amounts of memory.stat are those of its pages. */
final class MemcgRules {
    private static final int STATES = Memcg.State.values().length;

    private final Census census;
    private final FolioTable folios;
    private final Findings findings;
    private final Map<Memcg, long[]> states = new HashMap<>();
    private final Map<Memcg, Long> charged = new HashMap<>();

    MemcgRules(Census census, Findings findings) {
        this.census = census;
        this.folios = census.folios;
        this.findings = findings;
    }

    void check() {
        for (Memcg m : census.machine.memcgs().all()) {
            states.put(m, new long[STATES]);
            charged.put(m, 0L);
        }
        for (int pfn = 0; pfn < folios.frames(); pfn++) {
            if (!census.free[pfn] && !folios.has(pfn, FolioFlags.TAIL)) {
                folio(pfn);
            }
        }
        for (Task t : census.machine.tasks()) {
            t.kernelPages().forEach((m, pages) -> {
                add(m, Memcg.State.KERNEL, pages);
                charge(m, pages);
            });
        }
        for (Memcg m : census.machine.memcgs().all()) {
            add(m, Memcg.State.KERNEL, m.objectPages());
            charge(m, m.objectPages());
        }
        dirtyPages();
        states.forEach(this::compare);
        charged.forEach((m, pages) -> {
            if (!m.isRoot()) {
                findings.equal("memcg usage", m.usage(), below(m), m);
            }
        });
    }

    private void folio(int pfn) {
        long flags = folios.flags(pfn);
        int id = FolioFlags.memcg(flags);
        if (id != 0 && census.machine.memcgs().byId(id) == null) {
            findings.add("memcg", "of a group that has gone: %s", census.describe(pfn));
            return;
        }
        Memcg m = census.machine.memcgs().of(id);
        int pages = FolioFlags.pages(flags);
        charge(m, pages);
        if (census.table[pfn]) {
            add(m, Memcg.State.KERNEL, 1);
            add(m, Memcg.State.PAGETABLES, 1);
            return;
        }
        boolean mapped = census.entries[pfn] > 0;
        boolean cached = census.cachedPages[pfn] > 0;
        if (mapped) {
            add(m, folios.isAnon(pfn) ? Memcg.State.ANON : Memcg.State.FILE_MAPPED, pages);
        }
        if (cached) {
            add(m, Memcg.State.FILE, pages);
            if ((flags & FolioFlags.SWAPBACKED) != 0) {
                add(m, Memcg.State.SHMEM, pages);
            } else if ((flags & FolioFlags.WRITEBACK) != 0) {
                add(m, Memcg.State.FILE_WRITEBACK, pages);
            }
        }
        if ((flags & FolioFlags.SWAPCACHE) != 0) {
            add(m, Memcg.State.SWAPCACHED, pages);
        }
    }

    /** Dirty file pages: the file's own marks, the folio's flag, the group's and the flusher's sums are one. */
    private void dirtyPages() {
        long all = 0;
        for (Mappable mappable : census.machine.mappables().files()) {
            if (mappable instanceof BackingFile file && !file.shmem()) {
                all += dirtyPages(file);
            }
        }
        findings.equal("dirty pages", census.rooms.files().writeback().dirtyPages(), all, "machine");
    }

    private long dirtyPages(BackingFile file) {
        PageCache cache = file.cache();
        long dirty = 0;
        for (long i = cache.nextUsed(0); i >= 0; i = cache.nextUsed(i + 1)) {
            long e = cache.get(i);
            boolean marked = file.dirtyAt(i);
            dirty += marked ? 1 : 0;
            if (Shadow.isFolio(e)) {
                int folio = folios.folioOf(Shadow.pfn(e));
                if (marked != folios.has(folio, FolioFlags.DIRTY)) {
                    findings.add(
                            "dirty pages", "%s page %d marked %b: %s", file.path(), i, marked, census.describe(folio));
                }
                if (marked) {
                    add(census.machine.memcgs().of(FolioFlags.memcg(folios.flags(folio))), Memcg.State.FILE_DIRTY, 1);
                }
            } else if (marked) {
                findings.add("dirty pages", "%s page %d is marked but not cached", file.path(), i);
            }
        }
        findings.equal("dirty pages", file.dirtyPages(), dirty, file.path());
        return dirty;
    }

    private void add(Memcg m, Memcg.State s, long pages) {
        long[] of = states.get(m);
        if (of == null) {
            findings.add("memcg", "pages of %s, which has gone", m);
        } else {
            of[s.ordinal()] += pages;
        }
    }

    private void charge(Memcg m, long pages) {
        charged.merge(m, pages, Long::sum);
    }

    private long below(Memcg top) {
        long sum = 0;
        for (Memcg m : census.machine.memcgs().subtree(top)) {
            sum += charged.getOrDefault(m, 0L) + census.rooms.charge().stocked(m);
        }
        return sum;
    }

    private void compare(Memcg m, long[] expected) {
        for (Memcg.State s : Memcg.State.values()) {
            findings.equal("memory.stat " + s, m.ownState(s), expected[s.ordinal()], m);
        }
    }
}
