package org.multigen.rules;

/** Linux 6.1: the first release with the multi-gen LRU, as its late stable releases have it. */
class Rules6_1 implements KernelRules {
    @Override
    public String name() {
        return "6.1";
    }

    @Override
    public String release() {
        return "6.1.192";
    }

    @Override
    public LargeRuns largeRuns() {
        return LargeRuns.EACH_ENTRY;
    }

    @Override
    public int folioBatchSize() {
        return 15;
    }

    @Override
    public MarkAccessed markAccessed() {
        return MarkAccessed.WORKINGSET_SECOND;
    }

    @Override
    public Tiers tiers() {
        return Tiers.WORKINGSET_IS_A_USE;
    }

    @Override
    public Placement placement() {
        return Placement.FROM_OLDEST;
    }

    @Override
    public boolean placementCountsReferenced() {
        return false;
    }

    @Override
    public FaultedPages faultedPages() {
        return FaultedPages.ACTIVE;
    }

    @Override
    public boolean activeAddClearsReferences() {
        return false;
    }

    @Override
    public Promotion promotion() {
        return Promotion.ONE_SIGHTING;
    }

    @Override
    public MappedReference mappedReference() {
        return MappedReference.CLASSIC;
    }

    @Override
    public boolean keepReferencedWithoutRmap() {
        return true;
    }

    @Override
    public boolean nextGenerationClearsWorkingset() {
        return true;
    }

    @Override
    public AgeingTrigger ageingTrigger() {
        return AgeingTrigger.SHARES;
    }

    @Override
    public boolean ageingCountsFileGenerations() {
        return false;
    }

    @Override
    public boolean ageingWakesFlushers() {
        return false;
    }

    @Override
    public boolean walkYieldsBetweenChunks() {
        return true;
    }

    @Override
    public boolean ageAtDefaultPriority() {
        return false;
    }

    @Override
    public boolean proactiveAgeing() {
        return true;
    }

    @Override
    public boolean evictAfterAgeing() {
        return true;
    }

    @Override
    public boolean mergeFileFirst() {
        return true;
    }

    @Override
    public Alignment alignment() {
        return Alignment.ANON_NEVER_AHEAD;
    }

    @Override
    public boolean mergeCountsProtected() {
        return false;
    }

    @Override
    public int smallestWalkedPages() {
        return 64;
    }

    @Override
    public boolean contendedTableIsSuitable() {
        return false;
    }

    @Override
    public AgeingLosers ageingLosers() {
        return AgeingLosers.SLEEP;
    }

    @Override
    public boolean walkSkipsOomVictims() {
        return false;
    }

    @Override
    public boolean walkVisitsRunning() {
        return false;
    }

    @Override
    public boolean walkNeedsUsers() {
        return true;
    }

    @Override
    public boolean walkSkipsAnonInFile() {
        return true;
    }

    @Override
    public boolean reparents() {
        return false;
    }

    @Override
    public boolean bothWhileSwitching() {
        return false;
    }

    @Override
    public boolean headIsNext() {
        return true;
    }

    @Override
    public boolean nonLeafEvenWhenForced() {
        return true;
    }

    @Override
    public boolean walkAsksSecondaryMmu() {
        return false;
    }

    @Override
    public boolean secondaryMmuAgesLockless() {
        return false;
    }

    @Override
    public boolean walkSkipsOffList() {
        return false;
    }

    @Override
    public boolean walkRechecksGeneration() {
        return false;
    }

    @Override
    public String walkStatistics() {
        return "LOYNFA";
    }

    @Override
    public LookAround lookAround() {
        return LookAround.TARGET_INSIDE;
    }

    @Override
    public boolean lookAroundAsksWalkForSwap() {
        return true;
    }

    @Override
    public boolean lookAroundCountsSightings() {
        return false;
    }

    @Override
    public boolean rmapIgnoresNoRecency() {
        return false;
    }

    @Override
    public boolean noReuseCounts() {
        return false;
    }

    @Override
    public Budget budget() {
        return Budget.EVERY_ROUND;
    }

    @Override
    public RoundLimit roundLimit() {
        return RoundLimit.BATCH;
    }

    @Override
    public boolean proportionalProtection() {
        return false;
    }

    @Override
    public boolean initialPriority() {
        return false;
    }

    @Override
    public boolean memcgLru() {
        return false;
    }

    @Override
    public boolean partialTreeWalk() {
        return false;
    }

    @Override
    public boolean protectedToHead() {
        return false;
    }

    @Override
    public boolean saturatedCounted() {
        return true;
    }

