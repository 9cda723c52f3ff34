package org.multigen.rules;

/** Linux 6.12: the last long-term release with one-sighting promotion, as its late stable releases have it. */
class Rules6_12 extends Rules6_1 {
    @Override
    public String name() {
        return "6.12";
    }

    @Override
    public String release() {
        return "6.12.117";
    }

    @Override
    public int folioBatchSize() {
        return 31;
    }

    @Override
    public boolean activeAddClearsReferences() {
        return true;
    }

    @Override
    public AgeingLosers ageingLosers() {
        return AgeingLosers.RETURN;
    }

    @Override
    public boolean proactiveAgeing() {
        return false;
    }

    @Override
    public boolean evictAfterAgeing() {
        return false;
    }

    @Override
    public int smallestWalkedPages() {
        return 0;
    }

    @Override
    public boolean headIsNext() {
        return false;
    }

    @Override
    public boolean nonLeafEvenWhenForced() {
        return false;
    }

    @Override
    public boolean walkAsksSecondaryMmu() {
        return true;
    }

    @Override
    public boolean walkRechecksGeneration() {
        return true;
    }

    @Override
    public String walkStatistics() {
        return "TYFA";
    }

    @Override
    public LookAround lookAround() {
        return LookAround.TARGET_FIRST;
    }

    @Override
    public boolean lookAroundAsksWalkForSwap() {
        return false;
    }

    @Override
    public boolean rmapIgnoresNoRecency() {
        return true;
    }

    @Override
    public boolean noReuseCounts() {
        return true;
    }

    @Override
    public boolean initialPriority() {
        return true;
    }

    @Override
    public boolean memcgLru() {
        return true;
    }

    @Override
    public boolean partialTreeWalk() {
        return true;
    }

    @Override
    public DirtyFiles dirtyFiles() {
        return DirtyFiles.PASS;
    }

    @Override
    public boolean isolationClearsReclaim() {
        return false;
    }

    @Override
    public boolean refaultCountsRecentOnly() {
        return false;
    }

    @Override
    public boolean keepExitingAnon() {
        return true;
    }

    @Override
    public boolean ioCostWeighted() {
        return true;
    }

    @Override
    public boolean refaulterNeedsSwap() {
        return false;
    }

    @Override
    public boolean reclaimRefreshesStatistics() {
        return false;
    }

    @Override
    public boolean reclaimSwappiness() {
        return true;
    }

    @Override
    public boolean reclaimQuarters() {
        return true;
    }

    @Override
    public boolean cacheTrimRetry() {
        return true;
    }

    @Override
    public boolean missContinuesWindow() {
        return false;
    }

    @Override
    public MappedHits mappedHits() {
        return MappedHits.FOUND_FRESH;
    }

    @Override
    public boolean retriedFaultIsMajor() {
        return false;
    }

    @Override
    public boolean blanksForUnused() {
        return false;
    }

    @Override
    public FlusherWake flusherWake() {
        return FlusherWake.AFTER_LRUVEC;
    }

    @Override
    public Abort abort() {
        return Abort.ROOT_AT_GOAL;
    }

    @Override
    public boolean proactiveHasWalk() {
        return true;
    }

    @Override
    public boolean swapInWritable() {
        return true;
    }

    @Override
    public boolean forcedAgeingWalks() {
        return false;
    }

    @Override
    public boolean heldBuffersOutlastDrop() {
        return false;
    }

    @Override
    public boolean migrationDrains() {
        return false;
    }

    @Override
    public boolean proactiveReclaimsUndemoted() {
        return false;
    }

    @Override
    public boolean barredSwapIsLight() {
        return false;
    }

    @Override
    public long childGroupBytes(int cpus) {
        return 6_000 + 1_500L * cpus;
    }
}
