package org.multigen.testkit;

import java.util.HashMap;
import java.util.Map;
import org.multigen.memcg.Memcg;
import org.multigen.memory.FolioTable;
import org.multigen.storage.SwapArea;
import org.multigen.storage.SwapSpace;

/** Slots are used by entries or the swap cache, and by nothing else; groups pay for theirs. */
final class SwapRules {
    private final Census census;
    private final Findings findings;

    SwapRules(Census census, Findings findings) {
        this.census = census;
        this.findings = findings;
    }

    void check() {
        SwapSpace swap = census.machine.swap();
        Map<Memcg, Long> owned = new HashMap<>();
        long used = 0;
        long cached = 0;
        for (SwapArea a : swap.areas()) {
            long here = 0;
            for (int slot = a.firstSlot(); slot < a.firstSlot() + a.slots(); slot++) {
                int entries = census.slotEntries[slot];
                findings.equal("slot references", swap.references(slot), entries, "slot " + slot);
                boolean inCache = swap.cached(slot) != FolioTable.NONE;
                cached += inCache ? 1 : 0;
                if (a.isUsed(slot) != (entries > 0 || inCache)) {
                    findings.add(
                            "slots", "%d given out %b, entries %d, cached %b", slot, a.isUsed(slot), entries, inCache);
                }
                if (a.isUsed(slot)) {
                    here++;
                    owned.merge(swap.owner(slot), 1L, Long::sum);
                }
            }
            findings.equal("slots in use", a.inUse(), here, "area of " + a.firstSlot());
            used += here;
        }
        findings.equal("free slots", swap.free(), swap.total() - used, "machine");
        findings.equal("swap cache", swap.cachedPages(), cached, "machine");
        usage(owned);
    }

    private void usage(Map<Memcg, Long> owned) {
        for (Memcg m : census.machine.memcgs().all()) {
            if (!m.isRoot()) {
                long sum = 0;
                for (Memcg below : census.machine.memcgs().subtree(m)) {
                    sum += owned.getOrDefault(below, 0L);
                }
                findings.equal("memcg swap usage", m.swapUsage(), sum, m);
            }
        }
    }
}
