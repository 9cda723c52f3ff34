package org.multigen.memcg;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.LockClass;
import org.multigen.base.Locks;
import org.multigen.base.Warnings;

/**
 * Charges pages to control groups, from a stock per CPU, and reclaims where a limit stands in the way. Kernel: mm/memcontrol.c
 * try_charge_memcg, consume_stock, refill_stock.
 *
 * <p>A stock belongs to its CPU and is guarded by its lock; usage counters are atomic.
 */
public final class Charge {
    /** Pages charged at once to fill a stock. Kernel: MEMCG_CHARGE_BATCH. */
    static final int BATCH = 64;

    private static final long PAGE_BYTES = 4096;
    private static final int MAX_RETRIES = 16;
    private static final int COSTLY_PAGES = 8;
    private static final long HIGH_RETRY_PAGES = 32;
    private static final long MAX_HIGH_DELAY_NS = 2_000_000_000L;
    /** A delay that is not worth sleeping. */
    private static final long NO_DELAY_NS = 10_000_000;

    private final MemcgTree tree;
    private final Stock[] stocks;
    private final long tickHz;
    private @Nullable Relief relief;
    private Warnings warnings = new Warnings(true);

    /**
     * @param cpus number of CPUs
     * @param stockGroups groups for which a CPU may charge in advance at the same time
     * @param tickHz timer ticks per second
     */
    public Charge(MemcgTree tree, int cpus, int stockGroups, long tickHz) {
        this(tree, cpus, stockGroups, tickHz, Locks.VIRTUAL);
    }

    /**
     * @param locks of the machine
     */
    public Charge(MemcgTree tree, int cpus, int stockGroups, long tickHz, Locks locks) {
        this.tree = tree;
        this.tickHz = tickHz;
        this.stocks = new Stock[cpus];
        Arrays.setAll(stocks, i -> new Stock(stockGroups, this::uncharge, locks.guard(LockClass.CPU_STOCK)));
    }

    /** Where broken invariants are reported; without it the first one throws. */
    public void setWarnings(Warnings to) {
        warnings = to;
    }

    /** Set once while the machine is wired. */
    public void setRelief(Relief relief) {
        this.relief = relief;
    }

    /**
     * Charges pages, reclaiming where necessary.
     *
     * @return false if there was no room and nobody to kill (or the actor itself was killed): the allocation fails
     */
    public boolean tryCharge(Actor actor, Memcg memcg, int pages) {
        return tryCharge(actor, memcg, pages, true);
    }

    /** Charges pages after at most one round of reclaim; fails rather than kill. Kernel: __GFP_NORETRY. */
    public boolean tryChargeOnce(Actor actor, Memcg memcg, int pages) {
        return tryCharge(actor, memcg, pages, false);
    }

    /** Charges pages whatever the limits, after reclaiming as long as others would; kills nobody. Kernel: __GFP_NOFAIL. */
    public void chargeNoFail(Actor actor, Memcg memcg, int pages) {
        for (int i = 0; i < MAX_RETRIES; i++) {
            if (tryCharge(actor, memcg, pages, false)) {
                return;
            }
        }
        forceAdd(memcg, pages);
    }

    private boolean tryCharge(Actor actor, Memcg memcg, int pages, boolean persist) {
        if (memcg.isRoot()) {
            return true;
        }
        actor.charge(Cost.CHARGE);
        int batch = Math.max(BATCH, pages);
        int retries = MAX_RETRIES;
        boolean drained = false;
        while (true) {
            if (consumeStock(actor, memcg, pages)) {
                return true;
            }
            Memcg over = tryAdd(memcg, batch);
            if (over == null) {
                if (batch > pages) {
                    refillStock(actor, memcg, batch - pages);
                }
                noteHigh(actor, memcg, batch);
                return true;
            }
            if (batch > pages) {
                batch = pages;
                continue;
            }
            if (actor.memalloc || actor.killed) {
                forceAdd(memcg, pages);
                return true;
            }
            over.event(Memcg.Event.MAX);
            long reclaimed = relief().reclaim(actor, over, pages);
            if (over.max() - over.usage() >= pages) {
                continue;
            }
            if (!drained) {
                drainStocks(over);
                drained = true;
                continue;
            }
            if (!persist) {
                return false;
            }
            if (reclaimed > 0 && pages <= COSTLY_PAGES) {
                continue;
            }
            if (retries-- > 0) {
                continue;
            }
            if (over.max() - over.usage() >= pages) {
                continue; // others have made room meanwhile
            }
            over.event(Memcg.Event.OOM);
            if (actor.killed || !relief().outOfMemory(actor, over)) {
                return false;
            }
            if (actor.killed) {
                return false;
            }
            retries = MAX_RETRIES;
        }
    }

