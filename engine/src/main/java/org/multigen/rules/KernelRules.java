package org.multigen.rules;

/**
 * What differs between kernel versions, as answers to questions that mechanisms ask. Each answer names a behaviour; how it is
 * carried out is the mechanism's business, and no mechanism asks for a version.
 *
 * <p>Numbers that no version changed are constants of the mechanism. Every method without parameters is a row of the table that
 * {@code multigen list kernels} prints.
 */
public interface KernelRules {
    /** Short name, e.g. {@code 6.12}. */
    String name();

    /** The exact release that the rules were read from and the recordings were made on. */
    String release();

    // ---- per-CPU batches, marks, tiers

    /** Folios that gather on a CPU before they are put on lists. Kernel: PAGEVEC_SIZE. */
    int folioBatchSize();

    /** How uses through file descriptors are counted. */
    enum MarkAccessed {
        /** Referenced, then workingset, then the reference field. */
        WORKINGSET_SECOND,
        /** Referenced, then the reference field, then workingset. */
        WORKINGSET_LAST
    }

    MarkAccessed markAccessed();

    /** How the uses of a page map to tiers. */
    enum Tiers {
        /** Workingset counts as one use; tier = ceil(log2(uses + 1)). */
        WORKINGSET_IS_A_USE,
        /** Workingset alone is the last tier; otherwise ceil(log2(uses)). */
        WORKINGSET_IS_LAST_TIER
    }

    Tiers tiers();

    // ---- placement

    /** What the generation of a page that is added is counted from. */
    enum Placement {
        /** Pages not in use start one above the oldest generation. */
        FROM_OLDEST,
        /** Pages not in use start a fixed distance below the youngest generation. */
        FROM_YOUNGEST,
        /** As first merged: pages not in use are oldest at once. */
        FROM_OLDEST_UNPROTECTED
    }

    Placement placement();

    /** An unmapped page that was referenced enters above one that was not. */
    boolean placementCountsReferenced();

    /** Which pages a fault brings in as active. */
    enum FaultedPages {
        /** All. */
        ACTIVE,
        /** Those that come back while still wanted; the others are marked as used once. */
        ACTIVE_IF_REFAULT
    }

    FaultedPages faultedPages();

    /** A page added as active loses its references. */
    boolean activeAddClearsReferences();

    // ---- promotion

    /** Sightings by a page-table walk that move a page to the youngest generation. */
    enum Promotion {
        ONE_SIGHTING,
        /** The first only marks the page, unless it was marked or in the working set before. */
        TWO_SIGHTINGS
    }

    Promotion promotion();

    /** What the reverse map's finding a mapped page young means. */
    enum MappedReference {
        /** The classic table: referenced before, or young in several mappings, or executable file: activate; else keep. */
        CLASSIC,
        /** Referenced before or in the working set: activate as working set; else keep. */
        KEEP_THEN_WORKINGSET,
        /** The same, but activated with one more use counted unless it had several. */
        KEEP_THEN_MARK_ACCESSED
    }

    MappedReference mappedReference();

    /** A page found mapped and referenced when reclaim takes it up is kept without asking its mappings. */
    boolean keepReferencedWithoutRmap();

    /** Moving on to the next generation forgets that a page was in the working set. */
    boolean nextGenerationClearsWorkingset();

    // ---- ageing

    enum AgeingTrigger {
        /** Three generations age when the youngest is too large or the oldest too small. */
        SHARES,
        /** Three generations always age. */
        THREE_GENERATIONS
    }

    AgeingTrigger ageingTrigger();

    /** The oldest generation of file pages says how many there are, whatever may be swapped. */
    boolean ageingCountsFileGenerations();

    /** Every ageing wakes the flushers, so that dirty pages are clean before they are oldest. */
    boolean ageingWakesFlushers();

    /** At the default priority two generations age all the same. */
    boolean ageAtDefaultPriority();

    /** kswapd ages all groups before it reclaims and not in between. */
    boolean proactiveAgeing();

    /** Direct reclaim goes on with its budget after it has aged. */
    boolean evictAfterAgeing();

    /** A generation too many: file pages are moved on before anonymous ones (false: the other way round). */
    boolean mergeFileFirst();

    /** How the oldest generations of the two types are kept together. */
    enum Alignment {
        /** Anonymous never ahead of file. */
        ANON_NEVER_AHEAD,
        /** Neither more than one ahead. */
        AT_MOST_ONE_APART
    }

