package org.multigen.fidelity.transcript;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a workload process was told to do: the text between {@code #P NAME:} and {@code ->}. Pages throughout. */
public sealed interface ProcessCommand {
    /** No count given: up to the end of the region. */
    long WHOLE = -1;

    /** No address given: the next free GiB boundary. */
    long NEXT = -1;

    /** A private anonymous mapping. */
    record MapAnonymous(String region, long pages, long address) implements ProcessCommand {}

    /** A shared or private mapping of the first pages of a file. */
    record MapFile(String region, String path, long pages, long address, boolean shared) implements ProcessCommand {}

    /** One load or store to each of {@code count} pages from {@code start}, {@code step} apart. */
    record Touch(String region, long start, long count, long step, boolean write, boolean drain)
            implements ProcessCommand {}

    /** {@code count} touches of pages drawn from {@code [start, start + span)}, then a drain. */
    record RandomTouch(String region, long start, long span, long count, long seed, boolean write)
            implements ProcessCommand {}

    /** Drains the CPU's folio batches. */
    record Drain() implements ProcessCommand {}

    /** {@code madvise}, with the advice in the workload's words. */
    record Advise(String region, long start, long count, String advice) implements ProcessCommand {}

    /** {@code mlock} or {@code munlock}. */
    record Lock(String region, long start, long count, boolean lock) implements ProcessCommand {}

    /** {@code mprotect}: {@code none}, {@code r} or {@code rw}. */
    record Protect(String region, long start, long count, String protection) implements ProcessCommand {}

    /** {@code munmap}. */
    record Unmap(String region, long start, long count) implements ProcessCommand {}

    /** Leaves {@code run} pages, makes the next {@code gap} inaccessible, and so on. */
    record Stripe(String region, long start, long count, long run, long gap) implements ProcessCommand {}

    /** Buffered reads, page by page, of a file opened for the purpose. */
    record Read(String path, long start, long count, boolean random) implements ProcessCommand {}

    /** {@code fork}; the child is a process of its own. */
    record Fork(String child) implements ProcessCommand {}

    /** The process exits. */
    record Quit() implements ProcessCommand {}

    /** Maps region {@code w} and touches it in a pattern's order. */
    record Run(Map<String, String> parameters) implements ProcessCommand {
        /** A number, or the workload's default. */
        public long number(String key, long otherwise) {
            String value = parameters.get(key);
            return value == null ? otherwise : Long.parseLong(value);
        }

        /** A text, or null. */
        public @Nullable String text(String key) {
            return parameters.get(key);
        }
    }

    /** Numbers of present and of swapped pages. */
    record CountPages(String region) implements ProcessCommand {}

    /** Ranges of the swapped or of the present pages. */
    record ListPages(String region, boolean swapped) implements ProcessCommand {}

    /** Pages of the region in the page cache, or present. */
    record CountResident(String region) implements ProcessCommand {}

    /** Histogram of mapped folios by size. */
    record CountFolios(String region) implements ProcessCommand {}

    /** Ranges of present pages that have one of the flags of {@code /proc/kpageflags}. */
    record ListFlagged(String region, long mask) implements ProcessCommand {}

    /** Fault counters of the process. */
    record Usage() implements ProcessCommand {}

    /** Nothing, but the process has run. */
    record Nothing() implements ProcessCommand {}
}
