package org.multigen.lab.result;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The sentence for experiments about guests. Where some variants ask guests at eviction only and others when they walk: is walking
 * them worth it, and under which lock? Each is compared with the variant that asks at eviction only and is alike otherwise. Where user space ages
 * in some variants: what does it cost the vCPUs, by lock? Each is compared with the variant that differs in nothing else. On real
 * threads: who waited how long for the locks?
 */
final class GuestVerdict {
    private static final String POLICY = "secondary_mmu.policy";
    private static final String BASE = "eviction-only";
    private static final String LOCK = ".guest.lock";

    private record Compared(TrialResult variant, TrialResult base, Band time) {
        double change() {
            return time.change();
        }
    }

    private GuestVerdict() {}

    /** Nothing if the experiment does not ask that. */
    static Optional<String> of(ExperimentResult result) {
        if (result.threads() != null) {
            return ofWaits(result);
        }
        List<Compared> all = new ArrayList<>();
        for (TrialResult v : result.variants()) {
            TrialResult base = baseOf(v, result);
            if (base != null && walks(v)) {
                all.add(new Compared(v, base, Band.of(Metrics.RUN_TIME, base, v)));
            }
        }
        if (!all.isEmpty() && nothingReclaimed(result)) {
            return Optional.of(pureCost(result));
        }
        return all.isEmpty() ? ofLocks(result) : Optional.of(sentence(all));
    }

    /** On real threads times are chance, but contention is real: how long did each kind of writer wait? */
    private static Optional<String> ofWaits(ExperimentResult result) {
        List<String> parts = new ArrayList<>();
        for (TrialResult v : result.variants()) {
            if (guests(v)) {
                parts.add(v.name() + " " + waited(v, Metrics.GUEST_WAIT_FAULT) + " and "
                        + waited(v, Metrics.GUEST_WAIT_UNMAP));
            }
        }
        return parts.isEmpty()
                ? Optional.empty()
                : Optional.of("Waits for the guests' MMU locks, of vCPU faults and of unmaps before page-out: "
                        + String.join(", ", parts) + ".");
    }

    private static String waited(TrialResult v, String metric) {
        return Numbers.nanos(v.metric(metric), v.metric(metric));
    }

    // ---- ageing while vCPUs run, under one lock or another

    /** Nothing unless some variants age from user space, and each has one beside it that differs in that and the lock alone. */
    private static Optional<String> ofLocks(ExperimentResult result) {
        Map<String, Compared> worst = new LinkedHashMap<>();
        Map<String, Long> longest = new LinkedHashMap<>();
        for (TrialResult v : result.variants()) {
            TrialResult base = unaged(v, result);
            if (base == null) {
                continue;
            }
            Compared c = new Compared(v, base, Band.of(Metrics.RUN_TIME, base, v));
            worst.merge(lock(v), c, (a, b) -> a.change() >= b.change() ? a : b);
            longest.merge(lock(v), v.metric(Metrics.AGE_PASS_MEAN), Math::max);
        }
        return worst.isEmpty() ? Optional.empty() : Optional.of(slowdown(worst, longest));
    }

    private static @Nullable TrialResult unaged(TrialResult v, ExperimentResult result) {
        if (!guests(v) || v.metric(Metrics.AGE_PASSES) == 0) {
            return null;
        }
        return result.variants().stream()
                .filter(b -> guests(b) && b.metric(Metrics.AGE_PASSES) == 0)
                .filter(b -> others(b).equals(others(v)))
                .findFirst()
                .orElse(null);
    }

    private static TreeMap<String, String> others(TrialResult v) {
        TreeMap<String, String> settings = new TreeMap<>(v.settings());
        settings.keySet().removeIf(k -> k.endsWith(LOCK) || k.equals("lru_gen.age_every"));
        return settings;
    }

    private static String lock(TrialResult v) {
        return v.settings().entrySet().stream()
                .filter(e -> e.getKey().endsWith(LOCK))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("kernel");
    }

