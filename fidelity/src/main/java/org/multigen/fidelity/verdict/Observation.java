package org.multigen.fidelity.verdict;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.multigen.fidelity.transcript.LruGenDump;
import org.multigen.fidelity.transcript.Statement;

/** One thing that both the kernel and the engine showed at the same point of a transcript. */
public sealed interface Observation {
    /** Line of the transcript. */
    int line();

    /** How much a difference matters. */
    enum Weight {
        /** Part of the verdict, and must be equal. */
        EXACT,
        /** Pages of a file mapping: equal up to the allowance for file system metadata. */
        FILE,
        /** Reported, not judged. */
        TOLD
    }

    /**
     * A dump of lru_gen.
     *
     * @param settled whether no pages of a process can be in a per-CPU batch at this moment
     */
    record DumpPair(Statement.Dump theirs, LruGenDump ours, String oursText, boolean settled) implements Observation {
        @Override
        public int line() {
            return theirs.line();
        }
    }

    /** Whether a command was accepted. */
    record Acceptance(
            int line,
            String what,
            boolean theirs,
            boolean ours,
            @Nullable String oursError,
            boolean reclaims) implements Observation {}

    /** Numbers by name. */
    record Counts(int line, String what, Map<String, Long> theirs, Map<String, Long> ours, Weight weight)
            implements Observation {}

    /**
     * Sets of pages of a region.
     *
     * @param limit the recording lists only pages below it, or -1 for all
     */
    record PageSets(int line, String what, BitSet theirs, BitSet ours, int limit, Weight weight)
            implements Observation {}

    /** A run of touches; {@code theirLog} holds the kernel's outcome of every touch if it was recorded. */
    record RunPair(int line, RunResult theirs, RunResult ours) implements Observation {}

    /**
     * The result of a run.
     *
     * @param killed whether the process died of it
     * @param misses touches that took a major fault; null if not recorded
     * @param resident pages present at the end; null if not recorded
     */
    record RunResult(
            boolean killed,
            long majorFaults,
            long minorFaults,
            long touches,
            long pages,
            @Nullable BitSet misses,
            @Nullable BitSet resident) {}

    /**
     * Changes of /proc/vmstat counters.
     *
     * @param byCommand whether only evictions by debugfs happened since the snapshot, no memory.reclaim
     */
    record VmCounters(int line, Map<String, Long> theirs, Map<String, Long> ours, boolean byCommand)
            implements Observation {}

    /** The youngest generation after a run. */
    record YoungestSeq(int line, long theirs, long ours) implements Observation {}

    /** The reclaim calls of a run, a list of words per call. */
    record Calls(int line, List<List<String>> theirs, List<List<String>> ours) implements Observation {}
}
