package org.multigen.lab.trace;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes a {@code .mgt} trace: a sink that encodes what it receives.
 *
 * <p>Memory is bounded by a block, apart from the bitmaps of {@link TraceAccount}, whose summary becomes the last block.
 * {@link #close} ends the file; a writer that is not closed leaves a file that reads as truncated. What the output refuses
 * is thrown as {@link UncheckedIOException}, since a sink's methods declare nothing.
 */
public final class MgtWriter implements TraceSink, Closeable {
    /** Compression that a recorder can keep up with. */
    public static final int DEFAULT_LEVEL = 6;

    private static final int BLOCK_WORDS = 1 << 20;
    private static final int BLOCK_SIDE = 1 << 20;
    private static final int MAX_RUN = 1 << 16;
    private static final long NO_SEGMENT = -1;

    private final OutputStream out;
    private final TraceAccount account;
    private final ZstdCompressCtx zstd = new ZstdCompressCtx();
    private final byte[] frame = new byte[Mgt.FRAME_BYTES];
    private final CRC32C crc = new CRC32C();

    private final int blockWords;
    private byte[] raw;
    private byte[] stored = new byte[0];
    private int words;
    private final SideBytes side = new SideBytes();
    private int blocks;
    private String ending = TraceSummary.COMPLETE;

    // Slots of the current block.
    private final long[] slotSegment = new long[Mgt.SLOTS];
    private final int[] slotProcess = new int[Mgt.SLOTS];
    private int nextSlot;
    private int slot;
    private int lastTouched; // slot of the last touch word, -1 before the first
    private long wallWritten;

    // The run of touches that may still grow.
    private int runProcess;
    private long runPage;
    private int runCount;
    private boolean runWrite;

    /** Writes the head of the file at once. */
    public MgtWriter(OutputStream out, TraceHeader header, int level) throws IOException {
        this(out, header, level, BLOCK_WORDS);
    }

    /** As above, with blocks of at most this many words, at least 3. */
    MgtWriter(OutputStream out, TraceHeader header, int level, int blockWords) throws IOException {
        this.out = out;
        this.blockWords = blockWords;
        this.raw = new byte[4 + 4 * blockWords];
        this.account = new TraceAccount(header.pageSize());
        zstd.setLevel(level);
        byte[] head = Arrays.copyOf(Mgt.MAGIC, Mgt.FILE_HEAD);
        Mgt.putInt(head, Mgt.MAGIC.length, Mgt.VERSION);
        out.write(head);
        writeJson(Mgt.KIND_HEADER, header.toJson());
        startBlock();
    }

    /** The summary will say how the recording ended. */
    public void ending(String how) {
        ending = how;
    }

    /** What has been written so far. */
    public TraceAccount account() {
        return account;
    }

    @Override
    public void close() throws IOException {
        try (out;
                zstd) {
            flushBlock();
            writeJson(Mgt.KIND_SUMMARY, account.summary(ending).toJson());
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    // ---- touches and time

    @Override
    public void touch(int process, long page, int count, boolean write) {
        account.touch(process, page, count, write);
        if (process == runProcess && page == runPage + runCount && write == runWrite && runCount + count <= MAX_RUN) {
            runCount += count;
            return;
        }
        flushRun();
        runProcess = process;
        runPage = page;
        runCount = count;
        runWrite = write;
    }

    private void flushRun() {
        while (runCount > 0) {
            long room = Mgt.SEGMENT_MASK + 1 - (runPage & Mgt.SEGMENT_MASK);
            int n = (int) Math.min(Math.min(runCount, MAX_RUN), room);
            // A block never ends between the control words and their touch.
            makeRoom(3);
            int s = slotOf(runProcess, runPage >>> Mgt.SEGMENT_SHIFT);
            if (n > 1) {
                control(Mgt.RUN, n - 1);
            }
            word(s << 24 | (int) (runPage & Mgt.SEGMENT_MASK) << 1 | (runWrite ? 1 : 0));
            lastTouched = s;
            runPage += n;
            runCount -= n;
        }
    }

    private int slotOf(int process, long segment) {
        if (slotSegment[slot] == segment && slotProcess[slot] == process) {
            return slot;
        }
        for (int i = 0; i < Mgt.SLOTS; i++) {
            if (slotSegment[i] == segment && slotProcess[i] == process) {
                slot = i;
                return i;
            }
        }
        slot = nextSlot;
        nextSlot = (nextSlot + 1) % Mgt.SLOTS;
        slotSegment[slot] = segment;
        slotProcess[slot] = process;
        if (lastTouched == slot) {
            lastTouched = -1;
        }
        control(Mgt.SEGMENT, slot);
        side.number(process).number(segment);
        return slot;
    }

    @Override
    public void time(int process, long instructions) {
        account.time(process, instructions);
        flushRun();
        makeRoom(1);
        if (instructions < 1 << 16 && lastTouched >= 0 && slotProcess[lastTouched] == process) {
            control(Mgt.TIME, (int) instructions);
        } else {
            event(Mgt.TIME_OF).number(process).number(instructions);
        }
    }

    @Override
    public void wall(long ns) {
        account.wall(ns);
        SideBytes s = event(Mgt.WALL);
        s.number(ns - wallWritten);
        wallWritten = ns;
    }

    // ---- the rare events

    @Override
    public void sleep(int process, long ns, boolean woken) {
        account.sleep(process, ns, woken);
        flushRun();
        makeRoom(1);
        control(Mgt.SLEEP, woken ? 1 : 0);
        side.number(process).number(ns);
    }

    @Override
    public void process(int process, long osPid, String name) {
        account.process(process, osPid, name);
        event(Mgt.PROCESS).number(process).number(osPid).text(name);
    }

    @Override
    public void fork(int parent, int child, long osPid) {
        account.fork(parent, child, osPid);
        event(Mgt.FORK).number(parent).number(child).number(osPid);
    }

    @Override
    public void exec(int process, String program) {
        account.exec(process, program);
        event(Mgt.EXEC).number(process).text(program);
    }

    @Override
    public void exit(int process, int status) {
        account.exit(process, status);
        event(Mgt.EXIT).number(process).number(status + 1);
    }

    @Override
    public void file(int file, FileKind kind, long bytes, String path) {
        account.file(file, kind, bytes, path);
        event(Mgt.FILE).number(file).number(kind.ordinal()).number(bytes).text(path);
    }

    @Override
    public void map(
            int process, long page, long pages, MappingKind kind, int prot, int flags, int file, long filePage) {
        account.map(process, page, pages, kind, prot, flags, file, filePage);
        event(Mgt.MAP)
                .number(process)
                .number(page)
                .number(pages)
                .number(kind.ordinal())
                .number(prot)
                .number(flags)
                .number(file + 1)
                .number(filePage);
    }

    @Override
    public void unmap(int process, long page, long pages) {
        account.unmap(process, page, pages);
        event(Mgt.UNMAP).number(process).number(page).number(pages);
    }

    @Override
    public void protect(int process, long page, long pages, int prot) {
        account.protect(process, page, pages, prot);
        event(Mgt.PROTECT).number(process).number(page).number(pages).number(prot);
    }

    @Override
    public void advise(int process, long page, long pages, int advice) {
        account.advise(process, page, pages, advice);
        event(Mgt.ADVISE).number(process).number(page).number(pages).number(advice);
    }

    @Override
    public void remap(int process, long oldPage, long oldPages, long newPage, long newPages) {
        account.remap(process, oldPage, oldPages, newPage, newPages);
        event(Mgt.REMAP)
                .number(process)
                .number(oldPage)
                .number(oldPages)
                .number(newPage)
                .number(newPages);
    }

    @Override
    public void lock(int process, long page, long pages) {
        account.lock(process, page, pages);
        event(Mgt.LOCK).number(process).number(page).number(pages);
    }

    @Override
    public void unlock(int process, long page, long pages) {
        account.unlock(process, page, pages);
        event(Mgt.UNLOCK).number(process).number(page).number(pages);
    }

    @Override
    public void open(int process, int handle, int file) {
        account.open(process, handle, file);
        event(Mgt.OPEN).number(process).number(handle).number(file);
    }

    @Override
    public void close(int handle) {
        account.close(handle);
        event(Mgt.CLOSE).number(handle);
    }

    @Override
    public void read(int process, int handle, int file, long page, long count) {
        account.read(process, handle, file, page, count);
        transfer(Mgt.READ, process, handle, file, page, count);
    }

    @Override
    public void write(int process, int handle, int file, long page, long count) {
        account.write(process, handle, file, page, count);
        transfer(Mgt.WRITE, process, handle, file, page, count);
    }

    /** Long transfers become several events: a count has limits. */
    private void transfer(int kind, int process, int handle, int file, long page, long count) {
        for (long done = 0; done < count; done += Mgt.MAX_ID) {
            long n = Math.min(count - done, Mgt.MAX_ID);
            event(kind)
                    .number(process)
                    .number(handle)
                    .number(file)
                    .number(page + done)
                    .number(n);
        }
    }

    @Override
    public void fileAdvise(int process, int handle, int file, long page, long count, int advice) {
        account.fileAdvise(process, handle, file, page, count, advice);
        event(Mgt.FILE_ADVISE)
                .number(process)
                .number(handle)
                .number(file)
                .number(page)
                .number(count)
                .number(advice);
    }

    @Override
    public void truncate(int file, long pages) {
        account.truncate(file, pages);
        event(Mgt.TRUNCATE).number(file).number(pages);
    }

    @Override
    public void sync(int process, int file) {
        account.sync(process, file);
        event(Mgt.SYNC).number(process).number(file);
    }

    @Override
    public void unfollowed(int process, String program, String reason) {
        account.unfollowed(process, program, reason);
        event(Mgt.UNFOLLOWED).number(process).text(program).text(reason);
    }

    // ---- blocks

    private SideBytes event(int code) {
        flushRun();
        makeRoom(1);
        control(code, 0);
        return side;
    }

    private void control(int code, int operand) {
        word(Mgt.CONTROL << 24 | code << 16 | operand);
    }

    private void word(int w) {
        Mgt.putInt(raw, 4 + 4 * words++, w);
    }

    private void makeRoom(int n) {
        if (words + n > blockWords || side.size() > BLOCK_SIDE) {
            writeEvents();
        }
    }

    private void flushBlock() {
        flushRun();
        if (words > 0) {
            writeEvents();
        }
    }

    private void writeEvents() {
        int length = 4 + 4 * words + side.size();
        if (length > raw.length) {
            raw = Arrays.copyOf(raw, length);
        }
        Mgt.putInt(raw, 0, words);
        side.copyTo(raw, 4 + 4 * words);
        try {
            writeBlock(Mgt.KIND_EVENTS, raw, length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        startBlock();
    }

    private void startBlock() {
        words = 0;
        side.clear();
        Arrays.fill(slotSegment, NO_SEGMENT);
        nextSlot = 0;
        slot = 0;
        lastTouched = -1;
        wallWritten = 0;
    }

    private void writeJson(int kind, ObjectNode json) throws IOException {
        byte[] utf8 = json.toString().getBytes(StandardCharsets.UTF_8);
        writeBlock(kind, utf8, utf8.length);
    }

    private void writeBlock(int kind, byte[] bytes, int length) throws IOException {
        int bound = (int) Zstd.compressBound(length);
        if (stored.length < bound) {
            stored = new byte[bound];
        }
        int n = zstd.compressByteArray(stored, 0, stored.length, bytes, 0, length);
        boolean shorter = n < length;
        byte[] payload = shorter ? stored : bytes;
        int payloadLength = shorter ? n : length;
        Mgt.putInt(frame, 0, Mgt.FRAME);
        frame[Mgt.KIND_AT] = (byte) kind;
        frame[Mgt.ZSTD_AT] = (byte) (shorter ? 1 : 0);
        Mgt.putInt(frame, Mgt.NUMBER_AT, blocks++);
        Mgt.putInt(frame, Mgt.RAW_AT, length);
        Mgt.putInt(frame, Mgt.STORED_AT, payloadLength);
        crc.reset();
        crc.update(frame, Mgt.KIND_AT, Mgt.CRC_AT - Mgt.KIND_AT);
        crc.update(payload, 0, payloadLength);
        Mgt.putInt(frame, Mgt.CRC_AT, (int) crc.getValue());
        out.write(frame);
        out.write(payload, 0, payloadLength);
    }
}
