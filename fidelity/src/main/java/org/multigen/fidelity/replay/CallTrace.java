package org.multigen.fidelity.replay;

import java.util.ArrayList;
import java.util.List;
import org.multigen.fidelity.transcript.ReclaimCalls;
import org.multigen.machine.Machine;

/** The reclaim calls of the engine in the words of a recording. */
final class CallTrace {
    private final List<List<String>> calls = new ArrayList<>();

    private CallTrace() {}

    static CallTrace attach(Machine machine) {
        return new CallTrace();
    }

    /** Our calls with the words that the recorded kernel could trace. */
    List<List<String>> calls(ReclaimCalls recorded) {
        return calls;
    }
}
