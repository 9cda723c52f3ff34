package org.multigen.testkit;

import org.multigen.base.VmEvent;
import org.multigen.machine.VmStat;

/** Relations between counters of /proc/vmstat that hold at any moment. */
final class CounterRules {
    private final VmStat stat;
    private final Findings findings;

    CounterRules(Census census, Findings findings) {
        this.stat = census.machine.vmstat();
        this.findings = findings;
    }

    void check() {
        for (VmEvent e : VmEvent.values()) {
            if (stat.get(e) < 0) {
                findings.add("counters", "%s is %d", e.statName(), stat.get(e));
            }
        }
        atMost(VmEvent.PGMAJFAULT, VmEvent.PGFAULT);
        atMost(VmEvent.SWAP_RA, VmEvent.PSWPIN);
        atMost(VmEvent.SWAP_RA_HIT, VmEvent.SWAP_RA);
        atMost(VmEvent.WORKINGSET_ACTIVATE_ANON, VmEvent.WORKINGSET_REFAULT_ANON);
        atMost(VmEvent.WORKINGSET_ACTIVATE_FILE, VmEvent.WORKINGSET_REFAULT_FILE);
        atMost(VmEvent.UNEVICTABLE_PGS_MUNLOCKED, VmEvent.UNEVICTABLE_PGS_MLOCKED);
        // reclaim for a group counts by type in the machine's counters, by whom in the group's only
        atMost(
                whom(VmEvent.PGSTEAL_KSWAPD, VmEvent.PGSTEAL_DIRECT, VmEvent.PGSTEAL_PROACTIVE),
                whom(VmEvent.PGSTEAL_ANON, VmEvent.PGSTEAL_FILE),
                "pages stolen by whom, by type");
        atMost(
                whom(VmEvent.PGSCAN_KSWAPD, VmEvent.PGSCAN_DIRECT, VmEvent.PGSCAN_PROACTIVE),
                whom(VmEvent.PGSCAN_ANON, VmEvent.PGSCAN_FILE),
                "pages scanned by whom, by type");
    }

    private long whom(VmEvent... events) {
        long sum = 0;
        for (VmEvent e : events) {
            sum += stat.get(e);
        }
        return sum;
    }

    private void atMost(long part, long whole, String what) {
        if (part > whole) {
            findings.add("counters", "%s: %d > %d", what, part, whole);
        }
    }

    private void atMost(VmEvent part, VmEvent whole) {
        if (stat.get(part) > stat.get(whole)) {
            findings.add(
                    "counters", "%s %d > %s %d", part.statName(), stat.get(part), whole.statName(), stat.get(whole));
        }
    }
}
