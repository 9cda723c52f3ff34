package org.multigen.base;

import java.util.Locale;

/** Counted events, named as in /proc/vmstat and memory.stat (lower case). Units are pages or events, as in the kernel. */
public enum VmEvent {
    PGFAULT,
    PGMAJFAULT,
    PGSCAN_ANON,
    PGSCAN_FILE,
    PGSTEAL_ANON,
    PGSTEAL_FILE,
    PGSCAN_KSWAPD,
    PGSCAN_DIRECT,
    PGSCAN_PROACTIVE,
    PGSTEAL_KSWAPD,
    PGSTEAL_DIRECT,
    PGSTEAL_PROACTIVE,
    PGSCAN_SKIP,
    PGREFILL,
    PGACTIVATE,
    PGDEACTIVATE,
    PGLAZYFREE,
    PGLAZYFREED,
    PGROTATED,
    PSWPIN,
    PSWPOUT,
    SWPIN_ZERO,
    SWPOUT_ZERO,
    SWAP_RA,
    SWAP_RA_HIT,
    WORKINGSET_NODES,
    WORKINGSET_REFAULT_ANON,
    WORKINGSET_REFAULT_FILE,
    WORKINGSET_ACTIVATE_ANON,
    WORKINGSET_ACTIVATE_FILE,
    WORKINGSET_RESTORE_ANON,
    WORKINGSET_RESTORE_FILE,
    UNEVICTABLE_PGS_CULLED,
    UNEVICTABLE_PGS_RESCUED,
    UNEVICTABLE_PGS_MLOCKED,
    UNEVICTABLE_PGS_MUNLOCKED,
    PGDEMOTE_KSWAPD,
    PGDEMOTE_DIRECT,
    PGDEMOTE_PROACTIVE,
    PGPROMOTE_SUCCESS,
    PGPROMOTE_CANDIDATE,
    PGMIGRATE_SUCCESS,
    PGMIGRATE_FAIL,
    /** Hot pages left where they are because they were demoted a moment ago. */
    PGPROMOTE_HELD,
    /** Hot pages that the limit of a second refused. */
    PGPROMOTE_LIMITED,
    /** Pages demoted less than 10 s after they were promoted. */
    PGDEMOTE_PROMOTED,
    PGHOT_RECORDED_SCAN,
    PGHOT_RECORDED_HINTFAULTS,
    PGHOT_RECORDED_HWHINTS,
    KLRUSCAND_PASSES,
    KLRUSCAND_YOUNG,
    KLRUSCAND_LATE,
    KLRUSCAND_IDLE,
    KLRUSCAND_OVERFLOW,
    /** Touches of pages in lower tiers. */
    TOUCH_LOWER_TIER,
    NUMA_PTE_UPDATES,
    NUMA_HINT_FAULTS,
    NUMA_PAGES_MIGRATED,
    PGPGIN,
    PGPGOUT,
    ALLOCSTALL,
    PAGEOUTRUN,
    KSWAPD_LOW_WMARK_HIT_QUICKLY,
    KSWAPD_HIGH_WMARK_HIT_QUICKLY,
    OOM_KILL,
    DROP_PAGECACHE,
    NR_DIRTIED,
    NR_WRITTEN,
    THP_FAULT_ALLOC,
    THP_FAULT_FALLBACK,
    THP_SPLIT_PMD,
    THP_SPLIT_PAGE,
    THP_SWPOUT,
    THP_SWPOUT_FALLBACK;

    private final String statName = name().toLowerCase(Locale.ROOT);

    /** The name in /proc/vmstat. */
    public String statName() {
        return statName;
    }
}