    Alignment alignment();

    /** Ageing that merges counts the pages moved as protected. */
    boolean mergeCountsProtected();

    // ---- page-table walks

    /** Address spaces with fewer resident pages of the wanted types are skipped; 0: none. */
    int smallestWalkedPages();

    /** Address spaces chosen by the OOM killer are skipped. */
    boolean walkSkipsOomVictims();

    /** An address space that is on some CPU is visited whatever its usage hint says. */
    boolean walkVisitsRunning();

    /** An address space whose last user has gone is skipped (false: it is only kept from vanishing). */
    boolean walkNeedsUsers();

    /** Anonymous pages in mappings of files are passed over when there is no swap. */
    boolean walkSkipsAnonInFile();
    /** A table that somebody else has locked is entered in the filter for the next walk (false: passed over then too). */
    boolean contendedTableIsSuitable();

    /** What becomes of those who wanted to age and were not the ones to finish it. */
    enum AgeingLosers {
        /** They go on. */
        RETURN,
        /** Direct reclaim at priority 0 sleeps until the generation has moved. */
        DIRECT_AT_BOTTOM_SLEEPS,
        /** Everybody at priority 10 or below does. */
        SLEEP
    }

    AgeingLosers ageingLosers();

    /** The iteration's head is the next to hand out (false: the last one handed out). */
    boolean headIsNext();

    /** Non-leaf accessed bits are used even by forced walks. */
    boolean nonLeafEvenWhenForced();

    /** A forced ageing walks even where walks are switched off. */
    boolean forcedAgeingWalks();

    /** Walks ask secondary MMUs. */
    boolean walkAsksSecondaryMmu();

    /** KVM ages without its MMU lock where the architecture lets it. */
    boolean secondaryMmuAgesLockless();

    /** How consecutive entries that map pages of one large folio are treated by walks and look-around. */
    enum LargeRuns {
        /** Each by itself. */
        EACH_ENTRY,
        /** Each is tested, and the folio is told once. */
        ONE_UPDATE,
        /** From the first young one on they are tested and counted as one. */
        ONE_TEST
    }

    LargeRuns largeRuns();

    /** A page on no list is not looked at by walks. */
    boolean walkSkipsOffList();

    /** A walk lets others run between chunks. */
    boolean walkYieldsBetweenChunks();

    /** A walk looks again, before each chunk, whether its generation is still the youngest. */
    boolean walkRechecksGeneration();

    /** Letters of the statistics of walks, one each: six or four of them. */
    String walkStatistics();

    // ---- look-around

    enum LookAround {
        /** Called for young entries; the target is one of the entries looked at. */
        TARGET_INSIDE,
        /** Clears the target itself and counts it as young. */
        TARGET_FIRST
    }

    LookAround lookAround();

    /**
     * With a walk at hand that was not started by ageing, anonymous neighbours are passed over: nobody told it that there is
     * swap. Evictions by debugfs are such walks.
     */
    boolean lookAroundAsksWalkForSwap();

    /** Without a walk at hand, neighbours go through the promotion rule before they are activated. */
    boolean lookAroundCountsSightings();

    // ---- reference check

    /** Mappings with advice against recency are not asked at all. */
    boolean rmapIgnoresNoRecency();

    /** Opening a file without reuse counts as advice against recency. */
    boolean noReuseCounts();

    // ---- eviction

    enum Budget {
        /** Looked up before every round; nothing when only two generations are left. */
        EVERY_ROUND,
        /** Looked up once. */
        ONCE
    }

    Budget budget();

    /** Pages one round may look at. */
    enum RoundLimit {
        /** 4096. */
        BATCH,
        /** The budget, at most 4096. */
        BUDGET,
        /** The budget, at most 64. */
        SMALL
    }

    RoundLimit roundLimit();

    /** Protection by memory.low and memory.min shrinks the budget in proportion. */
    boolean proportionalProtection();

    /** When the eviction of one lruvec stops before its budget is used up. */
    enum Abort {
        /** After a second ageing, or at the goal when swapping; global reclaim by watermarks at low priorities. */
        FAIRNESS,
        /** At the goal, for reclaim of the whole machine. */
        ROOT_AT_GOAL,
        /** At the goal. */
        AT_GOAL
    }

    Abort abort();