    /** A page that a system call takes and gives back, such as a pipe's buffer: what is left of it is in the CPU's stock. */
    public void chargeBriefly(Actor actor, Memcg memcg) {
        if (!memcg.isRoot() && tryCharge(actor, memcg, 1)) {
            refillStock(actor, memcg, 1);
        }
    }

    /** Charges only if there is room at once. */
    public boolean tryChargeNoReclaim(Actor actor, Memcg memcg, int pages) {
        if (memcg.isRoot() || consumeStock(actor, memcg, pages)) {
            return true;
        }
        return tryAdd(memcg, pages) == null;
    }

    public void uncharge(Memcg memcg, long pages) {
        for (Memcg m = memcg; m != null && !m.isRoot(); m = m.parent()) {
            if (m.addUsage(-pages) < 0) {
                warnings.warn("Charge.uncharge below zero", m + " usage " + m.usage());
            }
        }
        if (!memcg.online()) {
            tree.release(memcg);
        }
    }

    /** Pages of a group that is going away become its parent's, which counts them already. */
    public void giveToParent(Memcg memcg, long pages) {
        if (memcg.addUsage(-pages) < 0) {
            warnings.warn("Charge.giveToParent below zero", memcg + " usage " + memcg.usage());
        }
    }

    // ---- kernel objects: bytes, charged as the pages that they fill. Kernel: obj_cgroup_charge

    /** Charges a kernel object, whatever the limits, after reclaiming as others would. */
    public void chargeObject(Actor actor, Memcg memcg, long bytes) {
        if (memcg.isRoot()) {
            return;
        }
        long after = memcg.addObjectBytes(bytes);
        int pages = (int) (pagesFor(after) - pagesFor(after - bytes));
        if (pages > 0) {
            memcg.add(Memcg.State.KERNEL, pages);
            chargeNoFail(actor, memcg, pages);
        }
    }

    public void unchargeObject(Memcg memcg, long bytes) {
        if (memcg.isRoot()) {
            return;
        }
        long after = memcg.addObjectBytes(-bytes);
        long pages = pagesFor(after + bytes) - pagesFor(after);
        if (pages > 0) {
            memcg.add(Memcg.State.KERNEL, -pages);
            uncharge(memcg, pages);
        }
    }

    static long pagesFor(long bytes) {
        return (bytes + PAGE_BYTES - 1) / PAGE_BYTES;
    }

    // ---- swap

    /** Charges a swap slot; false over swap.max of the group or an ancestor. */
    public boolean tryChargeSwap(Memcg memcg, long pages) {
        for (Memcg m = memcg; m != null && !m.isRoot(); m = m.parent()) {
            if (m.addSwapUsage(pages) > m.swapMax()) {
                for (Memcg back = memcg; back != null; back = back.parent()) {
                    back.addSwapUsage(-pages);
                    if (back == m) {
                        break;
                    }
                }
                return false;
            }
        }
        return true;
    }

    public void unchargeSwap(Memcg memcg, long pages) {
        for (Memcg m = memcg; m != null && !m.isRoot(); m = m.parent()) {
            if (m.addSwapUsage(-pages) < 0) {
                warnings.warn("Charge.unchargeSwap below zero", m + " swap usage " + m.swapUsage());
            }
        }
        if (!memcg.online()) {
            tree.release(memcg);
        }
    }

    /** Swap pages that a group may still use, given so many free ones. Kernel: mem_cgroup_get_nr_swap_pages. */
    public static long availableSwap(Memcg memcg, long free) {
        long available = free;
        for (Memcg m = memcg; m != null && !m.isRoot(); m = m.parent()) {
            available = Math.min(available, m.swapMax() - m.swapUsage());
        }
        return available;
    }

    /** Half of what a group may swap is used: slots are to be freed eagerly. Kernel: mem_cgroup_swap_full. */
    public static boolean swapFull(Memcg memcg, long free, long total) {
        if (free * 2 < total) {
            return true;
        }
        for (Memcg m = memcg; m != null && !m.isRoot(); m = m.parent()) {
            if (m.swapMax() != Memcg.UNLIMITED && m.swapUsage() * 2 >= m.swapMax()) {
                return true;
            }
        }
        return false;
    }

