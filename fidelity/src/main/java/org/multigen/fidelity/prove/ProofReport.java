package org.multigen.fidelity.prove;

import java.io.PrintWriter;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.multigen.fidelity.replay.Replayed;
import org.multigen.fidelity.transcript.Transcript;
import org.multigen.fidelity.verdict.Observation;

/** Our run beside the kernel's, figure by figure. */
final class ProofReport {
    private static final List<String> COUNTERS = List.of(
            "pswpin",
            "pswpout",
            "workingset_refault_anon",
            "workingset_refault_file",
            "pgscan_anon",
            "pgscan_file",
            "pgsteal_anon",
            "pgsteal_file");

    private final PrintWriter out;

    private ProofReport(PrintWriter out) {
        this.out = out;
    }

    static void print(PrintWriter out, Transcript transcript, String rules, String variant, Replayed replayed) {
        ProofReport report = new ProofReport(out);
        out.printf("%-26s %14s %14s %12s%n", "variant " + variant, "multigen " + rules, "Linux", "difference");
        out.printf("%-26s %14s %14s%n", "", "", transcript.header().release().replaceFirst("-cloud.*", ""));
        for (Observation o : replayed.observations()) {
            switch (o) {
                case Observation.RunPair r -> report.run(r);
                case Observation.VmCounters v -> report.counters(v);
                default -> {}
            }
        }
        for (Observation o : replayed.observations()) {
            if (o instanceof Observation.DumpPair d) {
                report.dump(d);
            }
        }
    }

    private void run(Observation.RunPair r) {
        Observation.RunResult ours = r.ours();
        Observation.RunResult theirs = r.theirs();
        row("touches", ours.touches(), theirs.touches());
        if (ours.killed() || theirs.killed()) {
            out.printf("%-26s %14s %14s%n", "outcome", fate(ours), fate(theirs));
        }
        row("major faults", ours.majorFaults(), theirs.majorFaults());
        row("minor faults", ours.minorFaults(), theirs.minorFaults());
        if (ours.misses() != null && theirs.misses() != null) {
            BitSet different = (BitSet) ours.misses().clone();
            different.xor(theirs.misses());
            double same = 1 - (double) different.cardinality() / Math.max(1, theirs.touches());
            out.printf(Locale.ROOT, "%-26s %31.2f %%%n", "same outcome of touches", same * 100);
        }
        if (ours.resident() != null && theirs.resident() != null) {
            BitSet both = (BitSet) ours.resident().clone();
            both.and(theirs.resident());
            long larger =
                    Math.max(ours.resident().cardinality(), theirs.resident().cardinality());
            row(
                    "pages present at the end",
                    ours.resident().cardinality(),
                    theirs.resident().cardinality());
            out.printf(
                    Locale.ROOT,
                    "%-26s %31.2f %%%n",
                    "  of these in both",
                    100.0 * both.cardinality() / Math.max(1, larger));
        }
    }

    private static String fate(Observation.RunResult r) {
        return r.killed() ? "killed" : "finished";
    }

    private void counters(Observation.VmCounters v) {
        for (String name : COUNTERS) {
            long ours = value(v.ours(), name);
            long theirs = value(v.theirs(), name);
            if (ours != 0 || theirs != 0) {
                row(name, ours, theirs);
            }
        }
    }

    private static long value(Map<String, Long> counters, String name) {
        return counters.getOrDefault(name, 0L);
    }

    private void row(String what, long ours, long theirs) {
        String difference = theirs == 0
                ? ours == 0 ? "=" : ""
                : ours == theirs ? "=" : String.format(Locale.ROOT, "%+.2f %%", 100.0 * (ours - theirs) / theirs);
        out.printf(Locale.ROOT, "%-26s %,14d %,14d %12s%n", what, ours, theirs, difference);
    }

    private void dump(Observation.DumpPair d) {
        out.println();
        List<String> ours = d.oursText().lines().map(String::stripTrailing).toList();
        List<String> theirs =
                d.theirs().text().stream().map(String::stripTrailing).toList();
        int width = Math.max(24, ours.stream().mapToInt(String::length).max().orElse(0));
        out.printf("%-" + width + "s | %s%n", "lru_gen_full at the end, ours", "the kernel's");
        Iterator<String> left = ours.iterator();
        Iterator<String> right = theirs.iterator();
        while (left.hasNext() || right.hasNext()) {
            out.printf(
                    "%-" + width + "s | %s%n", left.hasNext() ? left.next() : "", right.hasNext() ? right.next() : "");
        }
    }
}
