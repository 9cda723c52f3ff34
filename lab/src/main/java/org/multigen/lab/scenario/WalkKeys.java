package org.multigen.lab.scenario;

import static org.multigen.lab.scenario.ValueType.BOOL;
import static org.multigen.lab.scenario.ValueType.choice;
import static org.multigen.lab.scenario.ValueType.whole;

import java.util.List;
import org.multigen.walk.FilterSettings;
import org.multigen.walk.WalkSettings;

/** The keys that take ageing apart: each part of page-table walks can be switched off alone. No kernel has them as knobs. */
final class WalkKeys {
    private static final String GOLDEN = "golden";
    private static final String MURMUR = "murmur";

    private WalkKeys() {}

    static List<Key> all() {
        return List.of(
                key(
                        "walk.bloom_filter",
                        BOOL,
                        "true",
                        "",
                        "Off: no Bloom filter is kept, so a walk descends into every table."),
                key(
                        "walk.usage_hint",
                        BOOL,
                        "true",
                        "",
                        "Off: a walk visits address spaces that did not run since the last one too."),
                key(
                        "walk.vma_batching",
                        BOOL,
                        "true",
                        "",
                        "Off: a walk starts at the top of the page table for each mapping, instead of finishing all mappings"
                                + " within a table before it climbs."),
                key(
                        "walk.look_around",
                        BOOL,
                        "true",
                        "",
                        "Off: when reclaim finds a page in use, it looks at none of its neighbours and tells the filter nothing."),
                key(
                        "walk.max_batch",
                        whole(1, 1 << 20),
                        "4096",
                        "pages",
                        "Promotions after which a walk gives way, pages moved per lock hold, list entries visited per round of"
                                + " eviction. Kernel: MAX_LRU_BATCH."),
                key(
                        "walk.min_batch",
                        whole(1, 1 << 20),
                        "64",
                        "pages",
                        "Pages taken per round of eviction, at most walk.max_batch. Kernel: MIN_LRU_BATCH."),
                key(
                        "walk.entries_per_young",
                        whole(1, 512),
                        "8",
                        "entries",
                        "A table enters the filter if one of so many of its entries is young, on average; 8 is one per cache"
                                + " line."),
                key("walk.filter_bits", whole(3, 24), "15", "log2 of bits", "Size of a Bloom filter; 15 is 4 KiB."),
                key(
                        "walk.filter_spare",
                        BOOL,
                        "true",
                        "",
                        "Off: the filter that the last walk has read is freed until the next walk makes it anew."),
                key(
                        "walk.filter_scaling",
                        BOOL,
                        "false",
                        "",
                        "On: the next filter gets 8 bits for each table that entered the last one, walk.filter_bits at least."),
                key(
                        "walk.filter_hash",
                        choice(List.of(GOLDEN, MURMUR)),
                        GOLDEN,
                        "",
                        "Hash of the filter: golden, one multiplication as in the kernel; murmur, the finalizer of MurmurHash3."));
    }

    private static Key key(String path, ValueType type, String fallback, String unit, String meaning) {
        return new Key(path, type, fallback, unit, meaning, Key.Place.ANYWHERE);
    }

    /** What the settings say of walks. */
    static WalkSettings read(Settings s) {
        int max = (int) s.whole("walk.max_batch");
        int min = (int) s.whole("walk.min_batch");
        if (min > max) {
            String key = s.has("walk.min_batch") ? "walk.min_batch" : "walk.max_batch";
            throw s.failure(key, "walk.min_batch: expected at most walk.max_batch (" + max + "), not " + min);
        }
        FilterSettings filter = new FilterSettings(
                s.flag("walk.bloom_filter"),
                (int) s.whole("walk.filter_bits"),
                s.flag("walk.filter_spare"),
                s.flag("walk.filter_scaling"),
                s.text("walk.filter_hash").equals(MURMUR)
                        ? FilterSettings.Hash.MURMUR
                        : FilterSettings.Hash.GOLDEN_RATIO);
        return new WalkSettings(
                filter,
                s.flag("walk.usage_hint"),
                s.flag("walk.vma_batching"),
                s.flag("walk.look_around"),
                max,
                min,
                (int) s.whole("walk.entries_per_young"));
    }
}
