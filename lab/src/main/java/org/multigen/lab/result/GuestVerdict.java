package org.multigen.lab.result;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The sentence for experiments that ask whether walking guests is worth it: those in which some variants ask guests at eviction only
 * and others when they walk. Each is compared with the variant that asks at eviction only and scatters guest memory alike.
 */
final class GuestVerdict {
    private static final String POLICY = "secondary_mmu.policy";
    private static final String BASE = "eviction-only";

    private record Compared(TrialResult variant, TrialResult base, Band time) {
        double change() {
            return time.change();
        }
    }

    private GuestVerdict() {}

    /** Nothing if the experiment does not ask that. */
    static Optional<String> of(ExperimentResult result) {
        List<Compared> all = new ArrayList<>();
        for (TrialResult v : result.variants()) {
            TrialResult base = baseOf(v, result);
            if (base != null && walks(v)) {
                all.add(new Compared(v, base, Band.of(Metrics.RUN_TIME, base, v)));
            }
        }
        return all.isEmpty() ? Optional.empty() : Optional.of(sentence(all));
    }

    private static boolean guests(TrialResult v) {
        return v.metrics().containsKey(Metrics.GUEST_QUESTIONS);
    }

    private static boolean walks(TrialResult v) {
        return !v.settings().getOrDefault(POLICY, "landed").equals(BASE);
    }

    private static @Nullable TrialResult baseOf(TrialResult v, ExperimentResult result) {
        return result.variants().stream()
                .filter(b -> guests(b) && !walks(b) && scatter(b).equals(scatter(v)))
                .findFirst()
                .orElse(null);
    }

    private static TreeMap<String, String> scatter(TrialResult v) {
        TreeMap<String, String> settings = new TreeMap<>(v.settings());
        settings.keySet().removeIf(k -> !k.endsWith(".guest.scatter"));
        return settings;
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
            text.append("Walking the guests is worth it with ")
                    .append(names(gains))
                    .append(": ");
            text.append(best.variant.name()).append(" takes ").append(Numbers.percent(best.change()));
            text.append(" less time than ").append(best.base.name());
            text.append(" (").append(Verdict.range(best.time)).append(" when any one cost is halved or doubled)");
        }
        if (!losses.isEmpty()) {
            text.append("; it is a loss with ").append(names(losses));
        }
        if (!open.isEmpty()) {
            text.append("; undecided with ").append(names(open));
        }
        return text.append('.').toString();
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
