package org.multigen.lab.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.trace.TraceSink;

/**
 * Reads the rings of all recorded programs in the order of their time stamps and brings them into one trace.
 *
 * <p>Why the order holds: a step first reads the clock, then looks for rings and for what they hold, and goes no further than
 * that clock reading. Whatever a program does before another one can know of it (fork, exec, exit) is stamped and published
 * before it happens, so it is read first.
 */
final class RingMerge implements AutoCloseable {
    private static final long WALL_STEP_NS = 10_000_000;
    /** Less is the time that waking takes. */
    private static final long IDLE_NS = 1_000_000;

    private static final long LOST_AFTER_NS = 10_000_000_000L;

    /** A program that is being recorded. */
    private static final class Program {
        final Ring ring;

        @Nullable
        ProcessTranslator translator; // from its first word on

        @Nullable
        String unfollowed;

        String unfollowedReason = "";
        boolean gone; // its process has ended, or become another program
        boolean ended; // the trace knows

        Program(Ring ring) {
            this.ring = ring;
        }

        boolean open() {
            return !ended && !gone;
        }
    }

    /** A process or program that has been announced and has not shown its ring yet. */
    private record Expected(ProcessTranslator translator, String program, long pid, long since) {}

    private final Path spool;
    private final SpoolControl control;
    private final TraceSink sink;
    private final long startNs;
    private final String rootName;
    private final List<Program> programs = new ArrayList<>();
    private final Map<Long, Expected> expected = new HashMap<>();
    private final Set<String> seen = new HashSet<>();
    private final RecordedFiles files;
    private final OpenFiles.Handles handles = new OpenFiles.Handles();
    private long ringsKnown;
    private int processes;
    private long wall;
    /** The last stamp, whose it is, and the last one of anybody else. */
    private long lastStamp;

    private @Nullable Program lastBy;
    private long lastOfOthers;

    RingMerge(Path spool, SpoolControl control, TraceSink sink, String rootName) {
        this.spool = spool;
        this.control = control;
        this.sink = sink;
        this.rootName = rootName;
        this.startNs = System.nanoTime();
        this.files = new RecordedFiles(sink);
    }

    /** Reads what has been published up to now; returns whether there was anything. */
    boolean step() throws IOException {
        long now = System.nanoTime();
        findRings();
        for (Program p : programs) {
            p.ring.refresh();
        }
        boolean any = false;
        for (Program p = earliest(now); p != null; p = earliest(now)) {
            readToNextStamp(p);
            any = true;
        }
        for (Program p : programs) {
            p.ring.release();
        }
        return any;
    }

    /** Whether any program has shown its ring. */
    boolean sawAny() {
        return !seen.isEmpty();
    }

    /** Processes of the operating system that are being recorded. */
    Set<Long> livePids() {
        Set<Long> pids = new HashSet<>();
        for (Program p : programs) {
            if (p.open()) {
                pids.add(p.ring.pid());
            }
        }
        return pids;
    }

    /** Notices processes that ended without a word; returns whether nobody is left. */
    boolean allEnded() throws IOException {
        for (Program p : List.copyOf(programs)) { // a step may add some
            if (p.open() && !OsProcess.isAlive(p.ring.pid())) {
                step(); // what it had published before
                if (p.open()) {
                    end(p, TraceSink.STATUS_UNKNOWN);
                }
            }
        }
        dropLost();
        programs.removeIf(this::forget);
        return programs.isEmpty() && expected.isEmpty();
    }

    /** An announced program whose ring never came: it died, or QEMU could not run it. */
    private void dropLost() {
        long now = System.nanoTime();
        for (Map.Entry<Long, Expected> e : List.copyOf(expected.entrySet())) {
            Expected x = e.getValue();
            boolean lost = x.pid() != 0 ? !OsProcess.isAlive(x.pid()) : now - x.since() > LOST_AFTER_NS;
            if (lost && programs.stream().noneMatch(p -> p.ring.serial() == e.getKey())) {
                expected.remove(e.getKey());
                sink.unfollowed(x.translator().process(), x.program(), "its recording did not begin");
                x.translator().exit(TraceSink.STATUS_UNKNOWN);
            }
        }
    }

    /** Ends every process that is still open, because the recording stops. */
    void abandon() {
        for (Program p : programs) {
            if (p.open() && p.translator != null) {
                p.translator.tellTime();
                tellUnfollowed(p, p.translator);
            }
        }
    }

    private boolean forget(Program p) {
        if ((p.ended || p.gone) && p.ring.available() == 0) {
            p.ring.close();
            return true;
        }
        return false;
    }

    private void end(Program p, int status) {
        p.ended = true;
        ProcessTranslator t = translator(p);
        tellUnfollowed(p, t);
        t.exit(status);
    }

    private void tellUnfollowed(Program p, ProcessTranslator t) {
        if (p.unfollowed != null) {
            sink.unfollowed(t.process(), p.unfollowed, p.unfollowedReason);
            p.unfollowed = null;
        }
    }

    // ---- rings

    private void findRings() throws IOException {
        long rings = control.rings();
        if (rings == ringsKnown) {
            return;
        }
        ringsKnown = rings;
        List<Ring> fresh = new ArrayList<>();
        try (Stream<Path> list = Files.list(spool)) {
            for (Path file : list.filter(f -> f.toString().endsWith(".ring")).toList()) {
                if (!seen.contains(file.toString()) && Files.size(file) > 0) {
                    Ring ring = open(file);
                    if (ring != null) {
                        seen.add(file.toString());
                        fresh.add(ring);
                    }
                }
            }
        }
        fresh.sort((a, b) -> Long.compare(a.serial(), b.serial()));
        for (Ring ring : fresh) {
            // Before its first stamp a ring says nothing; the stamp itself sorts it in.
            ring.refresh();
            ring.stamp = ring.available() >= 3 ? ring.peek(2) : System.nanoTime();
            programs.add(new Program(ring));
        }
    }

