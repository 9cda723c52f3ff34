package org.multigen.fidelity.verdict;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.multigen.fidelity.transcript.LruGenDump;
import org.multigen.fidelity.transcript.Tolerance;

/**
 * What each group lost to a reclaim, from its dumps before and after: how much, and who lost more than whom.
 *
 * <p>Two groups whose losses the kernel recorded within the allowance of each other have no order.
 */
final class ReclaimSteps {
    private record Loss(long ours, long theirs) {}

    private record Pages(long ours, long theirs) {}

    private final Tolerance.@Nullable Band amount;
    private final boolean order;
    private final Map<String, Pages> before = new TreeMap<>();
    private final Map<String, Loss> losses = new LinkedHashMap<>();
    private final java.util.List<Check> checks = new java.util.ArrayList<>();
    private String step = "";

    ReclaimSteps(Tolerance.@Nullable Band amount, boolean order) {
        this.amount = amount;
        this.order = order;
    }

    /** A reclaim was asked for; the dumps that follow belong to it. */
    void reclaim(Observation.Acceptance a) {
        judge();
        step = "line " + a.line() + " " + a.what();
    }

    void dump(Observation.DumpPair d) {
        String group = d.theirs().group();
        Pages now = new Pages(pages(d.ours()), pages(d.theirs().parsed()));
        Pages old = before.put(group, now);
        if (!step.isEmpty() && old != null && !losses.containsKey(group)) {
            losses.put(group, new Loss(old.ours() - now.ours(), old.theirs() - now.theirs()));
        } else if (losses.containsKey(group)) {
            judge();
        }
    }

    /** Hands over all checks. */
    void finish(Consumer<Check> to) {
        judge();
        checks.forEach(to);
    }

    private void judge() {
        if (amount != null) {
            losses.forEach((group, l) -> checks.add(new Check(
                    "amount",
                    amount.text(),
                    l.ours() + " pages",
                    l.theirs() + " pages",
                    l.theirs() <= 0 ? l.ours() <= 0 : amount.holds(l.ours(), l.theirs()),
                    group + ", " + step)));
        }
        if (order) {
            losses.forEach((a, la) -> losses.forEach((b, lb) -> {
                if (a.compareTo(b) < 0) {
                    order(a, la, b, lb);
                }
            }));
        }
        losses.clear();
        step = "";
    }

    private void order(String a, Loss la, String b, Loss lb) {
        double near =
                (amount == null ? 0 : amount.above() / 100) * Math.max(Math.abs(la.theirs()), Math.abs(lb.theirs()));
        if (Math.abs(la.theirs() - lb.theirs()) <= near) {
            return;
        }
        boolean holds = Long.signum(la.ours() - lb.ours()) == Long.signum(la.theirs() - lb.theirs());
        checks.add(new Check(
                "order",
                "exact",
                a + " " + la.ours() + ", " + b + " " + lb.ours(),
                a + " " + la.theirs() + ", " + b + " " + lb.theirs(),
                holds,
                step));
    }

    private static long pages(LruGenDump dump) {
        return dump.nodes().stream()
                .mapToLong(n -> n.pages(false) + n.pages(true))
                .sum();
    }
}
