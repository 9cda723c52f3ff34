package org.multigen.lab.explain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.multigen.addrspace.AddressSpace;
import org.multigen.addrspace.Vma;
import org.multigen.storage.BackingFile;

/**
 * Names of the parts of address spaces, such as {@code redis/anon}: the process and what was mapped there at the first touch. A
 * process's anonymous memory is told apart by its address where it lies in pieces more than 1 GiB away from each other.
 */
final class Areas {
    private static final int RANGE = 9;
    private static final long GAP_PAGES = 1L << 18;
    private static final String ANON = "anon";

    private final PageIds ids;
    /** By range of 512 pages, 1 + the number of its name. */
    private final PageWords ranges = new PageWords();

    private final List<String> names = new ArrayList<>();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<Long, Long> pieces = new HashMap<>();
    private boolean several;
    private @Nullable Map<Integer, Boolean> scattered;

    Areas(PageIds ids) {
        this.ids = ids;
    }

    /** A page is touched for the first time in a run. */
    void met(long id, AddressSpace space, long vpn) {
        if (ranges.get(id >>> RANGE) == 0) {
            Vma vma = space.vma(vpn);
            String name = vma != null && vma.file instanceof BackingFile f ? base(f.path()) : ANON;
            int number = numbers.computeIfAbsent(name, n -> {
                names.add(n);
                return names.size();
            });
            ranges.set(id >>> RANGE, number);
        }
    }

    private static String base(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** The name of a page's area; call when all runs are over. */
    String of(long id) {
        if (id == PageIds.NONE) {
            return "?";
        }
        PageIds.Owner owner = ids.owner(PageIds.ownerOf(id));
        if (owner.file()) {
            return base(owner.name());
        }
        long number = ranges.get(id >>> RANGE);
        String name = number == 0 ? ANON : names.get((int) number - 1);
        return owner.name() + "/" + name + (name.equals(ANON) ? piece(id) : "");
    }

    private String piece(long id) {
        if (scattered == null) {
            scattered = findPieces();
        }
        if (!several || !scattered.getOrDefault(PageIds.ownerOf(id), false)) {
            return "";
        }
        long first = pieces.getOrDefault(id >>> RANGE, id >>> RANGE) << RANGE;
        return "@" + Long.toHexString(PageIds.pageOf(first) << 12);
    }

    private Map<Integer, Boolean> findPieces() {
        Map<Integer, Boolean> found = new HashMap<>();
        long start = PageIds.NONE;
        long before = PageIds.NONE;
        for (long chunk : ranges.chunkStarts()) {
            for (long range = chunk; range < chunk + (1 << RANGE); range++) {
                long number = ranges.get(range);
                if (number == 0 || !names.get((int) number - 1).equals(ANON)) {
                    continue;
                }
                int owner = PageIds.ownerOf(range << RANGE);
                boolean same = before != PageIds.NONE && PageIds.ownerOf(before << RANGE) == owner;
                if (!same || range - before > GAP_PAGES >> RANGE) {
                    start = range;
                    found.put(owner, same);
                    several |= same;
                }
                pieces.put(range, start);
                before = range;
            }
        }
        return found;
    }
}
