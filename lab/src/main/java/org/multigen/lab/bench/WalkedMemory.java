package org.multigen.lab.bench;

import org.multigen.addrspace.AddressSpace;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.Locks;
import org.multigen.base.Words;
import org.multigen.guest.AgingPolicy;
import org.multigen.guest.SecondaryAging;
import org.multigen.pagetable.PageTable;
import org.multigen.pagetable.Pte;
import org.multigen.pagetable.TablePool;
import org.multigen.rules.KernelRules;
import org.multigen.rules.Kernels;
import org.multigen.walk.BloomFilter;
import org.multigen.walk.FilterSettings;
import org.multigen.walk.MmWalk;
import org.multigen.walk.PageTableWalker;
import org.multigen.walk.WalkSettings;

/** An address space without a machine around it, and a walker of its own that only counts what it finds young. */
final class WalkedMemory {
    private static final int SLOTS = 64;
    /** Without a filter. */
    private static final BloomFilter NO_FILTER = new BloomFilter(
            new FilterSettings(false, FilterSettings.DEFAULT_SHIFT, true, false, FilterSettings.Hash.GOLDEN_RATIO));

    private final long pages;
    private final AddressSpace mm;
    private final Actor actor = new Actor("walk", 0, 0, new long[Cost.values().length]);
    private final MmWalk walk = new MmWalk(SLOTS);
    private final PageTableWalker walker;

    /** Maps so many pages, without tables yet. */
    WalkedMemory(TablePool pool, Locks locks, long pages) {
        KernelRules rules = Kernels.find("6.12");
        if (rules == null) {
            throw new IllegalStateException("no rules for 6.12");
        }
        this.pages = pages;
        this.walker = new PageTableWalker(
                rules,
                WalkSettings.KERNEL,
                new BareSpace.TakesAll(),
                new SecondaryAging(AgingPolicy.LANDED, rules.walkAsksSecondaryMmu()));
        mm = BareSpace.of(pool, locks, pages);
    }

    /** Tables that an address space of so many pages takes, root included, and a few more. */
    static int tables(long pages) {
        long leaves = pages / PageTable.ENTRIES;
        return (int) (leaves + leaves / PageTable.ENTRIES + 64);
    }

    /** Every page has an old entry. */
    WalkedMemory fill() {
        BareSpace.fill(mm, actor, pages);
        return this;
    }

    /** Every leaf table is there, and nobody used it. */
    WalkedMemory fillIdle() {
        for (long vpn = 0; vpn < pages; vpn += PageTable.PMD_PAGES) {
            mm.pageTable.ensureEntry(actor, vpn, 0);
            mm.pageTable.takeAccessed(mm.pageTable.entryAt(vpn, 1));
        }
        return this;
    }

    /** Every other page was used. */
    void makeYoung() {
        for (long vpn = 0; vpn < pages; vpn += PageTable.ENTRIES) {
            long at = mm.pageTable.leafAt(vpn);
            for (int i = 0; i < PageTable.ENTRIES; i += 2) {
                Words.orLong(at + 8L * i, Pte.ACCESSED);
            }
        }
    }

    /**
     * Walks everything some times.
     *
     * @param young entries that are to be found young by each walk
     * @return entries scanned
     */
    long walk(long young, int times) {
        for (int t = 0; t < times; t++) {
            begin();
            walk.forceScan = true;
            walker.walk(actor, mm, walk, NO_FILTER, false);
            if (walk.batched != young) {
                throw new IllegalStateException(walk.batched + " young entries found, " + young + " were there");
            }
        }
        return pages * times;
    }

    /** One walk that uses filters and accessed bits of upper levels; nothing was used. */
    long walkIdle(BloomFilter filter) {
        begin();
        walker.walk(actor, mm, walk, filter, true);
        if (walk.batched != 0) {
            throw new IllegalStateException("idle memory had young pages");
        }
        return 1;
    }

    private void begin() {
        walk.reset();
        walk.seq = 3;
        walk.swappiness = 60;
    }
}
