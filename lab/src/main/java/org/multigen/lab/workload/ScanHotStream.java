package org.multigen.lab.workload;

import org.multigen.base.Rng;

/** Uniform touches of a hot set, interrupted by a scan that goes round the rest. */
final class ScanHotStream implements PageStream {
    private final Rng rng;
    private final long hot;
    private final long cold;
    private final long limit;
    private long cursor;

    ScanHotStream(Pattern p) {
        rng = new Rng(p.seed());
        hot = p.hotPages();
        cold = p.pages() - hot;
        limit = p.hotLimit();
    }

    @Override
    public long next() {
        if (rng.below(Streams.MILLION) < limit) {
            return rng.below(hot);
        }
        return hot + cursor++ % cold;
    }
}
