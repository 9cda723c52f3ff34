package org.multigen.testkit.threads;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.multigen.base.Words;
import org.multigen.machine.Machine;
import org.multigen.machine.Task;
import org.multigen.memory.FolioTable;
import org.multigen.memory.FrameContents;
import org.multigen.pagetable.PageTable;
import org.multigen.pagetable.Pte;

/**
 * What frames and swap slots hold, and what each page must hold, while several threads run: a store stamps the frame under the
 * lock of the page's table, which is how reclaim would find it mapped.
 */
class Stamps implements FrameContents {
    final Machine machine;
    final FolioTable folios;
    final AtomicLongArray frames;
    private final Map<Integer, Long> slots = new ConcurrentHashMap<>();
    final AtomicLong last = new AtomicLong();

    Stamps(Machine machine) {
        this.machine = machine;
        this.folios = machine.rooms().folios();
        this.frames = new AtomicLongArray(folios.frames());
        folios.setContents(this);
    }

    @Override
    public void zeroed(int frame) {
        frames.set(frame, 0);
    }

    @Override
    public void copied(int from, int to) {
        frames.set(to, frames.get(from));
    }

    @Override
    public void swappedOut(int frame, int slot) {
        slots.put(slot, frames.get(frame));
    }

    @Override
    public void swappedIn(int slot, int frame) {
        frames.set(frame, slots.getOrDefault(slot, -2L));
    }

    /** Stores to a page if it is writable at this moment; the stamp, or 0 if it is not. */
    long store(Task t, long vpn) {
        PageTable table = t.mm().pageTable;
        long at = table.leafAt(vpn);
        if (at == 0) {
            return 0;
        }
        long need = Pte.PRESENT | Pte.WRITABLE | Pte.DIRTY;
        table.lockLeaf(at);
        long entry = Words.getLongOpaque(at);
        long stamp = 0;
        if ((entry & need) == need) {
            stamp = last.incrementAndGet();
            frames.set(Pte.frame(entry), stamp);
        }
        table.unlockLeaf(at);
        return stamp;
    }

    /** Compares a process's pages with what was stored, while nothing runs. */
    void check(Task t, Map<Long, Long> expected, List<String> lost) {
        Map<Long, Long> rest = new HashMap<>(expected);
        t.mm().pageTable.visit(new PageTable.Visitor() {
            @Override
            public void table(int level, int frame, int used, int found) {}

            @Override
            public void entry(long vpn, long entry, int level) {
                Long want = rest.remove(vpn);
                long actual = Pte.isSwap(entry)
                        ? swapped(Pte.slot(entry))
                        : Pte.mapsPage(entry) ? frames.get(Pte.frame(entry)) : 0;
                if (actual != (want == null ? 0 : want)) {
                    lost.add("%s page %x holds %d, expected %d".formatted(t.name(), vpn, actual, want));
                }
            }
        });
        rest.forEach((vpn, want) -> lost.add("%s page %x, stamp %d, is nowhere".formatted(t.name(), vpn, want)));
    }

    long swapped(int slot) {
        int cached = machine.swap().cached(slot);
        return cached != FolioTable.NONE ? frames.get(cached) : slots.getOrDefault(slot, -2L);
    }
}
