package org.multigen.fidelity.verdict;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.multigen.fidelity.transcript.LruGenDump;

/**
 * Where two dumps of the same moment differ.
 *
 * @param entries each difference, in the order of the dump
 * @param tierCounters how many counters of tiers differ; they are told, not judged
 */
record DumpDifference(List<Entry> entries, int tierCounters) {

    /** What kind of figure differs. */
    enum What {
        RANGE,
        ANON,
        FILE,
        MIN_SEQ,
        WALKS
    }

    /** One differing figure; {@code ours - theirs} is its size. */
    record Entry(What what, int node, long seq, String name, long ours, long theirs) {
        long distance() {
            return Math.abs(ours - theirs);
        }

        String text() {
            return name + ": " + ours + ", kernel " + theirs;
        }
    }

    /** The statistics of walks at the previous full dump of each group, ours and theirs. */
    static final class WalkTotals {
        private final Map<String, Map<Character, Long>> ours = new HashMap<>();
        private final Map<String, Map<Character, Long>> theirs = new HashMap<>();
    }

    boolean equal() {
        return entries.isEmpty();
    }

    /** Compares two dumps; the statistics of walks are compared as differences since the previous full dump. */
    static DumpDifference of(String group, LruGenDump ours, LruGenDump theirs, boolean full, WalkTotals totals) {
        List<Entry> entries = new ArrayList<>();
        int tiers = 0;
        Map<Integer, LruGenDump.Node> byId = new LinkedHashMap<>();
        ours.nodes().forEach(n -> byId.put(n.id(), n));
        for (LruGenDump.Node node : theirs.nodes()) {
            LruGenDump.Node own = byId.remove(node.id());
            if (own == null) {
                own = new LruGenDump.Node(node.id(), List.of());
            }
            tiers += node(own, node, entries);
        }
        for (LruGenDump.Node left : byId.values()) {
            if (left.pages(true) + left.pages(false) > 0) {
                node(left, new LruGenDump.Node(left.id(), List.of()), entries);
            }
        }
        if (full) {
            walks(group, ours.walks(), theirs.walks(), totals, entries);
        }
        return new DumpDifference(entries, tiers);
    }

    private static int node(LruGenDump.Node ours, LruGenDump.Node theirs, List<Entry> entries) {
        Map<Long, LruGenDump.Generation> own = new LinkedHashMap<>();
        ours.generations().forEach(g -> own.put(g.seq(), g));
        range(ours, theirs, entries);
        int tiers = 0;
        for (LruGenDump.Generation g : theirs.generations()) {
            LruGenDump.Generation o = own.remove(g.seq());
            pages(ours.id(), g.seq(), o, g, entries);
            tiers += o == null ? 0 : tierCounters(o, g);
        }
        for (LruGenDump.Generation left : own.values()) {
            pages(ours.id(), left.seq(), left, null, entries);
        }
        return tiers;
    }

    private static void range(LruGenDump.Node ours, LruGenDump.Node theirs, List<Entry> entries) {
        long ourFirst = first(ours);
        long theirFirst = first(theirs);
        if (ourFirst != theirFirst) {
            entries.add(new Entry(What.RANGE, theirs.id(), theirFirst, "oldest generation", ourFirst, theirFirst));
        }
        long ourLast = last(ours);
        long theirLast = last(theirs);
        if (ourLast != theirLast) {
            entries.add(new Entry(What.RANGE, theirs.id(), theirLast, "youngest generation", ourLast, theirLast));
        }
    }

    private static long first(LruGenDump.Node n) {
        return n.generations().isEmpty() ? -1 : n.generations().getFirst().seq();
    }

    private static long last(LruGenDump.Node n) {
        return n.generations().isEmpty() ? -1 : n.generations().getLast().seq();
    }

    private static void pages(
            int node,
            long seq,
            LruGenDump.@org.jspecify.annotations.Nullable Generation ours,
            LruGenDump.@org.jspecify.annotations.Nullable Generation theirs,
            List<Entry> entries) {
        String gen = (node == 0 ? "" : "node " + node + " ") + "generation " + seq;
        long ourAnon = ours == null ? 0 : ours.anon();
        long theirAnon = theirs == null ? 0 : theirs.anon();
        if (ourAnon != theirAnon) {
            entries.add(new Entry(What.ANON, node, seq, gen + " anonymous", ourAnon, theirAnon));
        }
        long ourFile = ours == null ? 0 : ours.file();
        long theirFile = theirs == null ? 0 : theirs.file();
        if (ourFile != theirFile) {
            entries.add(new Entry(What.FILE, node, seq, gen + " file", ourFile, theirFile));
        }
        if (ours != null && theirs != null) {
            stale(node, seq, gen + " anonymous stale", ours.anonStale(), theirs.anonStale(), entries);
            stale(node, seq, gen + " file stale", ours.fileStale(), theirs.fileStale(), entries);
        }
    }

    private static void stale(int node, long seq, String name, boolean ours, boolean theirs, List<Entry> entries) {
        if (ours != theirs) {
            entries.add(new Entry(What.MIN_SEQ, node, seq, name, ours ? 1 : 0, theirs ? 1 : 0));
        }
    }

    private static int tierCounters(LruGenDump.Generation ours, LruGenDump.Generation theirs) {
        int different = 0;
        for (int t = 0; t < theirs.tiers().size() && t < ours.tiers().size(); t++) {
            for (int i = 0; i < 6; i++) {
                if (!ours.tiers()
                        .get(t)
                        .values()
                        .get(i)
                        .equals(theirs.tiers().get(t).values().get(i))) {
                    different++;
                }
            }
        }
        return different;
    }

    private static void walks(
            String group,
            Map<Character, Long> ours,
            Map<Character, Long> theirs,
            WalkTotals totals,
            List<Entry> entries) {
        Map<Character, Long> oursBefore = totals.ours.getOrDefault(group, Map.of());
        Map<Character, Long> theirsBefore = totals.theirs.getOrDefault(group, Map.of());
        theirs.forEach((letter, now) -> {
            long their = now - theirsBefore.getOrDefault(letter, 0L);
            long our = ours.getOrDefault(letter, 0L) - oursBefore.getOrDefault(letter, 0L);
            if (their != our) {
                entries.add(new Entry(What.WALKS, 0, -1, "walk statistic " + letter, our, their));
            }
        });
        totals.ours.put(group, Map.copyOf(ours));
        totals.theirs.put(group, Map.copyOf(theirs));
    }
}
