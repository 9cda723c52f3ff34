package org.multigen.lab.compare;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.experiment.ScenarioReferences;
import org.multigen.lab.experiment.Trials;
import org.multigen.lab.policy.ReferencePolicy;
import org.multigen.lab.policy.ReferenceReader;
import org.multigen.lab.policy.References;
import org.multigen.lab.trace.format.InputOptions;

/**
 * What the reference policies see: the same pages as the kernels.
 *
 * @param references none if they do not apply
 * @param firstTouches of anonymous memory: they read nothing but are misses all the same
 * @param firstTouchesMiss whether the references count them as misses
 * @param filePages different pages of files
 * @param why there are none, else empty
 * @param notes what a reader has to know
 */
record Baseline(
        @Nullable References references,
        long firstTouches,
        boolean firstTouchesMiss,
        long filePages,
        String why,
        List<String> notes) {

    static Baseline ofTrace(Path trace) {
        References r = ReferenceReader.readPages(trace, InputOptions.NONE);
        long filePages = Trials.filePages(trace);
        return new Baseline(r, r.distinct() - filePages, true, filePages, "", List.of());
    }

    static Baseline of(ScenarioReferences s) {
        return new Baseline(s.references(), s.firstTouches(), false, s.filePages(), s.why(), s.notes());
    }

    /** Nobody asked for any. */
    static Baseline none() {
        return of(ScenarioReferences.none(""));
    }

    long distinctPages() {
        return references == null ? 0 : references.distinct();
    }

    /** Pages that a policy would read if it held so many. */
    long pagesRead(ReferencePolicy policy, long pages) {
        References r = references;
        if (r == null) {
            throw new IllegalStateException("no references: " + why);
        }
        return policy.misses(r, pages) - (firstTouchesMiss ? firstTouches : 0);
    }

    /** Misses of one who read so many pages, as a multiple of those of one who read {@code best}; infinite if these are none. */
    double timesOptimum(long pagesRead, long best) {
        long misses = pagesRead + firstTouches;
        long least = best + firstTouches;
        return misses == least ? 1 : (double) misses / least;
    }
}
