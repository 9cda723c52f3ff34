package org.multigen.lab.trace;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is known of a trace before its first event.
 *
 * @param pageSize bytes, a power of two
 * @param provenance where it comes from
 */
public record TraceHeader(int pageSize, Provenance provenance) {

    /** Checks the page size. */
    public TraceHeader {
        if (pageSize < 512 || Integer.bitCount(pageSize) != 1) {
            throw new IllegalArgumentException("page size " + pageSize + ": expected a power of two from 512");
        }
    }

    /**
     * Where a trace comes from.
     *
     * @param command the recorded command line; empty for a trace that was not recorded
     * @param tool what made the touches visible, with its version
     * @param recorder what wrote the file, with its version
     * @param date when the recording began, ISO 8601 in UTC
     * @param foldWindow guest instructions per fold window, 0 for unfolded
     * @param system kernel and processor it was recorded on
     * @param notes what has to be said of every result that rests on the trace, a sentence each
     */
    public record Provenance(
            List<String> command,
            String tool,
            String recorder,
            String date,
            long foldWindow,
            String system,
            List<String> notes) {
        /** Copies the lists. */
        public Provenance {
            command = List.copyOf(command);
            notes = List.copyOf(notes);
        }

        /** Of a recording, about which nothing needs to be said. */
        public Provenance(
                List<String> command, String tool, String recorder, String date, long foldWindow, String system) {
            this(command, tool, recorder, date, foldWindow, system, List.of());
        }
    }

    /** As the JSON object that the file holds and {@code trace stat} prints. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("pageSize", pageSize);
        ObjectNode p = json.putObject("provenance");
        ArrayNode command = p.putArray("command");
        provenance.command().forEach(command::add);
        p.put("tool", provenance.tool());
        p.put("recorder", provenance.recorder());
        p.put("date", provenance.date());
        p.put("foldWindow", provenance.foldWindow());
        p.put("system", provenance.system());
        if (!provenance.notes().isEmpty()) {
            ArrayNode notes = p.putArray("notes");
            provenance.notes().forEach(notes::add);
        }
        return json;
    }

    static TraceHeader fromJson(JsonNode json) {
        JsonNode p = json.path("provenance");
        List<String> command = new ArrayList<>();
        p.path("command").forEach(n -> command.add(n.asString()));
        List<String> notes = new ArrayList<>();
        p.path("notes").forEach(n -> notes.add(n.asString()));
        return new TraceHeader(
                json.path("pageSize").asInt(),
                new Provenance(
                        command,
                        p.path("tool").asString(),
                        p.path("recorder").asString(),
                        p.path("date").asString(),
                        p.path("foldWindow").asLong(),
                        p.path("system").asString(),
                        notes));
    }
}
