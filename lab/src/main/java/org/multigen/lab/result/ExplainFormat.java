package org.multigen.lab.result;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.multigen.lab.result.Explanation.Group;

/** An explanation for people: the sum, the largest groups on either side, what was evicted instead, and one sentence. */
final class ExplainFormat {
    private static final int GROUPS = 6;
    private static final int PLACES = 3;
    private static final int NUMBERS = 42;
    private static final int EVICTION_LABEL = 32;

    private final Explanation e;
    private final boolean colored;
    private final SortedSet<String> evictors = new TreeSet<>();
    private final StringBuilder out = new StringBuilder();

    private ExplainFormat(Explanation e, boolean colored) {
        this.e = e;
        this.colored = colored;
        e.extra().forEach(g -> evictors.addAll(g.by().keySet()));
        e.spared().forEach(g -> evictors.addAll(g.by().keySet()));
    }

    static String render(Explanation e, boolean colored) {
        return new ExplainFormat(e, colored).render();
    }

    private String render() {
        title("why " + e.metric() + " differs: " + e.variant() + " against " + e.against());
        line(String.format(
                java.util.Locale.ROOT,
                "%s %,d - %s %,d = %+,d = %,d only in %s - %,d only in %s; %,d in both",
                e.variant(),
                e.value(),
                e.against(),
                e.againstValue(),
                e.value() - e.againstValue(),
                e.extraCount(),
                e.variant(),
                e.sparedCount(),
                e.against(),
                e.same()));
        if (evictors.size() == 1) {
            line("the pages were evicted by " + evictors.first());
        }
        side(e.variant(), e.against(), e.extra());
        side(e.against(), e.variant(), e.spared());
        line("");
        line(Style.DIM.paint("unused for: touches by all tasks since the page was used last, median", colored));
        evictions();
        out.append('\n');
        Text.wrap(out, sentence(e), 0, TableFormat.WIDTH, s -> Style.BOLD.paint(s, colored));
        return out.toString();
    }

    // ---- groups

    private void side(String variant, String other, List<Group> groups) {
        long all = groups.stream().mapToLong(Group::count).sum();
        if (all == 0) {
            return;
        }
        out.append('\n');
        String head = String.format(
                java.util.Locale.ROOT,
                "%10s %7s %9s %11s  only in %s",
                "count",
                "share",
                "pages",
                "unused for",
                variant);
        line(Style.DIM.paint(head, colored));
        int shown = groups.size() <= GROUPS + 1 ? groups.size() : GROUPS;
        for (Group g : groups.subList(0, shown)) {
            group(g, other, all);
        }
        if (shown < groups.size()) {
            long rest = groups.subList(shown, groups.size()).stream()
                    .mapToLong(Group::count)
                    .sum();
            numbers(rest, all, "", "");
            line((groups.size() - shown) + " other groups (all of them with --format json)");
        }
    }

    private void numbers(long count, long all, String pages, String unused) {
        out.append(String.format(
                java.util.Locale.ROOT, "%,10d %7s %9s %11s  ", count, Numbers.share(count, all), pages, unused));
    }

    private void group(Group g, String other, long all) {
        numbers(
                g.count(),
                all,
                g.pages() == 0 ? "" : Numbers.count(g.pages()),
                g.touchesSinceUse() == 0 ? "" : Text.rounded(g.touchesSinceUse()));
        Text.wrap(out, g.area() + ": " + g.text() + by(g), NUMBERS, TableFormat.WIDTH, s -> s);
        if (!g.other().isEmpty()) {
            out.append(" ".repeat(NUMBERS));
            Text.wrap(
                    out,
                    other + " had " + (g.count() == 1 ? "it " : "them ") + shares(g.other(), g.count()),
                    NUMBERS + 2,
                    TableFormat.WIDTH,
                    s -> Style.DIM.paint(s, colored));
        }
    }

    private String by(Group g) {
        if (g.by().isEmpty() || evictors.size() == 1) {
            return "";
        }
        return " (by " + (g.by().size() == 1 ? g.by().firstKey() : shares(g.by(), g.count())) + ")";
    }

