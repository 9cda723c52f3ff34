package org.multigen.lab.replay;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.multigen.lab.trace.FileKind;
import org.multigen.lab.trace.MappingKind;
import org.multigen.lab.trace.TraceSink;

/**
 * Keeps one step's events of a trace, so that a replay can take them one at a time and stop in between. An event is its number
 * in the first of {@value #WORDS} words and its arguments in the others; texts lie apart.
 */
public final class EventBuffer implements TraceSink {
    static final int TOUCH = 0;
    static final int TOUCH_WRITE = 1;
    static final int TIME = 2;
    static final int PROCESS = 3;
    static final int FORK = 4;
    static final int EXEC = 5;
    static final int EXIT = 6;
    static final int FILE = 7;
    static final int MAP = 8;
    static final int UNMAP = 9;
    static final int PROTECT = 10;
    static final int ADVISE = 11;
    static final int REMAP = 12;
    static final int LOCK = 13;
    static final int UNLOCK = 14;
    static final int OPEN = 15;
    static final int CLOSE = 16;
    static final int READ = 17;
    static final int WRITE = 18;
    static final int FILE_ADVISE = 19;
    static final int TRUNCATE = 20;
    static final int SYNC = 21;
    static final int SLEEP = 22;
    static final int WALL = 23;

    private static final int WORDS = 4;
    private static final int LONG_WORDS = 9;

    private final List<String> texts = new ArrayList<>();
    private long[] words;
    private int end;
    private int at;

    EventBuffer() {
        this(1 << 16);
    }

    /** @param words room to begin with */
    EventBuffer(int words) {
        this.words = new long[words];
    }

    /** Copies the current event to the end of another buffer. */
    void copyTo(EventBuffer to) {
        int n = isLong(kind()) ? LONG_WORDS : WORDS;
        int p = to.room(n);
        System.arraycopy(words, at, to.words, p, n);
        int text = textOf(kind());
        if (text >= 0) {
            to.words[p + 1 + text] = to.text(text(text));
        }
    }

    /** Which argument stands for a text, or -1. */
    private static int textOf(int kind) {
        return switch (kind) {
            case PROCESS, EXEC -> 1;
            case FILE -> 3;
            default -> -1;
        };
    }

    /** Forgets everything. */
    void clear() {
        end = 0;
        at = 0;
        texts.clear();
    }

    boolean isEmpty() {
        return at == end;
    }

    /** Number of the current event. */
    int kind() {
        return (int) words[at];
    }

    /** Touches in the current event. */
    long touches() {
        return kind() <= TOUCH_WRITE ? arg(2) : 0;
    }

    /** An argument of the current event. */
    long arg(int i) {
        return words[at + 1 + i];
    }

    int intArg(int i) {
        return (int) words[at + 1 + i];
    }

    /** The text that an argument stands for. */
    String text(int i) {
        return texts.get(intArg(i));
    }

    /** Gives the current event to another sink; operating-system process ids are not kept. */
    void deliver(TraceSink to) {
        int process = (int) arg(0);
        int small = (int) (arg(0) >>> 32);
        switch (kind()) {
            case TOUCH, TOUCH_WRITE -> to.touch(process, arg(1), intArg(2), kind() == TOUCH_WRITE);
            case TIME -> to.time(process, arg(1));
            case PROCESS -> to.process(process, 0, text(1));
            case FORK -> to.fork(process, intArg(1), 0);
            case EXEC -> to.exec(process, text(1));
            case EXIT -> to.exit(process, intArg(1));
            case FILE -> to.file(process, FileKind.values()[intArg(1)], arg(2), text(3));
            case MAP ->
                to.map(
                        process,
                        arg(1),
                        arg(2),
                        MappingKind.values()[intArg(3)],
                        intArg(4),
                        intArg(5),
                        intArg(6),
                        arg(7));
            case UNMAP -> to.unmap(process, arg(1), arg(2));
            case PROTECT -> to.protect(process, arg(1), arg(2), small);
            case ADVISE -> to.advise(process, arg(1), arg(2), small);
            case REMAP -> to.remap(process, arg(1), arg(2), arg(3), arg(4));
            case LOCK -> to.lock(process, arg(1), arg(2));
            case UNLOCK -> to.unlock(process, arg(1), arg(2));
            case OPEN -> to.open(process, intArg(1), intArg(2));
            case CLOSE -> to.close(process);
            case READ -> to.read(process, intArg(1), intArg(2), arg(3), arg(4));
            case WRITE -> to.write(process, intArg(1), intArg(2), arg(3), arg(4));
            case FILE_ADVISE -> to.fileAdvise(process, intArg(1), intArg(2), arg(3), arg(4), intArg(5));
            case TRUNCATE -> to.truncate(process, arg(1));
            case SYNC -> to.sync(process, intArg(1));
            case SLEEP -> to.sleep(process, arg(1), arg(2) != 0);
            case WALL -> to.wall(arg(1));
            default -> throw new IllegalStateException("event " + kind());
        }
    }

