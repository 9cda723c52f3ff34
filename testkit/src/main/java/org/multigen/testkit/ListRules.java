package org.multigen.testkit;

import org.multigen.lru.Lruvec;
import org.multigen.memcg.Memcg;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.memory.Node;

/**
 * Every page is on one list of its lruvec or waits for one; generations, lists and sizes agree with their books.
 *
 * <p>A walk moves a page to a younger generation in its flags only, and eviction puts it on the right list later: so a generation's
 * books count the pages whose flags say so, on whichever list of their type and zone they are. Where a type may not be evicted,
 * the oldest generation is retired without moving its pages, as in the kernel; their flags may then name a generation that comes
 * only later, and so may the list that eviction puts them on.
 */
final class ListRules {
    private static final int NO_GEN = FolioFlags.NO_GEN;
    /** Reclaim may always take file pages, unless it is asked for anonymous ones only. */
    private static final int FILE = 1;

    private final Census census;
    private final FolioTable folios;
    private final Findings findings;
    private final boolean[] listed;

    ListRules(Census census, Findings findings) {
        this.census = census;
        this.folios = census.folios;
        this.findings = findings;
        this.listed = new boolean[folios.frames()];
    }

    void check() {
        for (Memcg m : census.machine.memcgs().all()) {
            for (Node n : census.machine.memory().nodes()) {
                lruvec(census.machine.lruvecs().of(m, n.id()));
            }
        }
        for (int pfn = 0; pfn < listed.length; pfn++) {
            if (!census.free[pfn] && !census.table[pfn] && !folios.has(pfn, FolioFlags.TAIL)) {
                place(pfn);
            }
        }
    }

    private void place(int folio) {
        boolean lru = folios.has(folio, FolioFlags.LRU);
        if (lru != listed[folio]) {
            findings.add("lists", "%s list: %s", lru ? "on no" : "on a", census.describe(folio));
        } else if (!lru && census.waiting[folio] == 0) {
            findings.add("lists", "neither on a list nor waiting for one: %s", census.describe(folio));
        }
        if (!lru && FolioFlags.gen(folios.flags(folio)) != NO_GEN) {
            findings.add("generations", "on no list but in a generation: %s", census.describe(folio));
        }
    }

    private void lruvec(Lruvec v) {
        long[][] sizes = new long[Lruvec.LISTS][v.node.zones().size()];
        walk(v, v.unevictable, Lruvec.UNEVICTABLE, sizes[Lruvec.UNEVICTABLE]);
        for (int list = 0; list < Lruvec.UNEVICTABLE; list++) {
            walk(v, census.rooms.twolist().head(v, list), list, sizes[list]);
        }
        generations(v, sizes);
        for (int list = 0; list < Lruvec.LISTS; list++) {
            for (int z = 0; z < sizes[list].length; z++) {
                findings.equal(
                        "lruvec sizes", v.sizeIn(list, z), sizes[list][z], v.memcg + " list " + list + " zone " + z);
            }
        }
        findings.equal("isolated pages", v.isolated[0] + v.isolated[1], 0, v.memcg);
    }

    private void generations(Lruvec v, long[][] sizes) {
        int zones = v.node.zones().size();
        long[] inGeneration = new long[4 * 2 * zones];
        census.rooms.multigen().visitLists(v, (gen, type, zone, head, pages, active) -> {
            if (type == FILE && folios.next(head) != head && !exists(v, gen, type)) {
                findings.add("generations", "%s: pages in gen %d of type %d, which does not exist", v.memcg, gen, type);
            }
            walkGeneration(v, head, type, zone, inGeneration);
        });
        census.rooms.multigen().visitLists(v, (gen, type, zone, head, pages, active) -> {
            long found = inGeneration[(gen * 2 + type) * zones + zone];
            sizes[type * 2 + (active ? 1 : 0)][zone] += found;
            if (pages != found) {
                findings.add(
                        "generation sizes",
                        "%s gen %d type %d zone %d: booked %d, counted %d",
                        v.memcg,
                        gen,
                        type,
                        zone,
                        pages,
                        found);
            }
        });
    }

    private void walkGeneration(Lruvec v, int head, int type, int zone, long[] inGeneration) {
        int before = head;
        for (int pfn = folios.next(head); pfn != head; pfn = folios.next(pfn)) {
            if (!onlyHere(v, pfn, before, "generation")) {
                return;
            }
            before = pfn;
            owned(v, pfn);
            long flags = folios.flags(pfn);
            int gen = FolioFlags.gen(flags);
            boolean right = gen >= 0
                    && FolioFlags.type(flags) == type
                    && FolioFlags.zone(flags) == zone
                    && (flags & FolioFlags.UNEVICTABLE) == 0;
            if (!right) {
                findings.add("generations", "%s type %d zone %d has %s", v.memcg, type, zone, census.describe(pfn));
            } else {
                inGeneration[(gen * 2 + type) * v.node.zones().size() + zone] += FolioFlags.pages(flags);
            }
        }
    }

    /** A list is well formed here and the page on no list met before. */
    private boolean onlyHere(Lruvec v, int pfn, int before, Object list) {
        if (pfn < 0 || pfn >= listed.length || folios.prev(pfn) != before || listed[pfn]) {
            findings.add("lists", "%s list %s is broken at %d", v.memcg, list, pfn);
            return false;
        }
        listed[pfn] = true;
        return true;
    }

    private boolean exists(Lruvec v, int gen, int type) {
        for (long seq = census.rooms.multigen().minSeq(v, type);
                seq <= census.rooms.multigen().maxSeq(v);
                seq++) {
            if (seq % 4 == gen) {
                return true;
            }
        }
        return false;
    }

    /** Walks a list of the classic LRU or the unevictable one, checks what is on it, and adds up its pages per zone. */
    private void walk(Lruvec v, int head, int list, long[] sizes) {
        int before = head;
        for (int pfn = folios.next(head); pfn != head; pfn = folios.next(pfn)) {
            if (!onlyHere(v, pfn, before, list)) {
                return;
            }
            before = pfn;
            owned(v, pfn);
            long flags = folios.flags(pfn);
            boolean unevictable = (flags & FolioFlags.UNEVICTABLE) != 0;
            boolean right = FolioFlags.gen(flags) == NO_GEN && unevictable == (list == Lruvec.UNEVICTABLE);
            if (right && !unevictable) {
                right = FolioFlags.type(flags) == list >> 1 && ((flags & FolioFlags.ACTIVE) != 0) == ((list & 1) != 0);
            }
            if (!right) {
                findings.add("lists", "%s list %d has %s", v.memcg, list, census.describe(pfn));
            }
            sizes[FolioFlags.zone(flags)] += FolioFlags.pages(flags);
        }
    }

    private void owned(Lruvec v, int folio) {
        long flags = folios.flags(folio);
        Memcg owner = census.machine.memcgs().of(FolioFlags.memcg(flags));
        if (owner != v.memcg || FolioFlags.node(flags) != v.node.id()) {
            findings.add("lists", "of %s is on a list of %s: %s", owner, v.memcg, census.describe(folio));
        }
        if (census.free[folio]) {
            findings.add("free and listed", "%s has %s", v.memcg, census.describe(folio));
        }
    }
}
