package org.multigen.lab.trace;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Decodes the events of one block.
 *
 * <p>The loop over the words is the hot path of every replay: a touch costs a load, a table look-up and the sink's call.
 * Everything else is a control word and handled out of line.
 */
final class EventDecoder {
    /** A block with a sound checksum that nevertheless holds nonsense: its writer was wrong. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed(String what) {
            super(what, null, false, false);
        }
    }

    private static final int UNBOUND = -1;

    private final int[] slotProcess = new int[Mgt.SLOTS + 1];
    private final long[] slotPage = new long[Mgt.SLOTS + 1];
    private byte[] bytes = new byte[0];
    private int sideAt;
    private int sideEnd;
    private long wall;

    /** Decodes {@code length} bytes of {@code block} into the sink. */
    void decode(byte[] block, int length, TraceSink sink) throws Malformed {
        int count = length < 4 ? -1 : Mgt.getInt(block, 0);
        if (count < 0 || count > (length - 4) / 4) {
            throw new Malformed("a count of " + count + " words in " + length + " bytes");
        }
        bytes = block;
        sideAt = 4 + 4 * count;
        sideEnd = length;
        wall = 0;
        Arrays.fill(slotProcess, UNBOUND);
        decodeWords(block, 4 + 4 * count, sink);
    }

    private void decodeWords(byte[] block, int end, TraceSink sink) throws Malformed {
        int[] processes = slotProcess;
        long[] pages = slotPage;
        int touched = Mgt.CONTROL; // slot of the last touch word; the control slot is never bound
        for (int at = 4; at < end; at += 4) {
            int w = Mgt.getInt(block, at);
            int slot = w >>> 24;
            int process = processes[slot];
            if (process >= 0) {
                touched = slot;
                sink.touch(process, pages[slot] + (w >>> 1 & Mgt.SEGMENT_MASK), 1, (w & 1) != 0);
                continue;
            }
            if (slot != Mgt.CONTROL) {
                throw new Malformed("a touch by slot " + slot + ", which is not bound");
            }
            int code = w >>> 16 & 0xFF;
            int operand = w & 0xFFFF;
            if (code == Mgt.TIME) {
                sink.time(bound(touched), operand);
            } else if (code == Mgt.RUN) {
                at += 4;
                touched = run(block, at, end, operand + 1, sink);
            } else {
                control(code, operand, sink);
            }
        }
    }

    private int bound(int slot) throws Malformed {
        if (slotProcess[slot] < 0) {
            throw new Malformed("slot " + slot + " is not bound");
        }
        return slotProcess[slot];
    }

    private int run(byte[] block, int at, int end, int count, TraceSink sink) throws Malformed {
        if (at >= end) {
            throw new Malformed("a run without its touch");
        }
        int w = Mgt.getInt(block, at);
        int slot = w >>> 24;
        sink.touch(bound(slot), slotPage[slot] + (w >>> 1 & Mgt.SEGMENT_MASK), count, (w & 1) != 0);
        return slot;
    }

    private void control(int code, int operand, TraceSink sink) throws Malformed {
        switch (code) {
            case Mgt.SEGMENT -> bind(operand);
            case Mgt.TIME_OF -> sink.time(id(), number());
            case Mgt.WALL -> sink.wall(wall += number());
            case Mgt.SLEEP -> sink.sleep(id(), number(), operand != 0);
            case Mgt.PROCESS -> sink.process(id(), number(), text());
            case Mgt.FORK -> sink.fork(id(), id(), number());
            case Mgt.EXEC -> sink.exec(id(), text());
            case Mgt.EXIT -> sink.exit(id(), id() - 1);
            case Mgt.FILE -> sink.file(id(), FileKind.of(code(FileKind.values().length)), number(), text());
            case Mgt.MAP ->
                sink.map(
                        id(),
                        number(),
                        number(),
                        MappingKind.of(code(MappingKind.values().length)),
                        id(),
                        id(),
                        id() - 1,
                        number());
            default -> moreControl(code, sink);
        }
    }

    private void moreControl(int code, TraceSink sink) throws Malformed {
        switch (code) {
            case Mgt.UNMAP -> sink.unmap(id(), number(), number());
            case Mgt.PROTECT -> sink.protect(id(), number(), number(), id());
            case Mgt.ADVISE -> sink.advise(id(), number(), number(), id());
            case Mgt.REMAP -> sink.remap(id(), number(), number(), number(), number());
            case Mgt.LOCK -> sink.lock(id(), number(), number());
            case Mgt.UNLOCK -> sink.unlock(id(), number(), number());
            case Mgt.OPEN -> sink.open(id(), id(), id());
            case Mgt.CLOSE -> sink.close(id());
            case Mgt.READ -> sink.read(id(), id(), id(), number(), id());
            case Mgt.WRITE -> sink.write(id(), id(), id(), number(), id());
            case Mgt.FILE_ADVISE -> sink.fileAdvise(id(), id(), id(), number(), number(), id());
            case Mgt.TRUNCATE -> sink.truncate(id(), number());
            case Mgt.SYNC -> sink.sync(id(), id());
            case Mgt.UNFOLLOWED -> sink.unfollowed(id(), text(), text());
            default -> throw new Malformed("control code " + code);
        }
    }

    private void bind(int slot) throws Malformed {
        if (slot >= Mgt.SLOTS) {
            throw new Malformed("segment slot " + slot);
        }
        slotProcess[slot] = id();
        slotPage[slot] = number() << Mgt.SEGMENT_SHIFT;
    }

    // ---- side bytes

    private long number() throws Malformed {
        long v = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (sideAt >= sideEnd) {
                throw new Malformed("side bytes end within an event");
            }
            byte b = bytes[sideAt++];
            v |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return v;
            }
        }
        throw new Malformed("a number longer than 64 bits");
    }

    private int id() throws Malformed {
        long v = number();
        if (v < 0 || v > Mgt.MAX_ID) {
            throw new Malformed("the number " + v + " where a small one was expected");
        }
        return (int) v;
    }

    private int code(int limit) throws Malformed {
        int v = id();
        if (v >= limit) {
            throw new Malformed("the kind " + v + "; below " + limit + " was expected");
        }
        return v;
    }

    private String text() throws Malformed {
        int n = id();
        if (n > sideEnd - sideAt) {
            throw new Malformed("a text of " + n + " bytes where " + (sideEnd - sideAt) + " are left");
        }
        String s = new String(bytes, sideAt, n, StandardCharsets.UTF_8);
        sideAt += n;
        return s;
    }
}
