package org.multigen.fidelity.verdict;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.multigen.fidelity.transcript.Header;
import org.multigen.fidelity.transcript.Kind;
import org.multigen.fidelity.transcript.Tolerance;

/**
 * Judges the observations of one transcript by its {@code #KIND}.
 *
 * <p>Exact: every settled dump equal (generations, pages, min_seq marks, statistics of walks since the previous dump), every
 * command accepted or refused alike, equal numbers of present and swapped pages; listed sets of pages of equal size and with
 * an overlap of at least 95 %. Metadata: the same, but file pages may differ by the allowance, per generation and in total.
 * Statistical: the figures that the line names, each in its band, and a process killed on both sides or on none.
 */
public final class Judge {
    /** Least overlap of two listed sets of pages. */
    static final double SET_OVERLAP = 0.95;

    /** Reclaim calls that must agree from the start where the transcript asks for an exact prefix. */
    static final int CALL_PREFIX = 200;

    private final Kind kind;
    private final DumpDifference.WalkTotals totals = new DumpDifference.WalkTotals();
    private final List<Check> failed = new ArrayList<>();
    private final List<Check> held = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final ReclaimSteps steps;
    private int dumps;
    private int equal;
    private Verdict.@Nullable Largest largest;
    private Verdict.@Nullable Pressure pressure;
    private Verdict.@Nullable SideBySide firstDifference;

    private Judge(Kind kind) {
        this.kind = kind;
        this.steps = new ReclaimSteps(
                kind.tolerances().get("amount") instanceof Tolerance.Band b ? b : null,
                kind.tolerances().containsKey("order"));
    }

    /**
     * @param file only carried into the verdict
     * @param kernel the rules that were used
     * @param told further notes, such as warnings of the engine
     */
    public static Verdict judge(
            Path file, Header header, String kernel, List<Observation> observations, List<String> told) {
        Judge judge = new Judge(header.kind());
        observations.forEach(judge::take);
        judge.steps.finish(judge::check);
        judge.notes.addAll(told);
        List<Check> checks = new ArrayList<>(judge.failed);
        checks.addAll(judge.held);
        return new Verdict(
                file,
                header,
                kernel,
                judge.failed.isEmpty(),
                judge.dumps,
                judge.equal,
                judge.largest,
                judge.pressure,
                checks,
                judge.notes,
                judge.firstDifference);
    }

    private boolean statistical() {
        return kind.type() == Kind.Type.STATISTICAL;
    }

    private void take(Observation o) {
        switch (o) {
            case Observation.DumpPair d -> dump(d);
            case Observation.Acceptance a -> acceptance(a);
            case Observation.Counts c -> counts(c);
            case Observation.PageSets s -> sets(s);
            case Observation.RunPair r -> run(r);
            case Observation.VmCounters v -> counters(v);
            case Observation.YoungestSeq m -> youngest(m);
            case Observation.Calls c -> calls(c);
        }
    }

    private void check(Check c) {
        (c.holds() ? held : failed).add(c);
    }

    // ---- dumps

    private void dump(Observation.DumpPair d) {
        DumpDifference difference = DumpDifference.of(
                d.theirs().group(), d.ours(), d.theirs().parsed(), d.theirs().full(), totals);
        steps.dump(d);
        if (!d.settled()) {
            return;
        }
        dumps++;
        String where = place(d.line(), d.theirs().label());
        if (difference.equal()) {
            equal++;
        } else if (firstDifference == null) {
            firstDifference = new Verdict.SideBySide(
                    d.line(),
                    d.theirs().label(),
                    difference.entries().stream()
                            .map(DumpDifference.Entry::text)
                            .toList(),
                    d.oursText(),
                    String.join("\n", d.theirs().text()) + "\n");
        }
        if (difference.tierCounters() > 0) {
            notes.add(where + ": " + difference.tierCounters() + " counters of tiers differ");
        }
        for (DumpDifference.Entry e : difference.entries()) {
            boolean pages = e.what() == DumpDifference.What.ANON || e.what() == DumpDifference.What.FILE;
            if (pages && (largest == null || e.distance() > largest.pages())) {
                largest = new Verdict.Largest(e.distance(), e.name() + ", " + where);
            }
            if (!statistical() && !allowed(e)) {
                check(new Check(
                        figure(e), allowance(e), "" + e.ours(), "" + e.theirs(), false, e.name() + ", " + where));
            }
        }
        if (kind.type() == Kind.Type.METADATA) {
            filePagesInTotal(d, where);
        }
        if (kind.tolerances().get("pages") instanceof Tolerance.Band band) {
            share(d, difference, band, where);
        }
    }

    private boolean allowed(DumpDifference.Entry e) {
        return e.what() == DumpDifference.What.FILE && e.distance() <= kind.filePages();
    }

