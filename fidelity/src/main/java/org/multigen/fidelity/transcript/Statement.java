package org.multigen.fidelity.transcript;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One statement of a transcript behind its header, with its payload.
 *
 * <p>Those that describe something that was done are executed again; those that describe what the kernel then showed are
 * only compared.
 */
public sealed interface Statement {
    /** Line number, from 1. */
    int line();

    /** {@code #SWAP}: an area, or {@code none}. Sizes in KiB. */
    record Swap(int line, String kind, @Nullable String algorithm, long sizeKb, int priority) implements Statement {}

    /** {@code #FS}: a file on ext4, or a sparse one on tmpfs. */
    record FileSystem(int line, String path, long pages, boolean tmpfs, int readaheadKb) implements Statement {}

    /**
     * {@code #CG}: a control group was created.
     *
     * @param id as in lru_gen, or -1 for a parent whose id is not told
     * @param limits by file name: {@code max high low min swap.max}
     */
    record CreateGroup(int line, String name, long id, Map<String, String> limits) implements Statement {}

    /** {@code #CGSET}: a file of a group was written. */
    record SetGroupFile(int line, String group, String file, String value, boolean ok, String now)
            implements Statement {}

    /** {@code #SYSSET}: a file of sysfs or sysctl was written. */
    record SetSystemFile(int line, String file, String value, boolean ok, String now) implements Statement {}

    /**
     * {@code #START}: a workload process.
     *
     * @param ownPages anonymous pages that a locked process has of its own, or -1 if that is not told
     */
    record Start(int line, String process, String group, boolean locked, int ownPages) implements Statement {}

    /** {@code #MAPS}: mappings of a process. */
    record Maps(int line, String process, List<Mapping> mappings) implements Statement {}

    /** One mapping; addresses in bytes, end exclusive. */
    record Mapping(long start, long end, String permissions, String file) {}

    /**
     * {@code #P}: a command of a process and its answer, empty if the process died of it.
     *
     * @param doneMs guest time when it was complete, or -1 if that is not told
     */
    record Operation(
            int line,
            String process,
            ProcessCommand command,
            String text,
            String answer,
            @Nullable TouchLog log,
            long doneMs)
            implements Statement {}

    /**
     * The per-touch log of a {@code run}.
     *
     * @param misses bit i of byte b: touch 8 b + i took a major fault
     * @param missBytes how many bytes of it were recorded
     * @param resident the same for "page is present at the end"
     */
    record TouchLog(byte[] misses, int missBytes, byte[] resident, int residentBytes) {}

    /** {@code #GONE}: the address space of a process is gone. */
    record Gone(int line, String process) implements Statement {}

    /** {@code #MOVE}: a process moved to another group. */
    record Move(int line, String process, String group) implements Statement {}

    /** {@code #CTX}: context switches of each process so far. */
    record ContextSwitches(int line, Map<String, Long> counts) implements Statement {}

    /** {@code #OWN}: own anonymous pages of a process that is not locked. */
    record OwnPages(int line, String process, List<OwnMapping> mappings) implements Statement {}

    /** One own mapping; addresses in bytes, the rest in pages. */
    record OwnMapping(long start, long end, long resident, long anonymous, long referenced) {}

    /** {@code #AGE} or {@code #EVICT}: a command written to lru_gen. */
    record Command(int line, String group, String text, boolean ok) implements Statement {
        /** Whether it is an ageing, else an eviction. */
        public boolean ages() {
            return text.startsWith("+");
        }
    }

    /** {@code #SQUEEZE}: an eviction of one page from an empty oldest generation; {@code text} null: nothing was done. */
    record Squeeze(int line, String group, @Nullable String text, long minSeq, long maxSeq) implements Statement {}

    /** {@code #RECLAIM}: memory.reclaim was written. {@code current} in bytes. */
    record Reclaim(int line, String group, String text, boolean ok, long current) implements Statement {}

    /** {@code #DUMP}, {@code #DUMPF}. */
    record Dump(int line, String group, String label, boolean full, List<String> text, LruGenDump parsed)
            implements Statement {}

    /** {@code #STAT}: memory.stat and the event counters of a group. */
    record Stat(int line, String group, Map<String, Long> state, Map<String, Long> counters) implements Statement {}

    /** {@code #VMDELTA}: changes of /proc/vmstat since a snapshot. */
    record VmDelta(int line, String since, Map<String, Long> changes) implements Statement {}

    /** {@code #MAXSEQ}: the youngest generation before and after a run. */
    record MaxSeq(int line, long before, long after, long minSeq) implements Statement {}

    /** {@code #TRACE}: the run also has a file of reclaim calls. */
    record Trace(int line, long lines) implements Statement {}

    /** {@code #NODE}: a memory node as it stands after all nodes came online. Sizes in KiB. */
    record NodeOnline(int line, int id, long totalKb, long freeKb, List<Integer> distance) implements Statement {}

    /** {@code #NODES}: which nodes have memory and CPUs, and their memory tiers. */
    record Nodes(int line, String text) implements Statement {}

    /** Statements that tell, and ask for nothing: {@code #OOM #KMSG #DAX #WARN #END #HOST}. */
    record Note(int line, String word, String text) implements Statement {}
}
