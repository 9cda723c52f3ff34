package org.multigen.fidelity.replay;

import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.multigen.machine.Machine;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.pagetable.Pte;

/** Questions about the folios behind a region, as {@code /proc/kpageflags} answers them. */
final class Pages {
    private static final int ANON = 12;

    /** Our flag for each bit of /proc/kpageflags, 0 where there is none. */
    private static final long[] KPAGEFLAGS = {
        FolioFlags.LOCKED,
        0,
        FolioFlags.REFERENCED,
        0,
        FolioFlags.DIRTY,
        FolioFlags.LRU,
        FolioFlags.ACTIVE,
        0,
        FolioFlags.WRITEBACK,
        FolioFlags.RECLAIM,
        0,
        0,
        0,
        FolioFlags.SWAPCACHE,
        FolioFlags.SWAPBACKED,
        FolioFlags.HEAD,
        0,
        0,
        FolioFlags.UNEVICTABLE
    };

    private Pages() {}

    /** Number of mapped folios by their size in pages. */
    static Map<String, Long> folios(Machine machine, Guest guest, String region) {
        Region r = guest.region(region);
        FolioTable table = machine.memory().folios();
        Map<Integer, Long> pages = new TreeMap<>();
        for (long vpn = r.vpn(); vpn < r.vpn() + r.pages(); vpn++) {
            long entry = guest.task().mm().pageTable.lookup(vpn);
            if (Pte.mapsPage(entry)) {
                pages.merge(table.pages(table.folioOf(Pte.frame(entry))), 1L, Long::sum);
            }
        }
        Map<String, Long> sizes = new LinkedHashMap<>();
        pages.forEach((size, n) -> sizes.put(Integer.toString(size), n / size));
        return sizes;
    }

    /** Present pages that have one of the flags. */
    static BitSet flagged(Machine machine, Guest guest, String region, long mask) {
        Region r = guest.region(region);
        FolioTable table = machine.memory().folios();
        long wanted = 0;
        for (int bit = 0; bit < KPAGEFLAGS.length; bit++) {
            wanted |= (mask >> bit & 1) != 0 ? KPAGEFLAGS[bit] : 0;
        }
        BitSet set = new BitSet();
        for (long page = 0; page < r.pages(); page++) {
            long entry = guest.task().mm().pageTable.lookup(r.vpn() + page);
            if (Pte.mapsPage(entry)) {
                int folio = table.folioOf(Pte.frame(entry));
                boolean anonymous = (mask >> ANON & 1) != 0 && table.isAnon(folio);
                set.set((int) page, anonymous || table.has(folio, wanted) && wanted != 0);
            }
        }
        return set;
    }
}
