package org.multigen.lab.trace.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.multigen.lab.trace.MappingKind;
import org.multigen.lab.trace.TraceHeader;
import org.multigen.lab.trace.TraceHeader.Provenance;
import org.multigen.lab.trace.TraceSink;
import org.multigen.lab.trace.TraceSummary;
import org.multigen.lab.trace.TraceSummary.FileSummary;
import org.multigen.lab.trace.TraceSummary.ProcessSummary;
import org.multigen.lab.trace.TraceSummary.Unfollowed;
import org.multigen.lab.trace.TraceSummary.VmaSummary;

/** The text that {@code trace stat} prints of a trace. */
final class StatTable {
    private static final int FILES_SHOWN = 12;
    private static final int VMAS_SHOWN = 8;

    private final PrintWriter out;
    private final int pageSize;

    private StatTable(PrintWriter out, int pageSize) {
        this.out = out;
        this.pageSize = pageSize;
    }

    static void print(
            PrintWriter out, Path file, TraceHeader header, TraceSummary s, Transfers transfers, List<String> notes) {
        StatTable t = new StatTable(out, header.pageSize());
        out.println(file);
        t.provenance(header.provenance());
        notes.forEach(n -> t.line("note", "%s", n));
        t.totals(s, transfers);
        t.processes(s.processes());
        t.files(s.files());
        t.unfollowed(s.unfollowed());
    }

    private void line(String name, String format, Object... args) {
        out.printf(Locale.ROOT, "  %-14s %s%n", name, String.format(Locale.ROOT, format, args));
    }

    private void provenance(Provenance p) {
        if (p.command().isEmpty()) {
            line("format", "%s", p.tool());
            return;
        }
        line("command", "%s", String.join(" ", p.command()));
        line("recorded", "%s by %s with %s on %s", p.date(), p.recorder(), p.tool(), p.system());
        line("fold window", "%s", p.foldWindow() == 0 ? "none" : String.format("%,d instructions", p.foldWindow()));
    }

    private void totals(TraceSummary s, Transfers t) {
        line("ending", "%s", s.ending());
        line("events", "%,d", s.events());
        boolean touched = s.touches() > 0 || t.calls() == 0; // block I/O has none
        if (touched) {
            line(
                    "touches",
                    "%,d: %,d reads, %,d writes (%.1f %%)",
                    s.touches(),
                    s.reads(),
                    s.writes(),
                    s.touches() == 0 ? 0.0 : 100.0 * s.writes() / s.touches());
        }
        if (t.calls() > 0) {
            line(
                    "file I/O",
                    "%,d reads of %,d pages, %,d writes of %,d pages",
                    t.reads,
                    t.pagesRead,
                    t.writes,
                    t.pagesWritten);
        }
        if (touched) {
            line("pages touched", "%,d (%s)", s.distinctPages(), mib(s.distinctPages()));
        }
        line("footprint", "%,d pages (%s) in use at most", s.footprintPages(), mib(s.footprintPages()));
        line("time", "%s", time(s));
        line("processes", "%d", s.processes().size());
        line("files", "%d", s.files().size());
    }

    /** A foreign trace may know one of them, or neither. */
    private static String time(TraceSummary s) {
        List<String> known = new ArrayList<>();
        if (s.instructions() > 0) {
            known.add(String.format(Locale.ROOT, "%,d instructions", s.instructions()));
        }
        if (s.wallNs() > 0) {
            known.add(String.format(Locale.ROOT, "%.1f s of recording", s.wallNs() / 1e9));
        }
        return known.isEmpty() ? "not in the trace" : String.join(", ", known);
    }

    private static String orUnknown(long number) {
        return number == 0 ? "-" : String.format(Locale.ROOT, "%,d", number);
    }

    private String mib(long pages) {
        return String.format(Locale.ROOT, "%.1f MiB", pages * (double) pageSize / (1 << 20));
    }

    private void processes(List<ProcessSummary> processes) {
        out.printf(
                "%n  %7s %6s %7s %13s %13s %10s %16s %6s  %s%n",
                "process", "parent", "status", "reads", "writes", "pages", "instructions", "VMAs", "program");
        for (ProcessSummary p : processes) {
            out.printf(
                    Locale.ROOT,
                    "  %7d %6s %7s %,13d %,13d %,10d %16s %6d  %s%n",
                    p.process(),
                    p.parent() < 0 ? "-" : p.parent(),
                    p.status() < 0 ? "-" : p.status(),
                    p.reads(),
                    p.writes(),
                    p.distinctPages(),
                    orUnknown(p.instructions()),
                    p.vmas().size(),
                    p.name());
        }
        processes.stream()
                .max(Comparator.comparingLong(ProcessSummary::distinctPages))
                .ifPresent(this::vmas);
    }

    private void vmas(ProcessSummary p) {
        if (p.vmas().isEmpty()) {
            return;
        }
        List<VmaSummary> largest = new ArrayList<>(p.vmas());
        largest.sort(Comparator.comparingLong(VmaSummary::pages).reversed());
        out.printf("%n  largest VMAs of process %d at its end%n", p.process());
        for (VmaSummary v : largest.subList(0, Math.min(VMAS_SHOWN, largest.size()))) {
            out.printf(
                    Locale.ROOT,
                    "  %012x-%012x %12s  %s  %s%n",
                    v.page() * pageSize,
                    (v.page() + v.pages()) * pageSize,
                    mib(v.pages()),
                    prot(v),
                    v.name());
        }
        rest(largest.size() - VMAS_SHOWN);
    }

    private static String prot(VmaSummary v) {
        boolean shared = v.kind() == MappingKind.FILE_SHARED || v.kind() == MappingKind.SHARED_MEMORY;
        return ((v.prot() & TraceSink.READABLE) != 0 ? "r" : "-")
                + ((v.prot() & TraceSink.WRITABLE) != 0 ? "w" : "-")
                + ((v.prot() & TraceSink.EXECUTABLE) != 0 ? "x" : "-")
                + (shared ? "s" : "p");
    }

    private void files(List<FileSummary> files) {
        if (files.isEmpty()) {
            return;
        }
        List<FileSummary> used = new ArrayList<>(files);
        used.sort(Comparator.comparingLong(FileSummary::pagesUsed).reversed());
        out.printf("%n  %10s %14s  %s%n", "pages used", "bytes", "file");
        for (FileSummary f : used.subList(0, Math.min(FILES_SHOWN, used.size()))) {
            out.printf(Locale.ROOT, "  %,10d %14s  %s%n", f.pagesUsed(), orUnknown(f.bytes()), f.path());
        }
        rest(used.size() - FILES_SHOWN);
    }

    private void rest(int more) {
        if (more > 0) {
            out.printf("  and %,d more (--format json lists all)%n", more);
        }
    }

    private void unfollowed(List<Unfollowed> unfollowed) {
        if (!unfollowed.isEmpty()) {
            out.printf("%n  not followed, their touches are missing:%n");
            unfollowed.forEach(u -> out.printf("  process %d: %s: %s%n", u.process(), u.program(), u.reason()));
        }
        out.println();
    }
}