    // ---- stock

    private boolean consumeStock(Actor actor, Memcg memcg, int pages) {
        return stocks[actor.cpu].consume(memcg, pages);
    }

    private void refillStock(Actor actor, Memcg memcg, int pages) {
        stocks[actor.cpu].refill(memcg, pages);
    }

    /** Gives back what all CPUs hold for a group or its descendants. */
    public void drainStocks(Memcg top) {
        for (Stock s : stocks) {
            s.drain(top);
        }
    }

    /** Pages charged to a group itself that wait in the stocks of CPUs. */
    public long stocked(Memcg memcg) {
        long sum = 0;
        for (Stock s : stocks) {
            sum += s.held(memcg);
        }
        return sum;
    }

    // ---- counters

    /** Adds to the group and its ancestors; on the way up the first one over its max undoes it and is returned. */
    private static @Nullable Memcg tryAdd(Memcg memcg, int pages) {
        for (Memcg m = memcg; m != null && !m.isRoot(); m = m.parent()) {
            if (m.addUsage(pages) > m.max()) {
                for (Memcg back = memcg; back != null; back = back.parent()) {
                    back.addUsage(-pages);
                    if (back == m) {
                        break;
                    }
                }
                return m;
            }
        }
        return null;
    }

    private static void forceAdd(Memcg memcg, int pages) {
        for (Memcg m = memcg; m != null && !m.isRoot(); m = m.parent()) {
            m.addUsage(pages);
        }
    }

    // ---- memory.high

    /** Notes that a charge left a group above its high mark: the actor answers for it when its operation ends, or soon. */
    private void noteHigh(Actor actor, Memcg memcg, int charged) {
        for (Memcg m = memcg; m != null && !m.isRoot(); m = m.parent()) {
            if (m.usage() > m.high()) {
                actor.pagesOverHigh += charged;
                break;
            }
        }
        if (actor.pagesOverHigh > BATCH && !actor.memalloc) {
            handleHigh(actor, memcg);
        }
    }

    /**
     * Reclaims from the groups above their high mark that the actor's charges went to, and lets it sleep if that does not help. Done
     * when an operation is complete: what it mapped is not taken away before it was used. Kernel: __mem_cgroup_handle_over_high.
     *
     * @param memcg the group of the actor's process
     */
    public void handleHigh(Actor actor, Memcg memcg) {
        int pending = actor.pagesOverHigh;
        if (pending == 0) {
            return;
        }
        actor.pagesOverHigh = 0;
        long toReclaim = pending;
        int retries = MAX_RETRIES;
        while (true) {
            long reclaimed = reclaimHigh(actor, memcg, toReclaim);
            long penaltyNs = penaltyNs(memcg, pending);
            if (penaltyNs <= NO_DELAY_NS) {
                return;
            }
            if (reclaimed == 0 && retries-- == 0) {
                actor.sleep(penaltyNs);
                return;
            }
            toReclaim = HIGH_RETRY_PAGES;
        }
    }

    private long reclaimHigh(Actor actor, Memcg memcg, long pages) {
        long sum = 0;
        for (Memcg m = memcg; m != null && !m.isRoot(); m = m.parent()) {
            if (m.usage() > m.high()) {
                m.event(Memcg.Event.HIGH);
                sum += relief().reclaim(actor, m, pages);
            }
        }
        return sum;
    }

    /** Quadratic in how far usage is above high. Kernel: calculate_high_delay. */
    private long penaltyNs(Memcg memcg, long pages) {
        long worst = 0;
        for (Memcg m = memcg; m != null && !m.isRoot(); m = m.parent()) {
            if (m.high() != Memcg.UNLIMITED && m.usage() > m.high()) {
                worst = Math.max(worst, ((m.usage() - m.high()) << 20) / Math.max(m.high(), 1));
            }
        }
        if (worst == 0) {
            return 0;
        }
        double ticks = (double) worst * worst * tickHz / (1L << 34) * pages / BATCH;
        return (long) Math.min(ticks * 1e9 / tickHz, MAX_HIGH_DELAY_NS);
    }

    private Relief relief() {
        Relief r = relief;
        if (r == null) {
            throw new IllegalStateException("charge before the machine is wired");
        }
        return r;
    }
}
