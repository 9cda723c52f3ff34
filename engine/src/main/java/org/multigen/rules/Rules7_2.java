package org.multigen.rules;

/** Linux 7.2: faulted pages start marked, budgets are fixed up front, dirty pages are treated as by the classic LRU. */
class Rules7_2 extends Rules6_18 {
    @Override
    public String name() {
        return "7.2";
    }

    @Override
    public String release() {
        return "7.2.13";
    }

    @Override
    public LargeRuns largeRuns() {
        return LargeRuns.ONE_TEST;
    }

    @Override
    public boolean placementCountsReferenced() {
        return true;
    }

    @Override
    public FaultedPages faultedPages() {
        return FaultedPages.ACTIVE_IF_REFAULT;
    }

    @Override
    public MappedReference mappedReference() {
        return MappedReference.KEEP_THEN_MARK_ACCESSED;
    }

    @Override
    public boolean ageAtDefaultPriority() {
        return true;
    }

    @Override
    public boolean evictAfterAgeing() {
        return true;
    }

    @Override
    public Budget budget() {
        return Budget.ONCE;
    }

    @Override
    public RoundLimit roundLimit() {
        return RoundLimit.SMALL;
    }

    @Override
    public DirtyFiles dirtyFiles() {
        return DirtyFiles.PASS;
    }

    @Override
    public boolean sortUnevictable() {
        return false;
    }

    @Override
    public boolean isolationClearsReclaim() {
        return false;
    }

    @Override
    public boolean scannedAlwaysCounts() {
        return true;
    }

    @Override
    public boolean twoGenerationsEndRound() {
        return false;
    }

    @Override
    public boolean activationNeedsWorkingset() {
        return true;
    }

    @Override
    public MappedHits mappedHits() {
        return MappedHits.FAULTED;
    }

    @Override
    public boolean execCountsMisses() {
        return false;
    }

    @Override
    public boolean swapInThroughCache() {
        return true;
    }

    @Override
    public boolean longMemcgIds() {
        return true;
    }

    @Override
    public FlusherWake flusherWake() {
        return FlusherWake.EACH_ROUND;
    }

    @Override
    public Abort abort() {
        return Abort.AT_GOAL;
    }

    @Override
    public boolean advanceBeforeRound() {
        return true;
    }

    @Override
    public boolean sameTypeAgain() {
        return true;
    }

    @Override
    public boolean demotionPrefersAllowed() {
        return true;
    }

    @Override
    public boolean walkNeedsUsers() {
        return false;
    }

    @Override
    public boolean reparents() {
        return true;
    }

    @Override
    public boolean bothWhileSwitching() {
        return true;
    }

    @Override
    public boolean boostRunsFail() {
        return false;
    }

    @Override
    public long childGroupBytes(int cpus) {
        return 8_192 + 2_048L * cpus;
    }
}
