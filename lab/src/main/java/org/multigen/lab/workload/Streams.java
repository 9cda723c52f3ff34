package org.multigen.lab.workload;

import org.multigen.base.Rng;

/** The streams that need no more state than a generator or a counter. */
final class Streams {
    /** Draws that decide between hot and cold are below this. */
    static final long MILLION = 1_000_000;

    private Streams() {}

    static PageStream uniform(Pattern p) {
        Rng rng = new Rng(p.seed());
        long pages = p.pages();
        return () -> rng.below(pages);
    }

    static PageStream seq(Pattern p) {
        long pages = p.pages();
        return new PageStream() {
            private long t;

            @Override
            public long next() {
                return t++ % pages;
            }
        };
    }

    static PageStream hotcold(Pattern p) {
        Rng rng = new Rng(p.seed());
        long pages = p.pages();
        long hot = p.hotPages();
        long limit = p.hotLimit();
        return () -> rng.below(MILLION) < limit ? rng.below(hot) : hot + rng.below(pages - hot);
    }
}
