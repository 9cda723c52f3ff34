package org.multigen.lab.workload;

import org.multigen.base.Rng;

/** A hot set that lies elsewhere in each eighth of the touches; the remaining touches are uniform over everything. */
final class ShiftStream implements PageStream {
    private static final long PHASES = 8;

    private final Rng rng;
    private final long pages;
    private final long hot;
    private final long limit;
    private final long phaseLength;
    private long t;

    ShiftStream(Pattern p) {
        rng = new Rng(p.seed());
        pages = p.pages();
        hot = p.hotPages();
        limit = p.hotLimit();
        phaseLength = Math.max(1, (p.touches() + PHASES - 1) / PHASES);
    }

    @Override
    public long next() {
        long base = t++ / phaseLength * hot % pages;
        if (rng.below(Streams.MILLION) < limit) {
            return (base + rng.below(hot)) % pages;
        }
        return rng.below(pages);
    }
}
