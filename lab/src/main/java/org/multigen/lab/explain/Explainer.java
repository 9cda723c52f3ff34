package org.multigen.lab.explain;

import java.util.List;
import org.multigen.lab.result.Explanation;
import org.multigen.lab.result.Explanation.Group;
import org.multigen.lab.result.TrialResult;

/** Explains one metric in one experiment: each variant against the first. */
public final class Explainer {
    private final Counted counted;
    private final PageIds ids = new PageIds();
    private final Areas areas = new Areas(ids);
    private final StringBuilder pages = new StringBuilder("only in,area,page,cause,count\n");

    public Explainer(Counted counted) {
        this.counted = counted;
    }

    /** For the first run of the variant that others are compared with. */
    public Watch first() {
        return watch(new Account(counted, null));
    }

    /** For a run that is compared with one that has ended. */
    public Watch against(Watch other) {
        return watch(new Account(counted, other.account()));
    }

    private Watch watch(Account account) {
        return new Watch(ids, areas, account);
    }

    /**
     * Compares two runs, each of which was watched against the other.
     *
     * @param variant the run that is explained, and {@code result} what it came to
     * @param first the other one, run again, and {@code firstResult} what it came to
     */
    public Explanation explain(Watch variant, TrialResult result, Watch first, TrialResult firstResult) {
        Account here = variant.account();
        Account there = first.account();
        if (here.paired() != there.paired()) {
            throw new IllegalStateException(firstResult.name() + " did not run twice in the same way: " + here.paired()
                    + " and " + there.paired() + " occurrences are shared");
        }
        Comparison comparison = new Comparison(areas);
        List<Group> extra = comparison.groups(here, there, counted.valueIn(result) - here.total());
        List<Group> spared = comparison.groups(there, here, counted.valueIn(firstResult) - there.total());
        comparison.list(result.name(), here, ids, pages);
        comparison.list(firstResult.name(), there, ids, pages);
        return new Explanation(
                counted.metric(),
                counted.noun(),
                result.name(),
                firstResult.name(),
                counted.valueIn(result),
                counted.valueIn(firstResult),
                here.paired(),
                extra,
                spared,
                Comparison.evictions(here),
                Comparison.evictions(there));
    }

    /** The pages behind all explanations so far, as CSV with a header. */
    public String pages() {
        return pages.toString();
    }
}