    /** Goes on to the next event. */
    void skip() {
        at += isLong(kind()) ? LONG_WORDS : WORDS;
    }

    private static boolean isLong(int kind) {
        return kind == MAP || kind == REMAP || kind == READ || kind == WRITE || kind == FILE_ADVISE || kind == FILE;
    }

    private void put(int kind, long a, long b, long c) {
        int p = room(WORDS);
        words[p] = kind;
        words[p + 1] = a;
        words[p + 2] = b;
        words[p + 3] = c;
    }

    private void putLong(int kind, long... args) {
        int p = room(LONG_WORDS);
        words[p] = kind;
        System.arraycopy(args, 0, words, p + 1, args.length);
    }

    private int room(int n) {
        if (end + n > words.length) {
            words = Arrays.copyOf(words, words.length * 2);
        }
        int p = end;
        end += n;
        return p;
    }

    private int text(String text) {
        texts.add(text);
        return texts.size() - 1;
    }

    // ---- the trace's events

    @Override
    public void touch(int process, long page, int count, boolean write) {
        put(write ? TOUCH_WRITE : TOUCH, process, page, count);
    }

    @Override
    public void time(int process, long instructions) {
        put(TIME, process, instructions, 0);
    }

    @Override
    public void sleep(int process, long ns, boolean woken) {
        put(SLEEP, process, ns, woken ? 1 : 0);
    }

    @Override
    public void wall(long ns) {
        put(WALL, 0, ns, 0);
    }

    @Override
    public void process(int process, long osPid, String name) {
        put(PROCESS, process, text(name), 0);
    }

    @Override
    public void fork(int parent, int child, long osPid) {
        put(FORK, parent, child, 0);
    }

    @Override
    public void exec(int process, String program) {
        put(EXEC, process, text(program), 0);
    }

    @Override
    public void exit(int process, int status) {
        put(EXIT, process, status, 0);
    }

    @Override
    public void file(int file, FileKind kind, long bytes, String path) {
        putLong(FILE, file, kind.ordinal(), bytes, text(path));
    }

    @Override
    public void map(
            int process, long page, long pages, MappingKind kind, int prot, int flags, int file, long filePage) {
        putLong(MAP, process, page, pages, kind.ordinal(), prot, flags, file, filePage);
    }

    @Override
    public void unmap(int process, long page, long pages) {
        put(UNMAP, process, page, pages);
    }

    @Override
    public void protect(int process, long page, long pages, int prot) {
        putLongAsTwo(PROTECT, process, page, pages, prot);
    }

    @Override
    public void advise(int process, long page, long pages, int advice) {
        putLongAsTwo(ADVISE, process, page, pages, advice);
    }

    /** A small fourth argument shares a word with the process. */
    private void putLongAsTwo(int kind, int process, long page, long pages, int small) {
        put(kind, (long) small << 32 | process, page, pages);
    }

    @Override
    public void remap(int process, long oldPage, long oldPages, long newPage, long newPages) {
        putLong(REMAP, process, oldPage, oldPages, newPage, newPages);
    }

    @Override
    public void lock(int process, long page, long pages) {
        put(LOCK, process, page, pages);
    }

    @Override
    public void unlock(int process, long page, long pages) {
        put(UNLOCK, process, page, pages);
    }

    @Override
    public void open(int process, int handle, int file) {
        put(OPEN, process, handle, file);
    }

    @Override
    public void close(int handle) {
        put(CLOSE, handle, 0, 0);
    }

    @Override
    public void read(int process, int handle, int file, long page, long count) {
        putLong(READ, process, handle, file, page, count);
    }

    @Override
    public void write(int process, int handle, int file, long page, long count) {
        putLong(WRITE, process, handle, file, page, count);
    }

    @Override
    public void fileAdvise(int process, int handle, int file, long page, long count, int advice) {
        putLong(FILE_ADVISE, process, handle, file, page, count, advice);
    }

    @Override
    public void truncate(int file, long pages) {
        put(TRUNCATE, file, pages, 0);
    }

    @Override
    public void sync(int process, int file) {
        put(SYNC, process, file, 0);
    }
}
