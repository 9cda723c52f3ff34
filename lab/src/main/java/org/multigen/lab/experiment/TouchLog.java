package org.multigen.lab.experiment;

import java.util.Arrays;
import org.multigen.lab.explain.Toucher;
import org.multigen.lab.policy.TierOptimum;
import org.multigen.machine.Machine;
import org.multigen.machine.Task;
import org.multigen.memory.FolioTable;
import org.multigen.pagetable.Pte;

/**
 * Writes down which pages are touched, in their order, so that the best use of fast memory can be found afterwards. A page is what
 * an anonymous family or a file has at an index, whoever maps it and wherever it lies. 5 bytes a touch and 12 a page.
 */
final class TouchLog {
    private static final int FIRST = 1 << 16;
    private static final int NO_PAGE = -1;

    private final FolioTable folios;
    private int[] pages = new int[FIRST];
    private boolean[] fresh = new boolean[FIRST];
    private int count;
    /** Touches of no page, such as reads of the zero page. */
    private long others;

    // numbers of pages: open addressing, by key
    private long[] keys = new long[FIRST];
    private int[] numbers = new int[FIRST];
    private int distinct;

    TouchLog(Machine machine) {
        this.folios = machine.memory().folios();
        Arrays.fill(numbers, NO_PAGE);
    }

    /** What is touched through it is written down. */
    Toucher over(Toucher toucher) {
        return (task, vpn, write) -> {
            boolean before = task.isPresent(vpn);
            int outcome = toucher.touch(task, vpn, write);
            touched(task, vpn, !before);
            return outcome;
        };
    }

    /** The warm-up is over: what was written down is forgotten. */
    void clear() {
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
        int frame = Pte.frame(entry);
        int folio = folios.folioOf(frame);
        long index = (folios.index(folio) & 0xffffffffL) + (frame - folio);
        pages[count] = number((long) folios.mapping(folio) << 32 ^ index);
        fresh[count++] = isFresh;
    }

    private int number(long key) {
        int i = slot(key);
        if (numbers[i] == NO_PAGE) {
            keys[i] = key;
            numbers[i] = distinct++;
            if (2 * distinct > keys.length) {
                grow();
                return distinct - 1;
            }
        }
        return numbers[i];
    }

    private int slot(long key) {
        int mask = keys.length - 1;
        int i = (int) (key * 0x9E3779B97F4A7C15L >>> 32) & mask;
        while (numbers[i] != NO_PAGE && keys[i] != key) {
            i = i + 1 & mask;
        }
        return i;
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldNumbers = numbers;
        keys = new long[2 * oldKeys.length];
        numbers = new int[keys.length];
        Arrays.fill(numbers, NO_PAGE);
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldNumbers[i] != NO_PAGE) {
                int at = slot(oldKeys[i]);
                keys[at] = oldKeys[i];
                numbers[at] = oldNumbers[i];
            }
        }
    }

    /** Touches per million that fast memory can serve, at most and with a fixed placement. */
    record Shares(long most, long fixed) {}

    /**
     * The bound on what was written down.
     *
     * @param capacity pages of the top tier
     * @param price of a promotion, in touches
     * @param budget promotions at most
     */
    Shares shares(long capacity, double price, double budget) {
        TierOptimum optimum = new TierOptimum(pages, count, fresh, distinct, capacity, price, budget);
        double all = Math.max(1, count + others);
        return new Shares((long) Math.ceil(1e6 * (optimum.bound() + others) / all), (long)
                (1e6 * (optimum.fixedPlacement() + others) / all));
    }
}