    private String allowance(DumpDifference.Entry e) {
        return e.what() == DumpDifference.What.FILE && kind.filePages() > 0
                ? "file_pages=" + kind.filePages()
                : "exact";
    }

    private static String figure(DumpDifference.Entry e) {
        return switch (e.what()) {
            case RANGE -> "generations";
            case ANON -> "anonymous pages";
            case FILE -> "file pages";
            case MIN_SEQ -> "min_seq";
            case WALKS -> "walk statistics";
        };
    }

    private void filePagesInTotal(Observation.DumpPair d, String where) {
        long ours = total(d.ours());
        long theirs = total(d.theirs().parsed());
        if (Math.abs(ours - theirs) > kind.filePages()) {
            check(new Check(
                    "file pages", "file_pages=" + kind.filePages(), "" + ours, "" + theirs, false, "all, " + where));
        }
    }

    private static long total(org.multigen.fidelity.transcript.LruGenDump dump) {
        return dump.nodes().stream().mapToLong(n -> n.pages(true)).sum();
    }

    /** The band is a share of all pages of the dump: single pages may stray into any generation. */
    private void share(Observation.DumpPair d, DumpDifference difference, Tolerance.Band band, String where) {
        long all = d.theirs().parsed().nodes().stream()
                .mapToLong(n -> n.pages(false) + n.pages(true))
                .sum();
        for (DumpDifference.Entry e : difference.entries()) {
            boolean pages = e.what() == DumpDifference.What.ANON || e.what() == DumpDifference.What.FILE;
            double allowed = (e.ours() > e.theirs() ? band.above() : -band.below()) * all / 100;
            if (e.what() == DumpDifference.What.RANGE || pages && e.distance() > allowed) {
                check(new Check("pages", band.text(), "" + e.ours(), "" + e.theirs(), false, e.name() + ", " + where));
            }
        }
    }

    // ---- answers

    private void acceptance(Observation.Acceptance a) {
        if (a.reclaims()) {
            steps.reclaim(a);
        }
        if (a.ours() == a.theirs()) {
            return;
        }
        String error = a.oursError() == null ? "" : " (" + a.oursError() + ")";
        check(new Check(
                "commands", "exact", answer(a.ours()) + error, answer(a.theirs()), false, place(a.line(), a.what())));
    }

    private static String answer(boolean ok) {
        return ok ? "ok" : "refused";
    }

    private void counts(Observation.Counts c) {
        c.theirs().forEach((name, theirs) -> {
            Long ours = c.ours().get(name);
            if (ours != null && ours.equals(theirs)) {
                return;
            }
            long distance = ours == null ? theirs : Math.abs(ours - theirs);
            String where = place(c.line(), c.what());
            boolean judged = !statistical() && c.weight() != Observation.Weight.TOLD;
            long slack = c.weight() == Observation.Weight.FILE ? kind.filePages() : 0;
            if (judged && distance > slack) {
                check(new Check(
                        name, slack > 0 ? "file_pages=" + slack : "exact", "" + ours, "" + theirs, false, where));
            } else {
                notes.add(where + ": " + name + " " + ours + ", kernel " + theirs);
            }
        });
    }

    private void sets(Observation.PageSets s) {
        BitSet ours = s.ours();
        BitSet theirs = s.theirs();
        if (s.limit() >= 0) {
            ours = ours.get(0, s.limit());
            theirs = theirs.get(0, s.limit());
        }
        String where = place(s.line(), s.what());
        double overlap = overlap(ours, theirs);
        long slack = s.weight() == Observation.Weight.FILE ? kind.filePages() : 0;
        boolean sizes = s.limit() >= 0 || Math.abs(ours.cardinality() - theirs.cardinality()) <= slack;
        boolean holds = sizes && (overlap >= SET_OVERLAP || ours.equals(theirs));
        if (statistical() || s.weight() == Observation.Weight.TOLD) {
            notes.add(where + String.format(Locale.ROOT, ": overlap %.1f %%", overlap * 100));
            return;
        }
        check(new Check(
                "set of pages",
                "same number, overlap >= 95 %",
                String.format(Locale.ROOT, "%d pages, overlap %.1f %%", ours.cardinality(), overlap * 100),
                theirs.cardinality() + " pages",
                holds,
                where));
    }

    static double overlap(BitSet a, BitSet b) {
        int larger = Math.max(a.cardinality(), b.cardinality());
        if (larger == 0) {
            return 1;
        }
        BitSet both = (BitSet) a.clone();
        both.and(b);
        return (double) both.cardinality() / larger;
    }

    // ---- pressure