    /** When eviction wakes the flushers. */
    enum FlusherWake {
        NEVER,
        /** After a lruvec, if all file pages taken so far were dirty and queued nowhere. */
        AFTER_LRUVEC,
        /** After each round whose pages all were. */
        EACH_ROUND
    }

    FlusherWake flusherWake();

    /** Reclaim starts at a higher pressure when much is to be reclaimed. */
    boolean initialPriority();

    /** Groups take turns (the memcg LRU); false: a plain walk of the tree. */
    boolean memcgLru();

    /** A removed group's pages go to its parent at once (false: they stay with it until they are reclaimed). */
    boolean reparents();

    /** While pages move between the two LRUs, reclaim takes from both. */
    boolean bothWhileSwitching();

    /** Direct reclaim and control groups may stop in the middle of the tree. */
    boolean partialTreeWalk();

    /** Where a page with protected uses goes in the next generation. */
    boolean protectedToHead();

    /** Pages whose counted uses are full are counted as protected too. */
    boolean saturatedCounted();

    /** Dirty and written-back file pages are moved on while scanning. */
    enum DirtyFiles {
        /** Locked, dirty or in writeback. */
        SORT_WITH_LOCKED,
        /** Dirty or in writeback. */
        SORT,
        /** Let through to reclaim. */
        PASS
    }

    DirtyFiles dirtyFiles();

    /** Unevictable pages are taken out while scanning (false: by reclaim). */
    boolean sortUnevictable();

    /** Taking a page for reclaim forgets its references (not just the reference field). */
    boolean isolationClearsReferenced();

    /** Taking a page for reclaim forgets that reclaim waited for its writeback. */
    boolean isolationClearsReclaim();

    /** Proactive reclaim has a walk at hand from the start. */
    boolean proactiveHasWalk();

    /** Empty generations are passed over before a round too. */
    boolean advanceBeforeRound();

    /** A type whose pages were looked at but all sorted is tried once more before the other one. */
    boolean sameTypeAgain();

    /** A round reports what it looked at even if it took nothing. */
    boolean scannedAlwaysCounts();

    /** A round that leaves two generations ends the loop. */
    boolean twoGenerationsEndRound();

    /** What becomes of pages that reclaim hands back. */
    enum Rejected {
        /** All become youngest, except those waiting for writeback. */
        YOUNGEST,
        /** Those that would land in the oldest generation are lifted. */
        LIFTED_FROM_OLDEST
    }

    Rejected rejected();

    /** The 201st value of swappiness, anonymous pages only, exists. */
    boolean swappinessMax();

    /** Gains of the tier controller: protected against first tier. */
    int tierGainFirst();

    int tierGainOther();

    /** The type whose oldest generation is older goes first, and types are compared by their first tiers. */
    boolean typeByAgeAndFirstTier();

    // ---- refaults

    /** A refault is recent while its generation is the oldest (false: within four generations of the youngest). */
    boolean refaultRecentIsOldest();

    /** Refaults are counted only if recent. */
    boolean refaultCountsRecentOnly();

    /** The first kernel's way: remembered uses beyond one mean working set. */
    boolean shadowRemembersUses();

    /** Only working-set refaults within a fault count as activation. */
    boolean activationNeedsWorkingset();

    // ---- reclaim in general

    /** Pages that the exiting or reaped process alone maps are kept. */
    boolean keepExitingAnon();

    /** Costs of the classic LRU count writes and refaults 32 times as much as rotations. */
    boolean ioCostWeighted();

    /** A refault asks for swap room of the group that the page comes back to (false: of the one it was evicted for). */
    boolean refaulterNeedsSwap();

    /** Reclaim adds up the statistics of groups before it decides by them (false: they may be two seconds old). */
    boolean reclaimRefreshesStatistics();

    /** Pages of zones too high that one isolation steps over at most; later ones are taken all the same. */
    int skippedPerIsolation();

    /** memory.reclaim knows swappiness=. */
    boolean reclaimSwappiness();

    /** memory.reclaim asks for a quarter of what is left at a time. */
    boolean reclaimQuarters();

    /** Trimming of the cache can be switched off for a second try of kswapd. */
    boolean cacheTrimRetry();

    /** For how many groups at once a CPU keeps pages charged in advance. */
    int stockGroups();

    /** What the structures of a control group take, in bytes charged to its parent; measured with one CPU and, but for 6.1, with two. */
    long childGroupBytes(int cpus);