    private static @Nullable Ring open(Path file) {
        try {
            Ring ring = new Ring(file);
            Files.delete(file); // the mapping stays; nothing is left behind however this ends
            return ring;
        } catch (IOException e) {
            return null; // still being made: it is counted once it is complete, and looked for again then
        }
    }

    /** The translator that its announcement left for a program; it has been read before the program's first word. */
    private ProcessTranslator translator(Program p) {
        ProcessTranslator t = p.translator;
        if (t == null) {
            Expected x = expected.remove(p.ring.serial());
            t = x != null ? x.translator() : newProcess(p.ring);
            p.translator = t;
        }
        return t;
    }

    private ProcessTranslator newProcess(Ring ring) {
        int number = processes++;
        sink.process(number, ring.pid(), rootName);
        return new ProcessTranslator(number, sink, files, new OpenFiles(sink, handles));
    }

    // ---- words

    private @Nullable Program earliest(long now) {
        Program first = null;
        for (Program p : programs) {
            if (p.ring.stamp < now && hasWhole(p.ring) && (first == null || p.ring.stamp < first.ring.stamp)) {
                first = p;
            }
        }
        return first;
    }

    /** Whether the next word, with its payload if it is a record, has been published. */
    private static boolean hasWhole(Ring ring) {
        return ring.available() > 0 && ring.available() > payload(ring.peek(0));
    }

    private static long payload(long word) {
        return (word & RawOp.KIND_MASK) == RawOp.KIND_RECORD ? word >>> 16 & 0xFFFFFFFFL : 0;
    }

    private void readToNextStamp(Program p) {
        ProcessTranslator t = translator(p);
        Ring ring = p.ring;
        while (hasWhole(ring)) {
            long w = ring.take();
            int kind = (int) w & RawOp.KIND_MASK;
            if (kind != RawOp.KIND_RECORD) {
                t.touch(w >>> RawOp.PAGE_SHIFT, kind == RawOp.KIND_WRITE);
                continue;
            }
            int op = (int) (w >>> 4) & 0xFFF;
            if (op == RawOp.STAMP || op == RawOp.WINDOW) {
                stamp(p, t, op);
                return;
            }
            record(p, t, op);
        }
    }

    private void stamp(Program p, ProcessTranslator t, int op) {
        Ring ring = p.ring;
        t.executed(ring.take());
        ring.stamp = ring.take();
        if (lastBy != p) {
            lastOfOthers = lastStamp;
            lastBy = p;
        }
        lastStamp = ring.stamp;
        if (op == RawOp.WINDOW) {
            t.tellTime();
        }
        long since = ring.stamp - startNs;
        if (since - wall >= WALL_STEP_NS) {
            wall = since;
            sink.wall(since);
        }
    }

    private void record(Program p, ProcessTranslator t, int op) {
        Ring r = p.ring;
        switch (op) {
            case RawOp.FORK -> fork(t, r.take());
            case RawOp.FORK_FAILED -> forkFailed(r.take());
            case RawOp.EXEC -> exec(p, t, r.take(), r.takeText(), r.takeText());
            case RawOp.EXEC_FAILED -> execFailed(p, r.take(), r.takeText(), r.takeText());
            case RawOp.UNFOLLOWED -> unfollowed(p, r.take(), r.takeText(), r.takeText());
            case RawOp.EXIT -> end(p, (int) r.take());
            case RawOp.WAITED -> waited(p, t, r.take(), r.take(), r.take() != 0);
            default -> Records.translate(r, t, op);
        }
    }

    /** Of a wait for somebody, what others of the recording did meanwhile is no time of its own. */
    private void waited(Program p, ProcessTranslator t, long from, long until, boolean ranOut) {
        long othersUntil = lastBy == p ? lastOfOthers : lastStamp;
        long ns = until - (ranOut ? from : Math.max(from, othersUntil));
        t.tellTime();
        sink.sleep(t.process(), ns < IDLE_NS ? 0 : ns, !ranOut);
    }

    private void fork(ProcessTranslator parent, long serial) {
        parent.tellTime();
        int child = processes++;
        sink.fork(parent.process(), child, 0);
        expected.put(serial, new Expected(parent.forked(child), "(a forked child)", 0, System.nanoTime()));
    }

    private void forkFailed(long serial) {
        Expected x = expected.remove(serial);
        if (x != null) {
            x.translator().exit(TraceSink.STATUS_UNKNOWN);
        }
    }

    private void exec(Program p, ProcessTranslator t, long serial, String program, String unused) {
        t.tellTime();
        p.gone = true;
        sink.exec(t.process(), program);
        expected.put(serial, new Expected(t.executed(), program, p.ring.pid(), System.nanoTime()));
    }

    private void execFailed(Program p, long serial, String program, String reason) {
        if (serial == 0) {
            p.unfollowed = null; // it could not be run natively either: nothing is missing
        } else {
            expected.remove(serial);
            p.gone = false;
            p.unfollowed = program;
            p.unfollowedReason = "QEMU could not be started for it: " + reason;
        }
    }

    private static void unfollowed(Program p, long unused, String program, String reason) {
        p.unfollowed = program;
        p.unfollowedReason = reason;
    }

    @Override
    public void close() {
        programs.forEach(p -> p.ring.close());
        programs.clear();
    }
}