    private static String slowdown(Map<String, Compared> worst, Map<String, Long> longest) {
        List<String> parts = new ArrayList<>();
        worst.forEach((lock, c) -> {
            long pass = longest.getOrDefault(lock, 0L);
            parts.add(lock + " " + Numbers.relative(c.change()) + " (" + c.variant.name() + "; longest mean pass "
                    + Numbers.nanos(pass, pass) + ")");
        });
        return "What ageing costs the vCPUs, in run time at worst, by the lock: " + String.join(", ", parts) + ".";
    }

    // ---- walking or asking at eviction only

    private static boolean guests(TrialResult v) {
        return v.metrics().containsKey(Metrics.GUEST_QUESTIONS);
    }

    private static boolean walks(TrialResult v) {
        return !v.settings().getOrDefault(POLICY, "landed").equals(BASE);
    }

    private static @Nullable TrialResult baseOf(TrialResult v, ExperimentResult result) {
        return result.variants().stream()
                .filter(b -> guests(b) && !walks(b) && rest(b).equals(rest(v)))
                .findFirst()
                .orElse(null);
    }

    /** What is neither policy nor lock. */
    private static TreeMap<String, String> rest(TrialResult v) {
        TreeMap<String, String> settings = new TreeMap<>(v.settings());
        settings.keySet().removeIf(k -> k.equals(POLICY) || k.endsWith(LOCK));
        return settings;
    }

    private static boolean setsLock(Compared c) {
        return c.variant.settings().keySet().stream().anyMatch(k -> k.endsWith(LOCK));
    }

    private static String sentence(List<Compared> all) {
        List<Compared> gains =
                all.stream().filter(c -> !c.time.undecided() && c.change() < 0).toList();
        List<Compared> losses =
                all.stream().filter(c -> !c.time.undecided() && c.change() > 0).toList();
        List<Compared> open =
                all.stream().filter(c -> c.time.undecided() || c.change() == 0).toList();
        StringBuilder text = new StringBuilder();
        if (gains.isEmpty()) {
            text.append("Walking the guests is not worth it here");
        } else {
            Compared best = gains.stream()
                    .min(Comparator.comparingDouble(Compared::change))
                    .orElseThrow();
            text.append("Walking the guests is worth it ").append(byPolicyAndLock(gains));
            text.append(": ").append(best.variant.name()).append(" takes ");
            text.append(Numbers.percent(best.change()))
                    .append(" less time than ")
                    .append(best.base.name());
            text.append(" (").append(Verdict.range(best.time)).append(" when any one cost is halved or doubled)");
        }
        if (!losses.isEmpty()) {
            text.append("; it is a loss ").append(byPolicyAndLock(losses));
        }
        if (!open.isEmpty()) {
            text.append("; undecided ").append(byPolicyAndLock(open));
        }
        return text.append('.').toString();
    }

    /** Variants that differ in policy alone, then those under a lock that they set. */
    private static String byPolicyAndLock(List<Compared> of) {
        List<Compared> policies = of.stream().filter(c -> !setsLock(c)).toList();
        List<Compared> locks = of.stream().filter(GuestVerdict::setsLock).toList();
        if (locks.isEmpty()) {
            return "with " + names(policies);
        }
        return (policies.isEmpty() ? "" : "with " + names(policies) + ", and ") + "under the locks " + names(locks);
    }

    // ---- nothing is reclaimed

    /** Ageing without reclaim saves nothing: what does a pass cost, by variant? */
    private static String pureCost(ExperimentResult result) {
        List<String> parts = new ArrayList<>();
        for (TrialResult v : result.variants()) {
            long pass = v.metric(Metrics.AGE_PASS_MEAN);
            parts.add(v.name() + " " + Numbers.nanos(pass, pass));
        }
        return "Nothing is reclaimed, so walking the guests is pure cost; an ageing pass takes on average: "
                + String.join(", ", parts) + ".";
    }

    private static boolean nothingReclaimed(ExperimentResult result) {
        return result.variants().stream()
                .allMatch(v -> guests(v) && v.metric(Metrics.AGE_PASSES) > 0 && v.metric(Metrics.MAJOR_FAULTS) == 0);
    }

    private static String names(List<Compared> of) {
        return String.join(
                ", ",
                of.stream()
                        .sorted(Comparator.comparingDouble(Compared::change))
                        .map(c -> c.variant.name() + " (" + Numbers.relative(c.change()) + ")")
                        .toList());
    }
}
