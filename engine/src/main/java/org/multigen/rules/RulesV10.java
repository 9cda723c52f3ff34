package org.multigen.rules;

/** The posting of April 2022 (v10) that introduced page-table walks. */
class RulesV10 extends Rules6_1 {
    @Override
    public String name() {
        return "v10";
    }

    @Override
    public String release() {
        return "v10 of 2022-04-07 on 5.18-rc1";
    }

    @Override
    public Placement placement() {
        return Placement.FROM_OLDEST_UNPROTECTED;
    }

    @Override
    public boolean ageingCountsFileGenerations() {
        return true;
    }

    @Override
    public boolean ageingWakesFlushers() {
        return true;
    }

    @Override
    public boolean walkYieldsBetweenChunks() {
        return false;
    }

    @Override
    public boolean walkSkipsOomVictims() {
        return true;
    }

    @Override
    public boolean walkVisitsRunning() {
        return true;
    }

    @Override
    public AgeingLosers ageingLosers() {
        return AgeingLosers.DIRECT_AT_BOTTOM_SLEEPS;
    }

    @Override
    public String walkStatistics() {
        return "TOYDFA";
    }
}
