package org.multigen.lab.workload;

import org.multigen.base.Rng;

/** A hot window that moves on until it has been everywhere once; the remaining touches are uniform over everything. */
final class WindowStream implements PageStream {
    private final Rng rng;
    private final long pages;
    private final long hot;
    private final long limit;
    private final long windows;
    private final long perWindow;
    private long t;

    WindowStream(Pattern p) {
        rng = new Rng(p.seed());
        pages = p.pages();
        hot = p.hotPages();
        limit = p.hotLimit();
        windows = Math.max(1, pages / hot);
        perWindow = Math.max(1, (p.touches() + windows - 1) / windows);
    }

    @Override
    public long next() {
        long base = t++ / perWindow % windows * hot;
        return rng.below(Streams.MILLION) < limit ? base + rng.below(hot) : rng.below(pages);
    }
}