    @Override
    public DirtyFiles dirtyFiles() {
        return DirtyFiles.SORT_WITH_LOCKED;
    }

    @Override
    public boolean sortUnevictable() {
        return false;
    }

    @Override
    public boolean isolationClearsReferenced() {
        return true;
    }

    @Override
    public boolean isolationClearsReclaim() {
        return true;
    }

    @Override
    public boolean scannedAlwaysCounts() {
        return false;
    }

    @Override
    public boolean twoGenerationsEndRound() {
        return true;
    }

    @Override
    public Rejected rejected() {
        return Rejected.YOUNGEST;
    }

    @Override
    public boolean swappinessMax() {
        return false;
    }

    @Override
    public int tierGainFirst() {
        return 1;
    }

    @Override
    public int tierGainOther() {
        return 2;
    }

    @Override
    public boolean typeByAgeAndFirstTier() {
        return true;
    }

    @Override
    public boolean refaultRecentIsOldest() {
        return true;
    }

    @Override
    public boolean refaultCountsRecentOnly() {
        return true;
    }

    @Override
    public boolean shadowRemembersUses() {
        return true;
    }

    @Override
    public boolean activationNeedsWorkingset() {
        return false;
    }

    @Override
    public boolean keepExitingAnon() {
        return false;
    }

    @Override
    public boolean ioCostWeighted() {
        return false;
    }

    @Override
    public boolean refaulterNeedsSwap() {
        return true;
    }

    @Override
    public int skippedPerIsolation() {
        return Integer.MAX_VALUE;
    }

    @Override
    public boolean reclaimRefreshesStatistics() {
        return true;
    }

    @Override
    public boolean reclaimSwappiness() {
        return false;
    }

    @Override
    public boolean reclaimQuarters() {
        return false;
    }

    @Override
    public boolean cacheTrimRetry() {
        return false;
    }

    @Override
    public boolean boostRunsFail() {
        return true;
    }

    @Override
    public boolean barredSwapIsLight() {
        return true;
    }

    @Override
    public int largestCacheOrder() {
        return 0;
    }

    @Override
    public boolean windowEndsAligned() {
        return false;
    }

    @Override
    public boolean missContinuesWindow() {
        return true;
    }

    @Override
    public MappedHits mappedHits() {
        return MappedHits.FOUND;
    }

    @Override
    public boolean retriedFaultIsMajor() {
        return true;
    }

    @Override
    public boolean mapsWholeFolios() {
        return false;
    }

    @Override
    public boolean execReadsOwnWindow() {
        return false;
    }

    @Override
    public boolean execCountsMisses() {
        return true;
    }

    @Override
    public boolean swapInThroughCache() {
        return false;
    }

    @Override
    public boolean blanksForUnused() {
        return true;
    }

    @Override
    public boolean listFromOlderType() {
        return false;
    }

    @Override
    public boolean longMemcgIds() {
        return false;
    }

    @Override
    public boolean ageStaleSucceeds() {
        return true;
    }

    @Override
    public boolean ageUnforcedRefuses() {
        return true;
    }

    @Override
    public FlusherWake flusherWake() {
        return FlusherWake.NEVER;
    }

    @Override
    public Abort abort() {
        return Abort.FAIRNESS;
    }

    @Override
    public boolean proactiveHasWalk() {
        return false;
    }

    @Override
    public boolean advanceBeforeRound() {
        return false;
    }

    @Override
    public boolean swapInWritable() {
        return false;
    }

    @Override
    public boolean coldClearsUses() {
        return false;
    }

    @Override
    public boolean forcedAgeingWalks() {
        return true;
    }

    @Override
    public boolean heldBuffersOutlastDrop() {
        return true;
    }

    @Override
    public boolean lazyfreeKeepsMarks() {
        return false;
    }

    @Override
    public boolean sameTypeAgain() {
        return false;
    }

    @Override
    public boolean migrationKeepsUses() {
        return false;
    }

    @Override
    public boolean migrationDrains() {
        return true;
    }

    @Override
    public boolean proactiveReclaimsUndemoted() {
        return true;
    }

    @Override
    public boolean demotionAsksCpuset() {
        return false;
    }

    @Override
    public boolean demotionPrefersAllowed() {
        return false;
    }

    @Override
    public boolean commandEvictsProactively() {
        return false;
    }

    @Override
    public long childGroupBytes(int cpus) {
        return 2_628 + 2_628L * cpus;
    }

    @Override
    public int stockGroups() {
        return 1;
    }

    @Override
    public boolean discardFreesTables() {
        return false;
    }
}
