package org.multigen.lab.policy;

/**
 * How much of a sequence of touches fast memory can serve at most, if the future is known, when bringing a page up costs as much as
 * a number of touches gains. An upper bound on every schedule, not a schedule.
 *
 * <p>The problem: pages are in fast memory or not; at no moment more than {@code capacity} are; a touch of one that is gains 1; a
 * promotion costs {@code price}; there are at most {@code budget} promotions. What is in at the start is free to choose, a fresh page
 * may begin anywhere, and leaving costs nothing. The limits are relaxed: instead of holding them, a schedule pays for each page and
 * moment, and for each promotion. Pages then are independent, and each one's best schedule is found exactly. Whatever the prices, the
 * result bounds the optimum (Lagrange duality); prices that follow the occupancy make it tight.
 */
public final class TierOptimum {
    private static final int EPOCHS = 256;
    private static final int ROUNDS = 32;
    private static final double LEAST = 1e-12;
    private static final double MOST_STEP = 4;
    private static final double FEE_FALLS = 0.95;
    // how a state was reached
    private static final int HELD = 1;
    private static final int BEFORE_IN = 2;

    private final int[] pages;
    private final int count;
    private final boolean[] fresh;
    private final int distinct;
    private final long capacity;
    private final double price;
    private final double budget;

    private final int epochs;
    private final int epochLength;
    /** Price of a page for one touch's time, by epoch. */
    private final double[] rent;

    private final double[] rentBefore;
    private double fee;

    // the pass
    private final double[] in;
    private final double[] out;
    private final int[] last;
    private final byte[] how;
    private final double[] occupancy;
    private long promotions;

    /**
     * @param pages page of each touch, numbered from 0 on
     * @param count touches; later elements are not looked at
     * @param fresh of each touch, whether the page was not in memory before it
     * @param distinct number of pages
     * @param capacity pages that fast memory holds
     * @param price of a promotion, in touches that it has to gain
     * @param budget promotions at most
     */
    public TierOptimum(
            int[] pages, int count, boolean[] fresh, int distinct, long capacity, double price, double budget) {
        this.pages = pages;
        this.count = count;
        this.fresh = fresh;
        this.distinct = distinct;
        this.capacity = capacity;
        this.price = price;
        this.budget = budget;
        this.epochs = Math.max(1, Math.min(EPOCHS, count));
        this.epochLength = Math.max(1, (count + epochs - 1) / epochs);
        this.rent = new double[epochs];
        this.rentBefore = new double[epochs + 1];
        this.in = new double[distinct];
        this.out = new double[distinct];
        this.last = new int[distinct];
        this.how = new byte[count];
        this.occupancy = new double[epochs + 1];
    }

    /** The most that touches served by fast memory, less the price of promotions, can come to. */
    public double bound() {
        if (count == 0) {
            return 0;
        }
        java.util.Arrays.fill(rent, firstRent());
        double best = distinct <= capacity ? count : 0;
        for (int round = 0; round < ROUNDS && distinct > capacity; round++) {
            double loss = pass();
            best = round == 0 ? count - loss : Math.min(best, count - loss);
            follow();
        }
        return Math.min(best, count);
    }

    /** Touches that the most touched pages get, if just those are in fast memory all the time: a schedule, so a lower bound. */
    public long fixedPlacement() {
        int[] touches = touchesPerPage();
        long sum = 0;
        for (int i = touches.length - 1; i >= Math.max(0, touches.length - capacity); i--) {
            sum += touches[i];
        }
        return sum;
    }

    private int[] touchesPerPage() {
        int[] touches = new int[distinct];
        for (int i = 0; i < count; i++) {
            touches[pages[i]]++;
        }
        java.util.Arrays.sort(touches);
        return touches;
    }

    /** What the first page that does not fit would gain, spread over all the time. */
    private double firstRent() {
        int[] touches = touchesPerPage();
        int first = (int) Math.max(0, touches.length - 1 - capacity);
        return Math.max(LEAST, (double) touches[first] / count);
    }

    /** Every page's best schedule at the prices in force; returns what is lost at least. */
    private double pass() {
        for (int e = 0; e < epochs; e++) {
            rentBefore[e + 1] = rentBefore[e] + rent[e] * epochLength;
        }
        java.util.Arrays.fill(last, -1);
        for (int i = 0; i < count; i++) {
            touch(i, pages[i]);
        }
        double loss = -capacity * rentUntil(count) - fee * budget;
        for (int p = 0; p < distinct; p++) {
            if (last[p] >= 0) {
                loss += Math.min(in[p], out[p]);
            }
        }
        trace();
        return loss;
    }

    private double rentUntil(int i) {
        int e = Math.min(i / epochLength, epochs - 1);
        return rentBefore[e] + rent[e] * (i - (long) e * epochLength);
    }

    private void touch(int i, int p) {
        double held;
        double enter;
        double before;
        boolean wasIn = false;
        if (last[p] < 0) {
            held = rentUntil(i);
            before = 0;
        } else {
            held = in[p] + rentUntil(i) - rentUntil(last[p]);
            wasIn = in[p] < out[p];
            before = Math.min(in[p], out[p]);
        }
        enter = before + (fresh[i] ? 0 : price + fee);
        in[p] = Math.min(held, enter);
        out[p] = before + 1;
        last[p] = i;
        how[i] = (byte) ((held <= enter ? HELD : 0) | (wasIn ? BEFORE_IN : 0));
    }

    // ---- what those schedules use

    /** Follows the schedules backwards: pages that are in, per epoch, and promotions. */
    private void trace() {
        java.util.Arrays.fill(occupancy, 0);
        promotions = 0;
        // from here on: last is the end of the time for which a page is held, or -1; in is 1 for a page that is in
        for (int p = 0; p < distinct; p++) {
            in[p] = last[p] >= 0 && in[p] < out[p] ? 1 : 0;
            last[p] = -1;
        }
        for (int i = count - 1; i >= 0; i--) {
            int p = pages[i];
            if (last[p] >= 0) {
                occupy(i, last[p]);
                last[p] = -1;
            }
            boolean isIn = in[p] == 1;
            if (isIn && (how[i] & HELD) != 0) {
                last[p] = i;
                continue; // in before, too
            }
            if (isIn && !fresh[i]) {
                promotions++;
            }
            in[p] = (how[i] & BEFORE_IN) != 0 ? 1 : 0;
        }
        for (int p = 0; p < distinct; p++) {
            if (last[p] >= 0) {
                occupy(0, last[p]);
            }
        }
    }

    private void occupy(int from, int to) {
        int a = from / epochLength;
        int b = Math.min(to / epochLength, epochs - 1);
        if (a == b) {
            occupancy[a] += to - from;
            return;
        }
        occupancy[a] += (a + 1L) * epochLength - from;
        for (int e = a + 1; e < b; e++) {
            occupancy[e] += epochLength;
        }
        occupancy[b] += to - (long) b * epochLength;
    }

    /** Prices rise where more is used than there is, and fall where less is. */
    private void follow() {
        for (int e = 0; e < epochs; e++) {
            long length = Math.min(epochLength, count - (long) e * epochLength);
            double used = length <= 0 ? 1 : occupancy[e] / length / capacity;
            rent[e] = Math.max(LEAST, rent[e] * Math.clamp(used, 1 / MOST_STEP, MOST_STEP));
        }
        if (promotions > budget) {
            fee = Math.max(1, fee) * Math.min(MOST_STEP, promotions / Math.max(1, budget));
        } else if (fee > 0) {
            fee *= FEE_FALLS;
        }
    }
}
