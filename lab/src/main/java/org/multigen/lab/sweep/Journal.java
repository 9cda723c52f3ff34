package org.multigen.lab.sweep;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SortedMap;
import java.util.TreeMap;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.result.TrialResult;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Trials that are done, a JSON object a line behind a line that says of which sweep. A line that a kill cut short is cut off when
 * the journal is opened again. A lock keeps a second sweep away.
 */
final class Journal implements AutoCloseable {
    private static final String SWEEP = "sweep";

    private final Path file;
    private final FileChannel channel;
    private final SortedMap<Integer, TrialResult> done = new TreeMap<>();

    private Journal(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Opens or creates a journal.
     *
     * @param fingerprint of the sweep: its grid, scenario and version
     * @throws Failure if it belongs to another sweep, or another process has it open
     */
    static Journal open(Path file, String fingerprint) {
        try {
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            Journal journal = new Journal(file, channel);
            try {
                journal.lock();
                journal.load(fingerprint);
                return journal;
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw Failure.cannotWrite(file, e);
        }
    }

    private void lock() throws IOException {
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return; // released with the channel
            }
        } catch (OverlappingFileLockException e) {
            // said below
        }
        throw Failure.usage(file + ": another sweep is running with it");
    }

    private void load(String fingerprint) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(channel.size()));
        while (all.hasRemaining() && channel.read(all) >= 0) {
            // to the end
        }
        String text = new String(all.array(), 0, all.position(), StandardCharsets.UTF_8);
        int whole = text.lastIndexOf('\n') + 1;
        String[] lines = whole == 0 ? new String[0] : text.substring(0, whole).split("\n");
        channel.truncate(text.substring(0, whole).getBytes(StandardCharsets.UTF_8).length);
        channel.position(channel.size());
        if (lines.length == 0) {
            append(JsonMapper.shared().createObjectNode().put(SWEEP, fingerprint));
            return;
        }
        try {
            if (!JsonMapper.shared().readTree(lines[0]).path(SWEEP).asString("").equals(fingerprint)) {
                throw Failure.usage(
                        file + ": trials of another sweep, or of another version of multigen; remove it to begin"
                                + " anew, or choose another --output");
            }
            for (int i = 1; i < lines.length; i++) {
                JsonNode line = JsonMapper.shared().readTree(lines[i]);
                done.put(
                        line.path("trial").asInt(),
                        JsonMapper.shared().treeToValue(line.path("result"), TrialResult.class));
            }
        } catch (JacksonException e) {
            throw Failure.badData(file.toString(), "not a journal of a sweep");
        }
    }

    /** What is done already. */
    synchronized SortedMap<Integer, TrialResult> done() {
        return new TreeMap<>(done);
    }

    /** Adds a trial; it is on disk when this returns. */
    synchronized void add(int trial, TrialResult result) {
        ObjectNode line = JsonMapper.shared().createObjectNode().put("trial", trial);
        line.set("result", JsonMapper.shared().valueToTree(result));
        try {
            append(line);
        } catch (IOException e) {
            throw Failure.cannotWrite(file, e);
        }
        done.put(trial, result);
    }

    private void append(ObjectNode line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        channel.force(false);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException ignored) {
            // every line has been forced to disk
        }
    }
}