    /** A run of kswapd for raised marks that reclaimed nothing counts as one of the failures that make a node hopeless. */
    boolean boostRunsFail();

    /** Eviction for the whole machine that may not swap still takes some anonymous pages, as with a swappiness of 1. */
    boolean barredSwapIsLight();

    // ---- files and swap

    /** Largest folio of the page cache, log2 of pages. */
    int largestCacheOrder();

    /** Readahead windows end where a folio of the window's order would. Kernel: page_cache_async_ra. */
    boolean windowEndsAligned();

    /** A missing page right behind the last window makes a stream go on. Kernel: ondemand_readahead. */
    boolean missContinuesWindow();

    /** Which cached pages count as hits against the misses of mapped reads when a fault maps around. */
    enum MappedHits {
        /** All that it finds. */
        FOUND,
        /** Those that are not in the working set. */
        FOUND_FRESH,
        /** The faulting page alone, unless it was just read for this very fault. */
        FAULTED
    }

    MappedHits mappedHits();

    /** A fault that starts over counts as major for the process, though it read nothing. Kernel: FAULT_FLAG_TRIED. */
    boolean retriedFaultIsMajor();

    /** Large folios of the page cache are mapped whole. Kernel: filemap_map_pages, finish_fault. */
    boolean mapsWholeFolios();

    /** Dropping the caches leaves the pages of buffers that a CPU remembers. Kernel: invalidate_bh_lrus. */
    boolean heldBuffersOutlastDrop();

    /** Executable mappings are read from the faulting page on, within the mapping, whatever was advised. */
    boolean execReadsOwnWindow();

    /** Misses of executable mappings count against read-around. */
    boolean execCountsMisses();

    /** Swap-in from a synchronous device goes through the swap cache. */
    boolean swapInThroughCache();

    /** MADV_FREE leaves a page's marks of use as they are. */
    boolean lazyfreeKeepsMarks();

    /** MADV_DONTNEED frees the tables that it leaves without entries. */
    boolean discardFreesTables();

    /** MADV_COLD leaves a page of the oldest generation where it is. */
    boolean coldClearsUses();

    /** A page swapped in by a load may be stored to without another fault. */
    boolean swapInWritable();

    // ---- tiers

    /** Counted uses go with a page that is migrated. */
    boolean migrationKeepsUses();

    /** A migrated page that was mapped is on its list at once. */
    boolean migrationDrains();

    /** Pages that could not be demoted by proactive reclaim are reclaimed all the same. */
    boolean proactiveReclaimsUndemoted();

    /** A group's cpuset says where its pages may be demoted to. */
    boolean demotionAsksCpuset();

    /** Among the nearest targets only allowed ones are considered (false: any, and if it is not allowed any allowed one). */
    boolean demotionPrefersAllowed();

    /** A write to debugfs evicts as proactive reclaim does. */
    boolean commandEvictsProactively();

    // ---- interfaces

    /** lru_gen_full prints blanks where others print x. */
    boolean blanksForUnused();

    /** The plain listing starts at the older of the two types' oldest generations (false: at that of anonymous pages). */
    boolean listFromOlderType();

    /** Numbers of groups are 64-bit cgroup ids, printed plain. */
    boolean longMemcgIds();

    /** Ageing a sequence number that has passed does nothing and succeeds; an ageing that was not needed too. */
    boolean ageStaleSucceeds();

    /** Without force, ageing refuses (ERANGE) while four generations are populated. */
    boolean ageUnforcedRefuses();

    /** The tier of a page with so many counted uses. Kernel: lru_tier_from_refs. */
    default int tier(int uses, boolean workingset) {
        if (tiers() == Tiers.WORKINGSET_IS_LAST_TIER) {
            return workingset ? 3 : ceilLog2(uses);
        }
        return ceilLog2(uses + 1);
    }

    /** Uses from the flags. Kernel: folio_lru_refs. */
    default int uses(int field, boolean referenced, boolean workingset) {
        if (tiers() == Tiers.WORKINGSET_IS_LAST_TIER) {
            return referenced ? field + 1 : 0;
        }
        return field + (workingset ? 1 : 0);
    }

    private static int ceilLog2(int n) {
        return n <= 1 ? 0 : 32 - Integer.numberOfLeadingZeros(n - 1);
    }
}
