package org.multigen.fidelity.transcript;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.multigen.lab.failure.Failure;

/**
 * Reads a transcript from top to bottom.
 *
 * <p>A file may be cut off anywhere: an unfinished last line, and a last payload of which one cannot know whether it is whole,
 * are left out with their statement. Everything else that is not understood is an error with its line.
 */
public final class TranscriptParser {
    private static final Pattern TIME = Pattern.compile(" ?@(\\d+)\\s*$");
    private static final Pattern OPERATION = Pattern.compile("(\\S+): (.*?) ->(?: (.*))?");
    private static final Pattern BRACKETS = Pattern.compile("(\\S+) \\[(.*)] (ok|FAILED)(.*)");
    private static final Pattern SQUEEZED = Pattern.compile("(\\S+) \\[(.*)] ok now (\\d+)\\.\\.(\\d+)");
    private static final Pattern WRITTEN = Pattern.compile("(\\S+) (.*) -> (ok|FAILED) now ?(.*)");
    private static final Pattern MAX_SEQ = Pattern.compile("(\\d+) -> (\\d+) min=(\\d+)");
    private static final Pattern NODE = Pattern.compile("node(\\d+) MemTotal:(\\d+) MemFree:(\\d+) +distance=(.*)");

    private final Path file;
    private final List<String> lines;
    private final List<Statement> statements = new ArrayList<>();
    private final HeaderLines header = new HeaderLines();
    private TouchBits touchBits = new TouchBits();
    private int at;
    /** Guest time at the end of the current statement. */
    private long doneMs;

    private TranscriptParser(Path file, List<String> lines) {
        this.file = file;
        this.lines = lines;
    }

