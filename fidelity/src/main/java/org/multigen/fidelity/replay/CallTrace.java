package org.multigen.fidelity.replay;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.multigen.fidelity.transcript.ReclaimCalls;
import org.multigen.lru.ReclaimTrace;
import org.multigen.machine.Machine;
import org.multigen.memcg.Memcg;

/**
 * The reclaim calls of the engine in the words of a recording: {@code B}, {@code K4} for an attempt to age generation 4, {@code
 * Ia:64/60} for an isolation, {@code S:60/64,act2,ref2,p10} for pages handed to reclaim, {@code E:60}.
 */
final class CallTrace implements ReclaimTrace {
    private final List<List<String>> calls = new ArrayList<>();
    private @Nullable List<String> open;

    private CallTrace() {}

    static CallTrace attach(Machine machine) {
        CallTrace trace = new CallTrace();
        machine.traceReclaim(trace);
        return trace;
    }

    @Override
    public void begin(@Nullable Memcg target) {
        open = target == null ? null : new ArrayList<>(List.of("B"));
    }

    @Override
    public void ageing(long seq) {
        add("K" + seq);
    }

    @Override
    public void isolate(boolean file, int scanned, int taken) {
        if (scanned > 0) {
            add((file ? "If:" : "Ia:") + scanned + "/" + taken);
        }
    }

    @Override
    public void shrink(long reclaimed, int scanned, long activated, long referencedKept, int priority) {
        String active = activated == 0 ? "" : ",act" + activated;
        add("S:" + reclaimed + "/" + scanned + active + ",ref" + referencedKept + ",p" + priority);
    }

    @Override
    public void end(long reclaimed) {
        add("E:" + reclaimed);
        if (open != null) {
            calls.add(open);
        }
        open = null;
    }

    private void add(String word) {
        if (open != null) {
            open.add(word);
        }
    }

    /** Our calls with only the words that the recorded kernel could trace. */
    List<List<String>> calls(ReclaimCalls recorded) {
        boolean isolations = recorded.has("I");
        boolean shrinks = recorded.has("S:");
        List<List<String>> comparable = new ArrayList<>();
        for (List<String> call : calls) {
            comparable.add(call.stream()
                    .filter(w -> isolations || !w.startsWith("I"))
                    .filter(w -> shrinks || !w.startsWith("S:"))
                    .toList());
        }
        return comparable;
    }
}
