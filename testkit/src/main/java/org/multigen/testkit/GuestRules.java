package org.multigen.testkit;

import org.multigen.guest.GuestMmu;
import org.multigen.machine.Guest;

/** A guest maps what the host has at that place, or nothing. */
final class GuestRules {
    private final Census census;
    private final Findings findings;

    GuestRules(Census census, Findings findings) {
        this.census = census;
        this.findings = findings;
    }

    void check() {
        for (Guest g : census.machine.guests()) {
            GuestMmu mmu = g.mmu();
            for (long page = 0; page < g.pages(); page++) {
                long gpn = g.gpn(page);
                if (!mmu.consistent(gpn)) {
                    findings.add(
                            "guest",
                            "%s: guest page %d maps what the host does not have there",
                            g.vmm().name(),
                            gpn);
                }
            }
        }
    }
}
