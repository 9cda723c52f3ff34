package org.multigen.fidelity.replay;

import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.multigen.machine.Machine;
import org.multigen.memory.FolioTable;
import org.multigen.pagetable.Pte;

/** Questions about the folios behind a region, as {@code /proc/kpageflags} answers them. */
final class Pages {
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
        throw new Unmodelled("kpf " + region + " " + mask);
    }
}
