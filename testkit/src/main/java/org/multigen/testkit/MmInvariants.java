package org.multigen.testkit;

import java.util.List;
import org.multigen.machine.Machine;

/**
 * What must hold in a machine between any two operations. Each check counts the machine from the ground up and compares its
 * books with that; docs/invariants.md lists the rules.
 */
public final class MmInvariants {
    private MmInvariants() {}

    /** Everything that is broken, or an empty list. */
    public static List<Broken> check(Machine machine) {
        return check(machine, true);
    }

    /**
     * The same, the reverse map optionally left out: walking it for every folio is the most expensive part.
     *
     * @param reverse whether every mapped folio is looked up through the reverse map
     */
    public static List<Broken> check(Machine machine, boolean reverse) {
        Findings findings = new Findings();
        Census census = new Census(machine, findings);
        new FrameRules(census, findings).check();
        new ListRules(census, findings).check();
        new MemcgRules(census, findings).check();
        new SwapRules(census, findings).check();
        new MappingRules(census, findings).check(reverse);
        new GuestRules(census, findings).check();
        new CounterRules(census, findings).check();
        return findings.list();
    }

    /**
     * Throws if anything is broken.
     *
     * @throws IllegalStateException with all findings, one per line
     */
    public static void require(Machine machine) {
        List<Broken> broken = check(machine);
        if (!broken.isEmpty()) {
            StringBuilder text = new StringBuilder("broken invariants:");
            broken.forEach(b -> text.append("\n  ").append(b));
            throw new IllegalStateException(text.toString());
        }
    }
}
