package org.multigen.lab.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the lines of one program under lackey: {@code I  ADDRESS,SIZE} for an instruction, {@code L}, {@code S} and {@code M}
 * for a load, a store and both, {@code SYSCALL[PID,TID](NUMBER) NAME ( ARGUMENTS ) --> RESULT}, and {@code ==PID== } with
 * text.
 */
final class LackeyLines {
    private static final long TIME_STEP = 10_000;
    private static final Pattern COMMAND = Pattern.compile("==(\\d+)== Command: (.*)");
    private static final Pattern CALL =
            Pattern.compile("SYSCALL\\[\\d+,(\\d+)]\\([ \\d]+\\) (\\w+) ?\\((.*?)\\) ?(?:\\[sync] )?(.*)");
    private static final Pattern LATER = Pattern.compile("SYSCALL\\[\\d+,(\\d+)]\\([ \\d]+\\) \\.\\.\\. (.*)");
    private static final Pattern SUCCESS = Pattern.compile(".*Success\\(0x([0-9a-f]+)\\).*");

    /** The other programs of the recording. */
    interface Family {
        /** A program begins. */
        ProcessTranslator started(long pid, long parent, String program);

        /** A process has forked. */
        void forked(long parent, long child);

        /** The program's lines have ended. */
        void ended(long pid, ProcessTranslator translator, boolean executing);
    }

    private record Call(String name, String arguments) {}

    private final Family family;
    private final FoldWindow fold;
    private final Map<String, Call> pending = new HashMap<>(); // by thread
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 18);
    private @Nullable ProcessTranslator translator;
    private @Nullable LackeyCalls calls;
    private String lastThread = "1";
    private long pid;
    private long untold;
    private boolean executing;

    LackeyLines(Family family, long foldWindow) {
        this.family = family;
        this.fold = new FoldWindow(foldWindow);
    }

    long pid() {
        return pid;
    }

    /** Reads what the channel has; returns the number of bytes, -1 at the end. */
    int fill(ReadableByteChannel channel) throws IOException {
        int n = channel.read(buffer);
        buffer.flip();
        byte[] b = buffer.array();
        int start = buffer.position();
        for (int at = start; at < buffer.limit(); at++) {
            if (b[at] == '\n') {
                line(b, start, at);
                start = at + 1;
            }
        }
        buffer.position(start);
        buffer.compact();
        if (!buffer.hasRemaining()) {
            buffer.clear(); // a line longer than the buffer is none of ours
        }
        return n;
    }

    void end() {
        ProcessTranslator t = translator;
        if (t != null) {
            t.executed(untold);
            t.tellTime();
            family.ended(pid, t, executing);
        }
    }

    private void line(byte[] b, int from, int to) {
        if (to - from < 4) {
            return;
        }
        ProcessTranslator t = translator;
        byte kind = b[from] == ' ' ? b[from + 1] : b[from];
        if (t != null && b[from + 2] == ' ' && (kind == 'I' || kind == 'L' || kind == 'S' || kind == 'M')) {
            access(t, kind, b, from + 3, to);
            return;
        }
        String text = new String(b, from, to - from, StandardCharsets.UTF_8);
        if (kind == '=') {
            note(text);
        } else if (t != null) {
            system(t, text);
        }
    }

    private void access(ProcessTranslator t, byte kind, byte[] b, int from, int to) {
        long address = 0;
        int at = from;
        for (; at < to && b[at] != ','; at++) {
            address = address << 4 | Character.digit(b[at], 16) & 15;
        }
        int size = 0;
        for (at++; at < to; at++) {
            size = size * 10 + (b[at] - '0');
        }
        if (kind == 'I') {
            if (++untold >= TIME_STEP) {
                t.executed(untold);
                t.tellTime();
                untold = 0;
            }
            fold.instruction();
        }
        boolean write = kind == 'S' || kind == 'M';
        touch(t, address >>> 12, write);
        if ((address & 4095) + size > 4096) {
            touch(t, (address >>> 12) + 1, write);
        }
    }

    private void touch(ProcessTranslator t, long page, boolean write) {
        if (fold.isNew(page, write)) {
            t.touch(page, write);
        }
    }

    private void note(String text) {
        Matcher m = COMMAND.matcher(text);
        if (m.matches()) {
            pid = Long.parseLong(m.group(1));
            String program = m.group(2).replaceFirst("(?<!\\\\) .*", "").replaceAll("\\\\(.)", "$1");
            ProcessTranslator t = family.started(pid, OsProcess.parent(pid), program);
            translator = t;
            calls = new LackeyCalls(t, pid);
        }
    }

    private void system(ProcessTranslator t, String text) {
        Matcher m = CALL.matcher(text);
        String result = text;
        if (m.matches()) {
            lastThread = m.group(1);
            pending.put(lastThread, new Call(m.group(2), m.group(3)));
            result = m.group(4);
            executing = m.group(2).equals("sys_execve");
        } else if ((m = LATER.matcher(text)).matches()) {
            lastThread = m.group(1);
            result = m.group(2);
        }
        if (result.contains("Failure(")) {
            pending.remove(lastThread);
            executing = false;
        }
        Matcher success = SUCCESS.matcher(result);
        Call call = pending.get(lastThread);
        if (call != null && success.matches()) {
            pending.remove(lastThread);
            done(t, call, Long.parseUnsignedLong(success.group(1), 16));
        }
    }

    private void done(ProcessTranslator t, Call call, long result) {
        t.executed(untold);
        untold = 0;
        if (call.name().equals("sys_fork") || call.name().equals("sys_vfork") || isForkingClone(call)) {
            t.tellTime();
            family.forked(pid, result);
        } else if (calls != null) {
            calls.done(call.name(), call.arguments(), result);
        }
    }

    private static boolean isForkingClone(Call call) {
        String[] args = call.arguments().strip().split("[, ]+");
        try {
            return call.name().equals("sys_clone") && (Long.decode(args[0]) & 0x10000) == 0; // CLONE_THREAD
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
