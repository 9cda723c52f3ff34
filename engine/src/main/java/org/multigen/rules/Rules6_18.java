package org.multigen.rules;

/** Linux 6.18: two sightings, placement below the youngest generation, the working set as a tier of its own. */
class Rules6_18 extends Rules6_12 {
    @Override
    public String name() {
        return "6.18";
    }

    @Override
    public String release() {
        return "6.18.15";
    }

    @Override
    public boolean secondaryMmuAgesLockless() {
        return true;
    }

    @Override
    public boolean contendedTableIsSuitable() {
        return true;
    }

    @Override
    public LargeRuns largeRuns() {
        return LargeRuns.ONE_UPDATE;
    }

    @Override
    public MarkAccessed markAccessed() {
        return MarkAccessed.WORKINGSET_LAST;
    }

    @Override
    public Tiers tiers() {
        return Tiers.WORKINGSET_IS_LAST_TIER;
    }

    @Override
    public Placement placement() {
        return Placement.FROM_YOUNGEST;
    }

    @Override
    public boolean activeAddClearsReferences() {
        return false;
    }

    @Override
    public Promotion promotion() {
        return Promotion.TWO_SIGHTINGS;
    }

    @Override
    public MappedReference mappedReference() {
        return MappedReference.KEEP_THEN_WORKINGSET;
    }

    @Override
    public boolean keepReferencedWithoutRmap() {
        return false;
    }

    @Override
    public boolean nextGenerationClearsWorkingset() {
        return false;
    }

    @Override
    public AgeingTrigger ageingTrigger() {
        return AgeingTrigger.THREE_GENERATIONS;
    }

    @Override
    public boolean mergeFileFirst() {
        return false;
    }

    @Override
    public Alignment alignment() {
        return Alignment.AT_MOST_ONE_APART;
    }

    @Override
    public boolean mergeCountsProtected() {
        return true;
    }

    @Override
    public boolean walkSkipsOffList() {
        return true;
    }

    @Override
    public boolean lookAroundCountsSightings() {
        return true;
    }

    @Override
    public RoundLimit roundLimit() {
        return RoundLimit.BUDGET;
    }

    @Override
    public boolean proportionalProtection() {
        return true;
    }

    @Override
    public boolean protectedToHead() {
        return true;
    }

    @Override
    public boolean saturatedCounted() {
        return false;
    }

    @Override
    public DirtyFiles dirtyFiles() {
        return DirtyFiles.SORT;
    }

    @Override
    public boolean sortUnevictable() {
        return true;
    }

    @Override
    public boolean isolationClearsReferenced() {
        return false;
    }

    @Override
    public boolean isolationClearsReclaim() {
        return true;
    }

    @Override
    public Rejected rejected() {
        return Rejected.LIFTED_FROM_OLDEST;
    }

    @Override
    public boolean swappinessMax() {
        return true;
    }

    @Override
    public int tierGainFirst() {
        return 2;
    }

    @Override
    public int tierGainOther() {
        return 3;
    }

    @Override
    public boolean typeByAgeAndFirstTier() {
        return false;
    }

    @Override
    public boolean refaultRecentIsOldest() {
        return false;
    }

    @Override
    public boolean shadowRemembersUses() {
        return false;
    }

    @Override
    public int largestCacheOrder() {
        return 9;
    }

    @Override
    public boolean windowEndsAligned() {
        return true;
    }

    @Override
    public boolean mapsWholeFolios() {
        return true;
    }

    @Override
    public boolean execReadsOwnWindow() {
        return true;
    }

    @Override
    public boolean listFromOlderType() {
        return true;
    }

    @Override
    public boolean ageStaleSucceeds() {
        return false;
    }

    @Override
    public boolean ageUnforcedRefuses() {
        return false;
    }

    @Override
    public int skippedPerIsolation() {
        return 32 << 10;
    }

    @Override
    public boolean discardFreesTables() {
        return true;
    }

    @Override
    public boolean coldClearsUses() {
        return true;
    }

    @Override
    public boolean lazyfreeKeepsMarks() {
        return true;
    }

    @Override
    public boolean migrationKeepsUses() {
        return true;
    }

    @Override
    public boolean demotionAsksCpuset() {
        return true;
    }

    @Override
    public boolean commandEvictsProactively() {
        return true;
    }

    @Override
    public boolean walkSkipsAnonInFile() {
        return false;
    }

    @Override
    public long childGroupBytes(int cpus) {
        return 6_144 + 2_048L * cpus;
    }

    @Override
    public int stockGroups() {
        return 7;
    }
}
