package org.multigen.lab.trace.format;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.failure.Nearest;

/**
 * Values separated by commas, semicolons or tabs. Columns are named by the first line, or by a map such as {@code
 * time=1,op=rw,size=len,lbn=5} with numbers from 1 on or names of the first line.
 *
 * <p>One column has to say what is accessed: {@code lbn} (sectors of 512 bytes), {@code block} (blocks of the block size, 4096
 * unless stated), {@code offset} (bytes of a disk), {@code address} (bytes of memory), or {@code id} (opaque). {@code time},
 * {@code op}, {@code size} (bytes) and {@code pid} may be there.
 */
final class Csv extends LineReader {
    private static final String FORM = "expected ROLE=COLUMN,... such as time=1,op=3,size=4,lbn=5";
    private static final List<String> PLACES = List.of("lbn", "offset", "block", "address", "id");
    private static final Map<String, List<String>> NAMES = names();
    private static final long SECOND = 1_000_000_000;
    private static final int MOST_COLUMNS = 256;
    private static final long SMALL = 1L << 32;
    private static final int NANO_DIGITS = 9;

    private final @Nullable String map;
    private final boolean unitSaid;
    private long timeUnitNs;
    private @Nullable CsvLayout layout;
    private long base = -1;
    private final int blockSize;
    private final KeyNumbers keys = new KeyNumbers(SMALL);
    private final ProcessNumbers processes = new ProcessNumbers();
    private final int[] starts = new int[MOST_COLUMNS];
    private final int[] ends = new int[MOST_COLUMNS];
    private int columns;
    private byte separator;
    private String place = "";
    private int placeAt = -1;
    private int timeAt = -1;
    private int opAt = -1;
    private int sizeAt = -1;
    private int pidAt = -1;

    Csv(InputStream in, InputOptions options) {
        super(in);
        this.map = options.columns();
        this.unitSaid = options.timeUnitNs() != 0;
        this.timeUnitNs = unitSaid ? options.timeUnitNs() : SECOND;
        this.blockSize = options.blockSize();
    }

    private static Map<String, List<String>> names() {
        Map<String, List<String>> names = new LinkedHashMap<>();
        names.put("time", List.of("time", "timestamp", "ts", "clock_time", "clock"));
        names.put(
                "op", List.of("op", "operation", "opcode", "rw", "type", "cmd", "command", "iotype", "optype", "rwbs"));
        names.put(
                "size",
                List.of("size", "length", "len", "bytes", "obj_size", "object_size", "request_size", "value_size"));
        names.put("lbn", List.of("lbn", "lba", "sector", "start_sector"));
        names.put("offset", List.of("offset", "byte_offset"));
        names.put("block", List.of("block", "blk", "blkno", "block_id", "block_number", "page"));
        names.put("address", List.of("address", "addr", "vaddr", "virtual_address"));
        names.put("id", List.of("id", "key", "obj_id", "object", "object_id", "obj", "objid"));
        names.put("pid", List.of("pid", "process", "tid"));
        return names;
    }

    /** Whether a first line names columns of which one says what is accessed. */
    static boolean isHeader(String line) {
        char separator = separatorOf(line);
        return separator != 0
                && Arrays.stream(line.split(String.valueOf(separator), -1))
                        .map(Csv::bare)
                        .anyMatch(f -> PLACES.stream().anyMatch(p -> namesOf(p).contains(f)));
    }

    static char separatorOf(String line) {
        for (char c : new char[] {',', ';', '\t'}) {
            if (line.indexOf(c) >= 0) {
                return c;
            }
        }
        return 0;
    }

    private static List<String> namesOf(String role) {
        List<String> names = NAMES.get(role);
        return names == null ? List.of() : names;
    }

    private static String bare(String field) {
        return field.strip().replace("\"", "").toLowerCase(Locale.ROOT);
    }

    // ---- the first line

