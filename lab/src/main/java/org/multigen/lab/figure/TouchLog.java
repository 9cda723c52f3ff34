package org.multigen.lab.figure;

import java.util.Arrays;
import org.multigen.lab.explain.Toucher;
import org.multigen.lab.policy.BlockNumbers;
import org.multigen.lab.policy.TierOptimum;
import org.multigen.machine.Machine;
import org.multigen.machine.Task;
import org.multigen.memory.FolioTable;
import org.multigen.pagetable.Pte;

/**
 * Writes down which pages are touched, in their order, so that the best use of fast memory can be found afterwards. A page is what
 * an anonymous family or a file has at an index, whoever maps it and wherever it lies. 5 bytes a touch and up to 24 a page.
 */
public final class TouchLog {
    private static final int FIRST = 1 << 16;

    private final FolioTable folios;
    private int[] pages = new int[FIRST];
    private boolean[] fresh = new boolean[FIRST];
    private int count;
    /** Touches of no page, such as reads of the zero page. */
    private long others;

    private final BlockNumbers numbers = new BlockNumbers();

    public TouchLog(Machine machine) {
        this.folios = machine.memory().folios();
    }

    /** What is touched through it is written down. */
    public Toucher over(Toucher toucher) {
        return (task, vpn, write) -> {
            boolean before = task.isPresent(vpn);
            int outcome = toucher.touch(task, vpn, write);
            touched(task, vpn, !before);
            return outcome;
        };
    }

    /** What an entry that maps a page stands for: an anonymous family or a file, and an index in it. */
    static long pageOf(FolioTable folios, long entry) {
        int frame = Pte.frame(entry);
        int folio = folios.folioOf(frame);
        return pageOf(folios.mapping(folio), (folios.index(folio) & 0xffffffffL) + (frame - folio));
    }

    static long pageOf(int mapping, long index) {
        return (long) mapping << 32 ^ index;
    }

    /** The warm-up is over: what was written down is forgotten. */
    public void clear() {
        count = 0;
        others = 0;
    }

    private void touched(Task task, long vpn, boolean isFresh) {
        long entry = task.mm().pageTable.lookup(vpn);
        if (!Pte.mapsPage(entry)) {
            others++;
            return;
        }
        if (count == pages.length) {
            pages = Arrays.copyOf(pages, 2 * count);
            fresh = Arrays.copyOf(fresh, 2 * count);
        }
        pages[count] = numbers.of(pageOf(folios, entry));
        fresh[count++] = isFresh;
    }

    /** Touches per million that fast memory can serve, at most and with a fixed placement. */
    public record Shares(long most, long fixed) {}

    /**
     * The bound on what was written down.
     *
     * @param capacity pages of the top tier
     * @param price of a promotion, in touches
     * @param budget promotions at most
     */
    public Shares shares(long capacity, double price, double budget) {
        TierOptimum optimum = new TierOptimum(pages, count, fresh, numbers.size(), capacity, price, budget);
        double all = Math.max(1, count + others);
        return new Shares((long) Math.ceil(1e6 * (optimum.bound() + others) / all), (long)
                (1e6 * (optimum.fixedPlacement() + others) / all));
    }
}