    private void run(Observation.RunPair r) {
        Observation.RunResult ours = r.ours();
        Observation.RunResult theirs = r.theirs();
        double same = Double.NaN;
        double overlap = Double.NaN;
        if (ours.misses() != null && theirs.misses() != null && theirs.touches() > 0) {
            BitSet different = (BitSet) ours.misses().clone();
            different.xor(theirs.misses());
            same = 1 - (double) different.get(0, (int) theirs.touches()).cardinality() / theirs.touches();
        }
        if (ours.resident() != null && theirs.resident() != null) {
            overlap = overlap(ours.resident(), theirs.resident());
        }
        pressure = new Verdict.Pressure(ours.majorFaults(), theirs.majorFaults(), same, overlap, theirs.killed());
        if (ours.killed() != theirs.killed()) {
            check(new Check("outcome", "killed_or_not", fate(ours), fate(theirs), false, place(r.line(), "run")));
        } else if (kind.tolerances().containsKey("outcome")) {
            check(new Check("outcome", "killed_or_not", fate(ours), fate(theirs), true, place(r.line(), "run")));
        }
        if (!theirs.killed() && kind.tolerances().get("pgmajfault") instanceof Tolerance.Band band) {
            band("pgmajfault", band, ours.majorFaults(), theirs.majorFaults(), place(r.line(), "run"));
        }
    }

    private static String fate(Observation.RunResult r) {
        return r.killed() ? "killed" : "finished";
    }

    private void counters(Observation.VmCounters v) {
        String where = place(v.line(), "vmstat");
        kind.tolerances().forEach((name, tolerance) -> {
            switch (tolerance) {
                case Tolerance.Band band -> {
                    if (name.equals("pgdemote")) {
                        demoted(v, band, where);
                    } else if (name.equals("pgscan") || name.equals("pgsteal")) {
                        band(name, band, sum(v.ours(), name), sum(v.theirs(), name), where);
                    } else if (v.theirs().containsKey(name) && !name.equals("pgmajfault")) {
                        band(
                                name,
                                band,
                                v.ours().getOrDefault(name, 0L),
                                v.theirs().getOrDefault(name, 0L),
                                where);
                    }
                }
                case Tolerance.Points points -> scannedShare(v, points, where);
                default -> {}
            }
        });
    }

    private static long sum(Map<String, Long> counters, String name) {
        return counters.getOrDefault(name + "_anon", 0L) + counters.getOrDefault(name + "_file", 0L);
    }

    private void demoted(Observation.VmCounters v, Tolerance.Band band, String where) {
        long ours = demoted(v.ours());
        long theirs = demoted(v.theirs());
        if (ours == 0 && theirs == 0) {
            return;
        }
        boolean holds = v.byCommand() ? ours == theirs : band.holds(ours, theirs);
        String allowed = v.byCommand() ? "exact" : band.text();
        check(new Check("pgdemote", allowed, "" + ours, "" + theirs, holds, where));
    }

    private static long demoted(Map<String, Long> counters) {
        return counters.entrySet().stream()
                .filter(e -> e.getKey().startsWith("pgdemote_"))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private void scannedShare(Observation.VmCounters v, Tolerance.Points points, String where) {
        long theirs = sum(v.theirs(), "pgscan");
        long ours = sum(v.ours(), "pgscan");
        if (theirs == 0 || ours == 0) {
            notes.add(where + ": " + ours + " pages scanned, kernel " + theirs);
            return;
        }
        double our = (double) v.ours().getOrDefault("pgscan_anon", 0L) / ours;
        double their = (double) v.theirs().getOrDefault("pgscan_anon", 0L) / theirs;
        check(new Check("scanned_share", points.text(), percent(our), percent(their), points.holds(our, their), where));
    }

    private void youngest(Observation.YoungestSeq m) {
        if (kind.tolerances().get("max_seq") instanceof Tolerance.Band band) {
            band("max_seq", band, m.ours(), m.theirs(), place(m.line(), "run"));
        }
    }

    private void calls(Observation.Calls c) {
        int same = 0;
        int all = c.theirs().size();
        while (same < all
                && same < c.ours().size()
                && c.theirs().get(same).equals(c.ours().get(same))) {
            same++;
        }
        String ours = same + " of " + c.ours().size() + " calls equal";
        if (same < all) {
            ours += ", then '" + (same < c.ours().size() ? shortened(c.ours().get(same)) : "nothing") + "', kernel '"
                    + shortened(c.theirs().get(same)) + "'";
        }
        boolean holds = same >= Math.min(CALL_PREFIX, all);
        check(new Check(
                "calls",
                "exact_prefix of " + Math.min(CALL_PREFIX, all),
                ours,
                all + " calls",
                holds,
                place(c.line(), "trace")));
    }

    private static String shortened(List<String> words) {
        String text = String.join(" ", words);
        return text.length() <= 100 ? text : text.substring(0, 100) + "...";
    }

    private void band(String figure, Tolerance.Band band, long ours, long theirs, String where) {
        check(new Check(figure, band.text(), "" + ours, "" + theirs, band.holds(ours, theirs), where));
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", share * 100);
    }

    private static String place(int line, String what) {
        return "line " + line + " " + what;
    }
}
