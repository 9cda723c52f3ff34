package org.multigen.lab.trace;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a whole trace holds.
 *
 * @param ending {@link #COMPLETE} or {@link #INTERRUPTED}
 * @param events number of events, every touch counted
 * @param reads touches that read
 * @param writes touches that write
 * @param instructions executed by all processes, 0 when the trace has no times
 * @param wallNs wall time of the recording
 * @param footprintPages the most memory that was in use at one time, in pages: see {@link TraceAccount}
 * @param distinctPages pages touched, counted once per process and program
 */
public record TraceSummary(
        String ending,
        long events,
        long reads,
        long writes,
        long instructions,
        long wallNs,
        long footprintPages,
        long distinctPages,
        List<ProcessSummary> processes,
        List<FileSummary> files,
        List<Unfollowed> unfollowed) {
    /** {@link #ending}: the recorded command ran to its end. */
    public static final String COMPLETE = "complete";

    /** {@link #ending}: the recording was stopped before the command had ended. */
    public static final String INTERRUPTED = "interrupted";

    /** Copies the lists. */
    public TraceSummary {
        processes = List.copyOf(processes);
        files = List.copyOf(files);
        unfollowed = List.copyOf(unfollowed);
    }

    /** Touches in all. */
    public long touches() {
        return reads + writes;
    }

    /**
     * A process.
     *
     * @param parent the process that forked it, or -1
     * @param name the last program it ran
     * @param status as in {@link TraceSink#exit}
     * @param distinctPages pages it touched, counted once per program it ran
     * @param vmas its mappings at its end or at the end of the trace, in address order
     */
    public record ProcessSummary(
            int process,
            int parent,
            long osPid,
            String name,
            int status,
            long reads,
            long writes,
            long instructions,
            long distinctPages,
            long vmasEver,
            List<VmaSummary> vmas) {
        /** Copies the list. */
        public ProcessSummary {
            vmas = List.copyOf(vmas);
        }
    }

    /**
     * A mapping.
     *
     * @param name the path of its file, or a bracketed kind
     */
    public record VmaSummary(long page, long pages, MappingKind kind, int prot, String name) {}

    /**
     * A file.
     *
     * @param pagesUsed distinct pages that were read, written or touched through a mapping
     */
    public record FileSummary(int file, FileKind kind, long bytes, long pagesUsed, String path) {}

    /** A program that was started but not recorded. */
    public record Unfollowed(int process, String program, String reason) {}

    /** The summary as the JSON object that the file holds and {@code trace stat} prints. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("ending", ending);
        json.put("events", events);
        json.put("touches", touches());
        json.put("reads", reads);
        json.put("writes", writes);
        json.put("instructions", instructions);
        json.put("wallNs", wallNs);
        json.put("footprintPages", footprintPages);
        json.put("distinctPages", distinctPages);
        ArrayNode ps = json.putArray("processes");
        processes.forEach(p -> put(ps.addObject(), p));
        ArrayNode fs = json.putArray("files");
        for (FileSummary f : files) {
            ObjectNode n = fs.addObject();
            n.put("file", f.file()).put("kind", f.kind().name()).put("bytes", f.bytes());
            n.put("pagesUsed", f.pagesUsed()).put("path", f.path());
        }
        ArrayNode us = json.putArray("unfollowed");
        for (Unfollowed u : unfollowed) {
            us.addObject()
                    .put("process", u.process())
                    .put("program", u.program())
                    .put("reason", u.reason());
        }
        return json;
    }

    private static void put(ObjectNode n, ProcessSummary p) {
        n.put("process", p.process()).put("parent", p.parent()).put("osPid", p.osPid());
        n.put("name", p.name()).put("status", p.status());
        n.put("reads", p.reads()).put("writes", p.writes()).put("instructions", p.instructions());
        n.put("distinctPages", p.distinctPages()).put("vmasEver", p.vmasEver());
        ArrayNode vs = n.putArray("vmas");
        for (VmaSummary v : p.vmas()) {
            ObjectNode o = vs.addObject();
            o.put("page", v.page()).put("pages", v.pages()).put("kind", v.kind().name());
            o.put("prot", v.prot()).put("name", v.name());
        }
    }

    static TraceSummary fromJson(JsonNode json) {
        List<ProcessSummary> ps = new ArrayList<>();
        json.path("processes").forEach(n -> ps.add(process(n)));
        List<FileSummary> fs = new ArrayList<>();
        json.path("files")
                .forEach(n -> fs.add(new FileSummary(
                        n.path("file").asInt(),
                        FileKind.valueOf(n.path("kind").asString()),
                        n.path("bytes").asLong(),
                        n.path("pagesUsed").asLong(),
                        n.path("path").asString())));
        List<Unfollowed> us = new ArrayList<>();
        json.path("unfollowed")
                .forEach(n -> us.add(new Unfollowed(
                        n.path("process").asInt(),
                        n.path("program").asString(),
                        n.path("reason").asString())));
        return new TraceSummary(
                json.path("ending").asString(),
                json.path("events").asLong(),
                json.path("reads").asLong(),
                json.path("writes").asLong(),
                json.path("instructions").asLong(),
                json.path("wallNs").asLong(),
                json.path("footprintPages").asLong(),
                json.path("distinctPages").asLong(),
                ps,
                fs,
                us);
    }

    private static ProcessSummary process(JsonNode n) {
        List<VmaSummary> vs = new ArrayList<>();
        n.path("vmas")
                .forEach(v -> vs.add(new VmaSummary(
                        v.path("page").asLong(),
                        v.path("pages").asLong(),
                        MappingKind.valueOf(v.path("kind").asString()),
                        v.path("prot").asInt(),
                        v.path("name").asString())));
        return new ProcessSummary(
                n.path("process").asInt(),
                n.path("parent").asInt(),
                n.path("osPid").asLong(),
                n.path("name").asString(),
                n.path("status").asInt(),
                n.path("reads").asLong(),
                n.path("writes").asLong(),
                n.path("instructions").asLong(),
                n.path("distinctPages").asLong(),
                n.path("vmasEver").asLong(),
                vs);
    }
}