    /** Reads and parses a file. */
    public static Transcript read(Path file) {
        try {
            return parse(file, new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw Failure.cannotRead(file, e);
        }
    }

    /** Parses a text; {@code file} only names it in errors. */
    public static Transcript parse(Path file, String text) {
        List<String> lines =
                new ArrayList<>(text.lines().map(String::stripTrailing).toList());
        if (!text.endsWith("\n") && !lines.isEmpty() && !lines.getLast().startsWith("#HOST")) {
            lines.removeLast();
        }
        return new TranscriptParser(file, lines).transcript();
    }

    private Transcript transcript() {
        while (at < lines.size()) {
            String line = lines.get(at++);
            try {
                statement(line);
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                throw Failure.badData(file + ":" + at, reason(e) + " in '" + shortened(line) + "'");
            }
        }
        boolean complete = statements.stream()
                .anyMatch(s -> s instanceof Statement.Note n && n.word().equals("END"));
        if (!complete && !statements.isEmpty() && hasPayload(statements.getLast())) {
            statements.removeLast();
        }
        try {
            return new Transcript(file, header.build(), List.copyOf(statements), complete);
        } catch (IllegalArgumentException e) {
            throw Failure.badData(file + ":1", reason(e));
        }
    }

    private static boolean hasPayload(Statement s) {
        return s instanceof Statement.Dump || s instanceof Statement.Stat || s instanceof Statement.Maps;
    }

    private void statement(String line) {
        if (line.isEmpty() || line.startsWith("# ") || line.equals("#") || line.startsWith("sh: ")) {
            return;
        }
        if (line.startsWith("MISS ") || line.startsWith("RES ")) {
            touchBits.add(line);
            return;
        }
        if (!line.startsWith("#")) {
            throw new IllegalArgumentException("a payload without its statement");
        }
        int space = line.indexOf(' ');
        String word = space < 0 ? line.substring(1) : line.substring(1, space);
        Matcher time = TIME.matcher(space < 0 ? "" : line.substring(space + 1));
        doneMs = time.find() ? Long.parseLong(time.group(1)) : -1;
        String rest = time.replaceFirst("").strip();
        if (!header.take(word, rest)) {
            statements.add(body(word, rest));
        }
    }

    private Statement body(String word, String rest) {
        int line = at;
        return switch (word) {
            case "SWAP" -> swap(rest);
            case "FS" -> fileSystem(rest);
            case "CG" -> group(rest);
            case "CGSET" -> {
                Matcher m = match(WRITTEN, rest);
                int eq = m.group(2).indexOf('=');
                yield new Statement.SetGroupFile(
                        line,
                        m.group(1),
                        m.group(2).substring(0, eq),
                        m.group(2).substring(eq + 1),
                        m.group(3).equals("ok"),
                        m.group(4));
            }
            case "SYSSET" -> {
                Matcher m = match(WRITTEN, rest);
                yield new Statement.SetSystemFile(
                        line, m.group(1), m.group(2), m.group(3).equals("ok"), m.group(4));
            }
            case "START" -> {
                String[] w = rest.split(" +");
                Map<String, String> v = values(rest);
                yield new Statement.Start(
                        line,
                        w[0],
                        need(v, "cg"),
                        !need(v, "own").equals("nolock"),
                        Integer.parseInt(v.getOrDefault("anon", "-1")));
            }
            case "MAPS" -> maps(rest.split(" ")[0]);
            case "P" -> operation(rest);
            case "GONE" -> new Statement.Gone(line, rest);
            case "MOVE" -> new Statement.Move(line, rest.split(" ")[0], need(values(rest), "cg"));
            case "CTX" -> new Statement.ContextSwitches(line, counts(rest));
            case "OWN" -> own(rest);
            case "AGE", "EVICT" -> {
                Matcher m = match(BRACKETS, rest);
                yield new Statement.Command(
                        line, m.group(1), m.group(2).strip(), m.group(3).equals("ok"));
            }
            case "SQUEEZE" -> squeeze(rest);
            case "RECLAIM" -> {
                Matcher m = match(BRACKETS, rest);
                long current = counts(m.group(4)).getOrDefault("current", -1L);
                yield new Statement.Reclaim(
                        line, m.group(1), m.group(2).strip(), m.group(3).equals("ok"), current);
            }
            case "DUMP", "DUMPF" -> dump(rest, word.equals("DUMPF"));
            case "STAT" -> stat(rest);
            case "VMDELTA" -> {
                Map<String, Long> changes = counts(rest.replaceFirst("since=\\S+", ""));
                yield new Statement.VmDelta(line, need(values(rest), "since"), changes);
            }
            case "MAXSEQ" -> {
                Matcher m = match(MAX_SEQ, rest);
                yield new Statement.MaxSeq(line, number(m, 1), number(m, 2), number(m, 3));
            }
            case "TRACE" -> new Statement.Trace(line, counts(rest).getOrDefault("lines", 0L));
            case "NODES" -> new Statement.Nodes(line, rest);
            case "NODE" -> {
                Matcher m = match(NODE, rest);
                List<Integer> distance = new ArrayList<>();
                for (String d : m.group(4).strip().split(" +")) {
                    distance.add(Integer.parseInt(d));
                }
                yield new Statement.NodeOnline(line, (int) number(m, 1), number(m, 2), number(m, 3), distance);
            }
            case "OOM", "KMSG", "DAX", "WARN", "END", "HOST" -> new Statement.Note(line, word, rest);
            default -> throw new IllegalArgumentException("unknown statement '#" + word + "'");
        };
    }

    // ---- statements with a shape of their own

    private Statement swap(String rest) {
        if (rest.startsWith("none")) {
            return new Statement.Swap(at, "none", null, 0, 0);
        }
        String kind = rest.split(" ")[0];
        if (!List.of("zram", "brd", "virtio-disk").contains(kind)) {
            throw new IllegalArgumentException("unknown swap '" + kind + "', expected zram, brd, virtio-disk or none");
        }
        Map<String, String> v = values(rest);
        return new Statement.Swap(
                at,
                kind,
                v.get("algo"),
                Long.parseLong(need(v, "size_kb")),
                Integer.parseInt(v.getOrDefault("prio", "-1")));
    }

    private Statement fileSystem(String rest) {
        Map<String, String> v = values(rest);
        long pages = Long.parseLong(need(v, "pages"));
        String path = rest.split(" ")[0];
        if (rest.contains(" tmpfs")) {
            return new Statement.FileSystem(at, path, pages, true, 0);
        }
        if (!rest.contains(" ext4 ")) {
            throw new IllegalArgumentException("unknown file system, expected ext4 or tmpfs");
        }
        return new Statement.FileSystem(
                at, path, pages, false, Integer.parseInt(v.getOrDefault("readahead_kb", "128")));
    }

    private Statement group(String rest) {
        String name = rest.split(" ")[0];
        Map<String, String> v = values(rest);
        String id = v.remove("id");
        return new Statement.CreateGroup(at, name, id == null || id.isEmpty() ? -1 : Long.parseLong(id), v);
    }

    private Statement maps(String process) {
        int line = at;
        List<Statement.Mapping> mappings = new ArrayList<>();
        while (at < lines.size() && !lines.get(at).startsWith("#")) {
            String[] w = lines.get(at++).split(" +");
            String[] range = w[0].split("-");
            mappings.add(new Statement.Mapping(
                    Long.parseUnsignedLong(range[0], 16),
                    Long.parseUnsignedLong(range[1], 16),
                    w[1],
                    w.length > 2 ? w[2] : ""));
        }
        if (at < lines.size() && lines.get(at).startsWith("#ENDMAPS")) {
            at++;
        }
        return new Statement.Maps(line, process, mappings);
    }

    private Statement operation(String rest) {
        Matcher m = match(OPERATION, rest);
        ProcessCommand command = CommandParser.parse(m.group(2));
        Statement.TouchLog log = null;
        if (command instanceof ProcessCommand.Run) {
            log = touchBits.take();
        }
        String answer = m.group(3) == null ? "" : m.group(3).strip();
        return new Statement.Operation(at, m.group(1), command, m.group(2), answer, log, doneMs);
    }

    private Statement own(String rest) {
        String[] w = rest.split(" +");
        List<Statement.OwnMapping> mappings = new ArrayList<>();
        for (int i = 1; i < w.length; i++) {
            String[] f = w[i].split("[-:/]");
            mappings.add(new Statement.OwnMapping(
                    Long.parseUnsignedLong(f[0], 16),
                    Long.parseUnsignedLong(f[1], 16),
                    Long.parseLong(f[2]),
                    Long.parseLong(f[3]),
                    Long.parseLong(f[4])));
        }
        return new Statement.OwnPages(at, w[0], mappings);
    }

    private Statement squeeze(String rest) {
        Matcher m = SQUEEZED.matcher(rest);
        if (m.matches()) {
            return new Statement.Squeeze(at, m.group(1), m.group(2), number(m, 3), number(m, 4));
        }
        if (!rest.contains(" refused") && !rest.contains(" not needed")) {
            throw new IllegalArgumentException("neither done, refused nor not needed");
        }
        return new Statement.Squeeze(at, rest.split(" ")[0], null, -1, -1);
    }

    private Statement dump(String rest, boolean full) {
        int line = at;
        List<String> text = payload();
        int space = rest.indexOf(' ');
        String group = space < 0 ? rest : rest.substring(0, space);
        String label = space < 0 ? "" : rest.substring(space + 1);
        LruGenDump parsed;
        try {
            parsed = LruGenDump.parse(text, full);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            if (at < lines.size()) {
                throw new IllegalArgumentException("dump: " + reason(e), e);
            }
            parsed = new LruGenDump(-1, "", List.of());
        }
        return new Statement.Dump(line, group, label, full, text, parsed);
    }

    private Statement stat(String group) {
        int line = at;
        List<String> text = payload();
        Map<String, Long> state = text.isEmpty() ? Map.of() : counts(text.getFirst());
        Map<String, Long> counters = text.size() < 2 ? Map.of() : counts(text.get(1));
        return new Statement.Stat(line, group, state, counters);
    }

    private List<String> payload() {
        List<String> text = new ArrayList<>();
        while (at < lines.size()
                && !lines.get(at).startsWith("#")
                && !lines.get(at).startsWith("sh: ")) {
            text.add(lines.get(at++));
        }
        return text;
    }

    // ---- words

    static Matcher match(Pattern pattern, String text) {
        Matcher m = pattern.matcher(text);
        if (!m.matches()) {
            throw new IllegalArgumentException("not of the form " + pattern.pattern());
        }
        return m;
    }

    static long number(Matcher m, int group) {
        return Long.parseLong(m.group(group));
    }

    static Map<String, String> values(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String word : text.split(" +")) {
            int eq = word.indexOf('=');
            if (eq > 0) {
                values.put(word.substring(0, eq), word.substring(eq + 1));
            }
        }
        return values;
    }

    static Map<String, Long> counts(String text) {
        Map<String, Long> counts = new LinkedHashMap<>();
        values(text).forEach((k, v) -> {
            if (v.matches("-?\\d+")) {
                counts.put(k, Long.parseLong(v));
            }
        });
        return counts;
    }

    static String need(Map<String, String> values, String key) {
        String value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException("'" + key + "=' is missing");
        }
        return value;
    }

    private static String reason(RuntimeException e) {
        return e instanceof IndexOutOfBoundsException ? "a word is missing" : String.valueOf(e.getMessage());
    }

    private static String shortened(String line) {
        return line.length() <= 120 ? line : line.substring(0, 120) + "...";
    }
}