    private boolean begin() throws Malformed {
        String first = lines.text(lines.from, lines.to);
        char found = separatorOf(first);
        separator = (byte) (found == 0 ? ',' : found);
        split();
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < fieldCount; i++) {
            fields.add(bare(lines.text(starts[i], ends[i])));
        }
        String given = map;
        boolean header = fields.stream().anyMatch(f -> NAMES.values().stream().anyMatch(n -> n.contains(f)))
                || given != null && Arrays.stream(given.split(",")).anyMatch(p -> !p.matches(".*=[0-9]+"));
        if (given == null && !header) {
            CsvLayout known = CsvLayout.of(first)
                    .orElseThrow(() -> Malformed.end(
                            "no header: name the columns with --columns, " + FORM + "; not " + lines.quoted()));
            layout = known;
            timeUnitNs = unitSaid ? timeUnitNs : known.timeUnitNs();
            given = known.columns();
        }
        if (given == null) {
            NAMES.keySet()
                    .forEach(role -> assign(
                            role,
                            fields.stream()
                                    .filter(namesOf(role)::contains)
                                    .mapToInt(fields::indexOf)
                                    .findFirst()
                                    .orElse(-1)));
        } else {
            applyMap(given, fields, header);
        }
        if (placeAt < 0) {
            throw Malformed.end("no column among " + lines.quoted() + " says what is accessed: expected one of "
                    + String.join(", ", PLACES) + ", or --columns");
        }
        return header;
    }

    private void applyMap(String text, List<String> fields, boolean header) {
        for (String pair : text.split(",")) {
            int equals = pair.indexOf('=');
            String role = equals < 0 ? pair : pair.substring(0, equals);
            if (equals < 1 || !NAMES.containsKey(role)) {
                throw Failure.usage("--columns " + text + ": " + FORM + Nearest.hint(role, NAMES.keySet()));
            }
            String column = pair.substring(equals + 1);
            int at = column.matches("[1-9][0-9]{0,2}")
                    ? Integer.parseInt(column) - 1
                    : header ? fields.indexOf(column.toLowerCase(Locale.ROOT)) : -1;
            if (at < 0 || at >= MOST_COLUMNS) {
                throw Failure.usage(
                        "--columns " + text + ": no column '" + column + "'" + Nearest.hint(column, fields));
            }
            assign(role, at);
        }
    }

    private void assign(String role, int at) {
        if (at < 0) {
            return;
        }
        switch (role) {
            case "time" -> timeAt = at;
            case "op" -> opAt = at;
            case "size" -> sizeAt = at;
            case "pid" -> pidAt = at;
            default -> {
                if (placeAt < 0 || PLACES.indexOf(role) < PLACES.indexOf(place)) {
                    placeAt = at;
                    place = role;
                }
            }
        }
    }

    // ---- records

    @Override
    boolean parse(Access a) throws Malformed {
        if (lines.skipBlanks(lines.from) == lines.to) {
            return false;
        }
        if (lines.bytes[lines.skipBlanks(lines.from)] == '#' && !isCommentedHeader()) {
            return false;
        }
        if (columns == 0) {
            boolean header = begin();
            columns = Math.max(1, fieldCount);
            if (header) {
                return false;
            }
        } else {
            split();
        }
        parseTime(a);
        a.process = pidAt < 0 ? 0 : processes.of(number(pidAt, "a process number"));
        if (opAt >= 0) {
            int direction = Operations.direction(lines.text(start(opAt, "an operation"), ends[opAt]));
            if (direction < 0) {
                throw expectedAt(opAt, "a read or a write");
            }
            a.write = direction == 1;
        }
        long size = sizeAt < 0 ? unitBytes() : number(sizeAt, "a size in bytes");
        if (size > MOST_BYTES) {
            throw expectedAt(sizeAt, "a size of at most " + MOST_BYTES + " bytes");
        }
        a.bytes = Math.max(1, size);
        parsePlace(a);
        return true;
    }

    private int fieldCount;

    /** Some write the names of the columns behind a {@code #}, which is left out then. */
    private boolean isCommentedHeader() {
        int name = lines.skipBlanks(lines.skipBlanks(lines.from) + 1);
        if (columns > 0 || !isHeader(lines.text(name, lines.to))) {
            return false;
        }
        lines.from = name;
        return true;
    }

    /** A field that begins with a quote may hold separators, and two quotes for one. */
    private void split() {
        int n = 0;
        int begin = lines.from;
        boolean quoted = false;
        for (int p = lines.from; p <= lines.to && n < MOST_COLUMNS; p++) {
            if (p < lines.to && lines.bytes[p] == '"' && (quoted || lines.skipBlanks(begin) == p)) {
                quoted = !quoted;
            } else if (p == lines.to || lines.bytes[p] == separator && !quoted) {
                trim(n++, begin, p);
                begin = p + 1;
            } else if (lines.bytes[p] == '"' && p > begin && lines.bytes[p - 1] == '"') {
                quoted = true; // the second of two within
            }
        }
        fieldCount = n;
    }

    private void trim(int field, int from, int to) {
        int a = from;
        int b = to;
        while (a < b && (lines.bytes[a] == ' ' || lines.bytes[a] == '"')) {
            a++;
        }
        while (b > a && (lines.bytes[b - 1] == ' ' || lines.bytes[b - 1] == '"')) {
            b--;
        }
        starts[field] = a;
        ends[field] = b;
    }

    private void parseTime(Access a) throws Malformed {
        if (timeAt < 0) {
            return;
        }
        int from = start(timeAt, "a time");
        int end = ends[timeAt];
        int point = from;
        while (point < end && lines.bytes[point] != '.') {
            point++;
        }
        long whole = lines.decimal(from, point);
        long part = point + 1 >= end ? 0 : lines.decimal(point + 1, Math.min(end, point + 1 + NANO_DIGITS));
        if (whole >= 0 && part >= 0) {
            setTime(a, whole, part == 0 ? 0 : part / Math.pow(10, Math.min(end - point - 1, NANO_DIGITS)));
            return;
        }
        try {
            double t = Double.parseDouble(lines.text(from, end));
            if (t >= 0 && t < Long.MAX_VALUE) {
                setTime(a, (long) t, t - (long) t);
                return;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw expectedAt(timeAt, "a time");
    }

    /** Since 1601 in ns is more than a number holds: such times are counted from the first record; one a little before is 0. */
    private void setTime(Access a, long whole, double part) throws Malformed {
        if (base < 0) {
            base = whole > Long.MAX_VALUE / 2 / timeUnitNs ? whole : 0;
        }
        long since = Math.max(0, whole - base);
        if (since > Long.MAX_VALUE / timeUnitNs - 1) {
            throw expectedAt(timeAt, "a time less than 292 years after the first");
        }
        a.timeNs = since * timeUnitNs + (whole < base ? 0 : Math.round(part * timeUnitNs));
    }

    private void parsePlace(Access a) throws Malformed {
        int from = start(placeAt, "a " + place);
        switch (place) {
            case "id" -> {
                long n = lines.decimal(from, ends[placeAt]);
                a.unit = n >= 0 ? keys.of(n, 1) : keys.of(lines.bytes, from, ends[placeAt]);
                a.bytes = unitBytes();
            }
            case "address" -> {
                long at = lines.hexadecimal(from, ends[placeAt]);
                if (at < 0 || at + a.bytes > ADDRESS_END) {
                    throw expectedAt(placeAt, "a hexadecimal address below 2^47");
                }
                a.unit = at / PAGE;
                a.bytes += at % PAGE;
            }
            default -> {
                long n = number(placeAt, place.equals("offset") ? "an offset in bytes" : "a block number");
                int bytes = place.equals("offset") ? 1 : unitBytes();
                if (n >= BLOCKS_END / bytes) {
                    throw expectedAt(placeAt, "a number below " + BLOCKS_END / bytes);
                }
                a.unit = place.equals("offset") ? n / SECTOR : n;
                a.bytes += place.equals("offset") ? n % SECTOR : 0;
            }
        }
    }

    private int start(int field, String what) throws Malformed {
        if (field >= fieldCount || starts[field] == ends[field]) {
            throw Malformed.record("expected " + what + " in column " + (field + 1) + " of " + lines.quoted());
        }
        return starts[field];
    }

    private long number(int field, String what) throws Malformed {
        long n = lines.decimal(start(field, what), ends[field]);
        if (n < 0) {
            throw expectedAt(field, what);
        }
        return n;
    }

    private Malformed expectedAt(int field, String what) {
        return Malformed.record(
                "expected " + what + " in column " + (field + 1) + ", not " + lines.quoted(starts[field], ends[field]));
    }

    @Override
    public boolean isMemory() {
        return place.equals("address");
    }

    @Override
    public int unitBytes() {
        return switch (place) {
            case "lbn" -> blockSize == 0 ? SECTOR : blockSize;
            case "offset" -> SECTOR;
            case "address" -> PAGE;
            default -> blockSize == 0 ? PAGE : blockSize;
        };
    }

    @Override
    public List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (layout != null) {
            notes.add(layout.note(timeUnitNs));
        }
        if (keys.used()) {
            notes.add("ids that are words or not below 2^32 are numbered in order of appearance");
        }
        return notes;
    }
}
