package org.multigen.lab.explain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.multigen.lab.result.Explanation.Group;

/** Brings the accounts of two runs together: groups what only one of them has, with where the other had the page. */
final class Comparison {
    private static final String[] BY = {"", "memcg reclaim", "kswapd", "direct reclaim", "proactive reclaim", "advice"};
    private static final Cause[] CAUSES = Cause.values();
    private static final Place[] PLACES = Place.values();

    private final Areas areas;

    Comparison(Areas areas) {
        this.areas = areas;
    }

    private record Key(String area, int cause) {}

    /** What is gathered of a group. */
    private static final class Sum {
        long count;
        final Set<Long> pages = new HashSet<>();
        final long[] by = new long[BY.length];
        final long[] places = new long[PLACES.length];
        final long[] lastUse = new long[Distance.BUCKETS];
    }

    /**
     * Groups what only one run has, largest first.
     *
     * @param here its account
     * @param there the account of the other run, which says where the pages were
     * @param notLogged what the metric counted beyond what was logged
     */
    List<Group> groups(Account here, Account there, long notLogged) {
        Map<Key, Sum> sums = new HashMap<>();
        for (int t = 0; t < here.tasks(); t++) {
            Occurrences o = here.occurrences(t);
            Occurrences places = there.occurrences(t);
            int p = 0;
            for (int i = 0; i < o.size(); i++) {
                Sum sum = sums.computeIfAbsent(new Key(areas.of(o.page(i)), o.cause(i)), k -> new Sum());
                sum.count++;
                sum.pages.add(o.page(i));
                sum.by[o.by(i)]++;
                sum.lastUse[o.lastUse(i)]++;
                Place place = Place.UNPAIRED;
                if (o.touch(i) != Occurrences.NO_TOUCH) {
                    while (p < places.placesSize() && places.placeTouch(p) < o.touch(i)) {
                        p++;
                    }
                    if (p < places.placesSize() && places.placeTouch(p) == o.touch(i)) {
                        place = PLACES[places.place(p)];
                    }
                }
                sum.places[place.ordinal()]++;
            }
        }
        List<Group> groups = new ArrayList<>();
        sums.forEach((key, sum) -> groups.add(group(key, sum)));
        if (notLogged != 0) {
            groups.add(new Group(
                    "?",
                    name(Cause.NOT_LOGGED),
                    Cause.NOT_LOGGED.text(),
                    notLogged,
                    0,
                    0,
                    new TreeMap<>(),
                    new TreeMap<>()));
        }
        groups.sort(Comparator.comparingLong(Group::count)
                .reversed()
                .thenComparing(Group::area)
                .thenComparing(Group::cause));
        return groups;
    }

    private static Group group(Key key, Sum sum) {
        SortedMap<String, Long> by = new TreeMap<>();
        for (int i = 1; i < BY.length; i++) {
            if (sum.by[i] > 0) {
                by.put(BY[i], sum.by[i]);
            }
        }
        SortedMap<String, Long> places = new TreeMap<>();
        for (Place p : PLACES) {
            if (p != Place.UNPAIRED && sum.places[p.ordinal()] > 0) {
                places.put(p.text(), sum.places[p.ordinal()]);
            }
        }
        Cause cause = CAUSES[key.cause];
        return new Group(
                key.area, name(cause), cause.text(), sum.count, sum.pages.size(), median(sum.lastUse), by, places);
    }

    private static long median(long... buckets) {
        long all = 0;
        for (int i = 1; i < buckets.length; i++) {
            all += buckets[i];
        }
        long seen = 0;
        for (int i = 1; i < buckets.length; i++) {
            seen += buckets[i];
            if (seen > 0 && seen * 2 >= all) {
                return Distance.middle(i);
            }
        }
        return 0;
    }

    static String name(Cause cause) {
        return cause.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    /** Evicted pages by cause. */
    static SortedMap<String, Long> evictions(Account account) {
        SortedMap<String, Long> evictions = new TreeMap<>();
        for (Cause c : CAUSES) {
            if (account.evictions()[c.ordinal()] > 0) {
                evictions.put(name(c), account.evictions()[c.ordinal()]);
            }
        }
        return evictions;
    }

    /** The pages of what only one run has, a line each: variant, area, address or page of the file, cause, how often. */
    void list(String variant, Account here, PageIds ids, StringBuilder out) {
        Map<Long, long[]> byPage = new TreeMap<>();
        for (int t = 0; t < here.tasks(); t++) {
            Occurrences o = here.occurrences(t);
            for (int i = 0; i < o.size(); i++) {
                byPage.computeIfAbsent(o.page(i), k -> new long[CAUSES.length])[o.cause(i)]++;
            }
        }
        byPage.forEach((page, counts) -> {
            for (Cause c : CAUSES) {
                if (counts[c.ordinal()] > 0) {
                    out.append(variant)
                            .append(',')
                            .append(quoted(areas.of(page)))
                            .append(',')
                            .append(where(page, ids))
                            .append(',')
                            .append(name(c))
                            .append(',')
                            .append(counts[c.ordinal()])
                            .append('\n');
                }
            }
        });
    }

    private static String quoted(String text) {
        return text.indexOf(',') < 0 && text.indexOf('"') < 0 ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    private static String where(long page, PageIds ids) {
        if (page == PageIds.NONE) {
            return "";
        }
        return ids.owner(PageIds.ownerOf(page)).file()
                ? Long.toString(PageIds.pageOf(page))
                : "0x" + Long.toHexString(PageIds.pageOf(page) << 12);
    }
}
