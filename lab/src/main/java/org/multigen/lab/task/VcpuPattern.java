package org.multigen.lab.task;

import org.multigen.lab.scenario.Plan;
import org.multigen.lab.workload.PageStream;
import org.multigen.lab.workload.Pattern;

/** One vCPU's way: its share of the guest's pages once in ascending order, if asked for, then a pattern with a seed of its own. */
public final class VcpuPattern {
    private static final long SEEDS_APART = 7919;

    private final long repeat;
    private final long base;
    private final long pretouchEnd;
    private final boolean store;
    private final Pattern pattern;
    private PageStream pages;
    private long pretouched;
    private long done;
    private long round;

    VcpuPattern(Plan.Task plan, Plan.Guest work, int index) {
        Pattern p = work.pattern();
        repeat = plan.repeat();
        store = work.write() != Plan.Write.NONE;
        pattern = new Pattern(
                p.kind(),
                p.pages(),
                p.touches(),
                p.seed() + SEEDS_APART * index,
                p.hot(),
                p.hotprob(),
                p.theta(),
                p.scatter());
        pages = pattern.start();
        base = work.partition() ? index * p.pages() : 0;
        long share = work.pages() / work.vcpus();
        boolean last = index == work.vcpus() - 1;
        pretouched = work.pretouch() ? index * share : 0;
        pretouchEnd = work.pretouch() ? (last ? work.pages() : pretouched + share) : 0;
    }

    /** The next page is one of those in ascending order, which are stored to. */
    boolean pretouching() {
        return pretouched < pretouchEnd;
    }

    /** Touches of the pattern are stores. */
    boolean stores() {
        return store;
    }

    /** The next page in guest-virtual order, or -1 at the end. */
    long next() {
        if (pretouched < pretouchEnd) {
            return pretouched++;
        }
        if (done == pattern.touches()) {
            if (pattern.touches() == 0 || round + 1 >= repeat) {
                return -1;
            }
            round++;
            done = 0;
            pages = pattern.start();
        }
        done++;
        return base + pages.next();
    }
}