    /** {@code 91.2 % on the active list, 8.8 % on the inactive list}, most first. */
    private static String shares(SortedMap<String, Long> parts, long whole) {
        List<Map.Entry<String, Long>> sorted = sorted(parts);
        String text = sorted.stream()
                .limit(PLACES)
                .map(p -> Numbers.share(p.getValue(), whole) + " " + p.getKey())
                .collect(Collectors.joining(", "));
        return sorted.size() > PLACES ? text + ", ..." : text;
    }

    private static List<Map.Entry<String, Long>> sorted(SortedMap<String, Long> parts) {
        List<Map.Entry<String, Long>> sorted = new ArrayList<>(parts.entrySet());
        sorted.sort(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()));
        return sorted;
    }

    // ---- evictions

    private void evictions() {
        SortedMap<String, Long> causes = new TreeMap<>(e.evictions());
        e.againstEvictions().forEach((k, v) -> causes.merge(k, v, Long::sum));
        if (causes.isEmpty()) {
            return;
        }
        long here = sum(e.evictions());
        long there = sum(e.againstEvictions());
        out.append('\n');
        String head = String.format(
                java.util.Locale.ROOT,
                "%-" + EVICTION_LABEL + "s %20s %20s",
                "all pages evicted, by cause",
                Text.cut(e.against(), 20),
                Text.cut(e.variant(), 20));
        line(Style.DIM.paint(head, colored));
        for (Map.Entry<String, Long> c : sorted(causes)) {
            line(String.format(
                    java.util.Locale.ROOT,
                    "%-" + EVICTION_LABEL + "s %20s %20s",
                    c.getKey(),
                    part(e.againstEvictions().getOrDefault(c.getKey(), 0L), there),
                    part(e.evictions().getOrDefault(c.getKey(), 0L), here)));
        }
    }

    private static long sum(SortedMap<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private static String part(long count, long whole) {
        return count == 0 ? "-" : String.format(java.util.Locale.ROOT, "%,d %7s", count, Numbers.share(count, whole));
    }

    // ---- one sentence

    /** What made the difference, in one sentence. */
    static String sentence(Explanation e) {
        long difference = e.value() - e.againstValue();
        if (e.extra().isEmpty() && e.spared().isEmpty()) {
            return e.variant() + " and " + e.against() + " have the same " + Numbers.count(e.value()) + " " + e.noun()
                    + ".";
        }
        boolean more = difference >= 0;
        List<Group> groups = more ? e.extra() : e.spared();
        String missing = more ? e.variant() : e.against();
        String having = more ? e.against() : e.variant();
        long all = more ? e.extraCount() : e.sparedCount();
        String how = difference == 0
                ? e.variant() + " and " + e.against() + " have as many " + e.noun()
                : e.variant() + " has " + Numbers.count(Math.abs(difference)) + (more ? " more " : " fewer ") + e.noun()
                        + " than " + e.against();
        if (groups.isEmpty()) {
            return how + ".";
        }
        Group top = groups.getFirst();
        String what = ": of the " + Numbers.count(all) + " that only " + missing + " has, " + Numbers.count(top.count())
                + " are of " + top.area() + " (" + top.text() + ")";
        SortedMap<String, Long> places = new TreeMap<>();
        groups.forEach(g -> g.other().forEach((place, count) -> places.merge(place, count, Long::sum)));
        if (!places.isEmpty()) {
            Map.Entry<String, Long> place = sorted(places).getFirst();
            what += "; " + having + " had " + Numbers.count(place.getValue()) + " of the " + Numbers.count(all) + " "
                    + place.getKey();
        }
        return how + what + ".";
    }

    // ---- text

    private void title(String text) {
        out.append('\n').append(Style.BOLD.paint(text, colored)).append('\n');
        out.append(Style.DIM.paint("\u2500".repeat(Math.min(TableFormat.WIDTH, text.length())), colored))
                .append('\n');
    }

    private void line(String text) {
        out.append(text.stripTrailing()).append('\n');
    }
}
