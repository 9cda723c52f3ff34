package org.multigen.lru;

import java.util.Arrays;
import java.util.function.IntConsumer;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.Guard;
import org.multigen.base.LockClass;
import org.multigen.base.VmEvent;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.rules.KernelRules;

/**
 * Per CPU, folios on their way to or between lists: they gather until a batch is full or somebody drains. A folio in a batch
 * has a reference for it. A CPU's batches are guarded by its lock. Kernel: mm/swap.c cpu_fbatches.
 */
public final class FolioBatches {
    private enum Move {
        ADD,
        ACTIVATE,
        DEACTIVATE,
        DEACTIVATE_FILE,
        LAZYFREE,
        ROTATE
    }

    private static final int MOVES = Move.values().length;
    private static final long USE_MARKS = FolioFlags.ACTIVE | FolioFlags.REFERENCED | FolioFlags.REFS_MASK;

    private final FolioTable folios;
    private final LruLists lists;
    private final FolioRelease release;
    private final int size;
    private final boolean lazyfreeKeepsMarks;
    private final int[][] batches;
    private final int[] counts;
    /** One per CPU; in virtual time a batch belongs to whoever runs there. */
    private final Guard[] guards;

    /**
     * @param cpus number of CPUs
     * @param rules say how many folios a batch takes
     */
    public FolioBatches(FolioTable folios, LruLists lists, FolioRelease release, int cpus, KernelRules rules) {
        this.folios = folios;
        this.lists = lists;
        this.release = release;
        this.size = rules.folioBatchSize();
        this.lazyfreeKeepsMarks = rules.lazyfreeKeepsMarks();
        this.batches = new int[cpus * MOVES][size];
        this.counts = new int[cpus * MOVES];
        this.guards = new Guard[cpus];
        Arrays.setAll(guards, i -> lists.lruvecs().locks().guard(LockClass.CPU_BATCH));
    }

    /** A new folio, to be added. */
    public void add(Actor actor, int folio) {
        enqueue(actor, Move.ADD, folio);
    }

    /** To the active end, unless it is active or unevictable. Kernel: folio_activate. */
    public void activate(Actor actor, int folio) {
        long flags = folios.flags(folio);
        if ((flags & FolioFlags.LRU) != 0 && (flags & (FolioFlags.ACTIVE | FolioFlags.UNEVICTABLE)) == 0) {
            enqueue(actor, Move.ACTIVATE, folio);
        }
    }

    /** Out of use on request. Kernel: folio_deactivate. */
    public void deactivate(Actor actor, int folio) {
        long flags = folios.flags(folio);
        if ((flags & FolioFlags.LRU) != 0 && (flags & FolioFlags.UNEVICTABLE) == 0) {
            enqueue(actor, Move.DEACTIVATE, folio);
        }
    }

    /** A file page that could not be dropped. Kernel: deactivate_file_folio. */
    public void deactivateFile(Actor actor, int folio) {
        if (!folios.has(folio, FolioFlags.UNEVICTABLE)) {
            enqueue(actor, Move.DEACTIVATE_FILE, folio);
        }
    }

    /** An anonymous page whose content may be thrown away. Kernel: folio_mark_lazyfree. */
    public void lazyfree(Actor actor, int folio) {
        if (mayBeLazy(folio) && folios.has(folio, FolioFlags.LRU)) {
            enqueue(actor, Move.LAZYFREE, folio);
        }
    }

    private boolean mayBeLazy(int folio) {
        long flags = folios.flags(folio);
        boolean plain = (flags & (FolioFlags.SWAPCACHE | FolioFlags.UNEVICTABLE)) == 0;
        return folios.isAnon(folio) && (flags & FolioFlags.SWAPBACKED) != 0 && plain;
    }

    /** Written back while reclaim waited: to the end that reclaim takes from. Kernel: folio_rotate_reclaimable. */
    public void rotate(Actor actor, int folio) {
        long flags = folios.flags(folio);
        long not = FolioFlags.LOCKED | FolioFlags.DIRTY | FolioFlags.UNEVICTABLE;
        if ((flags & FolioFlags.LRU) != 0 && (flags & not) == 0) {
            enqueue(actor, Move.ROTATE, folio);
        }
    }

    /** True if a folio waits in this CPU's add batch; then it is only marked active. Kernel: __lru_cache_activate_folio. */
    public boolean markActiveIfWaiting(Actor actor, int folio) {
        int b = actor.cpu * MOVES + Move.ADD.ordinal();
        guards[actor.cpu].lock();
        int i = counts[b] - 1;
        while (i >= 0 && batches[b][i] != folio) {
            i--;
        }
        if (i >= 0) {
            folios.set(folio, FolioFlags.ACTIVE);
        }
        guards[actor.cpu].unlock();
        return i >= 0;
    }

    /** Visits the folios that wait on any CPU, each once per batch that it is in. For checks and dumps. */
    public void forEachWaiting(IntConsumer visitor) {
        for (int b = 0; b < counts.length; b++) {
            for (int i = 0; i < counts[b]; i++) {
                visitor.accept(batches[b][i]);
            }
        }
    }

    private void enqueue(Actor actor, Move move, int folio) {
        int b = actor.cpu * MOVES + move.ordinal();
        folios.get(folio);
        guards[actor.cpu].lock();
        batches[b][counts[b]++] = folio;
        if (counts[b] == size || folios.has(folio, FolioFlags.HEAD)) {
            flush(actor, b, move);
        }
        guards[actor.cpu].unlock();
    }

    /** Empties all batches of the actor's CPU. Kernel: lru_add_drain. */
    public void drain(Actor actor) {
        drainCpu(actor, actor.cpu);
    }

    /** Empties all batches of all CPUs. Kernel: lru_add_drain_all. */
    public void drainAll(Actor actor) {
        for (int cpu = 0; cpu < counts.length / MOVES; cpu++) {
            drainCpu(actor, cpu);
        }
    }

    private static final Move[] DRAIN_ORDER = {
        Move.ADD, Move.ROTATE, Move.DEACTIVATE_FILE, Move.DEACTIVATE, Move.LAZYFREE, Move.ACTIVATE
    };

    private void drainCpu(Actor actor, int cpu) {
        guards[cpu].lock();
        for (Move move : DRAIN_ORDER) {
            int b = cpu * MOVES + move.ordinal();
            if (counts[b] > 0) {
                flush(actor, b, move);
            }
        }
        guards[cpu].unlock();
    }

    private void flush(Actor actor, int b, Move move) {
        int n = counts[b];
        counts[b] = 0;
        Lruvec locked = null;
        for (int i = 0; i < n; i++) {
            int folio = batches[b][i];
            actor.charge(Cost.LRU_ADD);
            if (move == Move.ADD || isolate(folio)) {
                Lruvec lruvec = lists.lruvecs().of(folio);
                if (lruvec != locked) {
                    if (locked != null) {
                        locked.lock.unlock(actor);
                    }
                    lruvec.lock.lock(actor);
                    locked = lruvec;
                }
                apply(actor, lruvec, move, folio);
            }
        }
        if (locked != null) {
            locked.lock.unlock(actor);
        }
        for (int i = 0; i < n; i++) {
            release.put(actor, batches[b][i]);
        }
    }

    /** Whoever clears the flag owns the folio's place on its list. */
    private boolean isolate(int folio) {
        return (folios.clear(folio, FolioFlags.LRU) & FolioFlags.LRU) != 0;
    }

    private void apply(Actor actor, Lruvec lruvec, Move move, int folio) {
        int pages = folios.pages(folio);
        switch (move) {
            case ADD -> lists.addSorted(actor, lruvec, folio);
            case ACTIVATE -> {
                if (folios.has(folio, FolioFlags.ACTIVE | FolioFlags.UNEVICTABLE)) {
                    folios.set(folio, FolioFlags.LRU);
                    return;
                }
                lists.remove(lruvec, folio);
                folios.set(folio, FolioFlags.ACTIVE);
                lists.add(lruvec, folio);
                actor.count(VmEvent.PGACTIVATE, pages);
                lruvec.memcg.count(VmEvent.PGACTIVATE, pages);
            }
            case DEACTIVATE -> {
                if (folios.has(folio, FolioFlags.UNEVICTABLE)) {
                    folios.set(folio, FolioFlags.LRU);
                    return;
                }
                lists.remove(lruvec, folio);
                folios.clear(folio, FolioFlags.ACTIVE | FolioFlags.REFERENCED);
                lists.add(lruvec, folio);
                countDeactivated(actor, lruvec, pages);
            }
            case DEACTIVATE_FILE -> deactivateFile(actor, lruvec, folio, pages);
            case LAZYFREE -> {
                if (!mayBeLazy(folio)) {
                    folios.set(folio, FolioFlags.LRU); // swapped out or locked while it waited
                    return;
                }
                boolean keep = lazyfreeKeepsMarks && FolioFlags.gen(folios.flags(folio)) >= 0;
                lists.remove(lruvec, folio);
                folios.clear(folio, (keep ? FolioFlags.ACTIVE : USE_MARKS) | FolioFlags.SWAPBACKED);
                lists.add(lruvec, folio);
                actor.count(VmEvent.PGLAZYFREE, pages);
                lruvec.memcg.count(VmEvent.PGLAZYFREE, pages);
            }
            case ROTATE -> {
                lists.remove(lruvec, folio);
                folios.clear(folio, FolioFlags.ACTIVE);
                lists.addTail(lruvec, folio);
                actor.count(VmEvent.PGROTATED, pages);
            }
        }
    }

    private void deactivateFile(Actor actor, Lruvec lruvec, int folio, int pages) {
        if (folios.has(folio, FolioFlags.UNEVICTABLE) || folios.mapped(folio)) {
            folios.set(folio, FolioFlags.LRU);
            return;
        }
        boolean wasActive = folios.has(folio, FolioFlags.ACTIVE);
        lists.remove(lruvec, folio);
        folios.clear(folio, FolioFlags.ACTIVE | FolioFlags.REFERENCED);
        if (folios.has(folio, FolioFlags.DIRTY | FolioFlags.WRITEBACK)) {
            folios.set(folio, FolioFlags.RECLAIM);
            lists.add(lruvec, folio);
        } else {
            lists.addTail(lruvec, folio);
            actor.count(VmEvent.PGROTATED, pages);
        }
        if (wasActive) {
            countDeactivated(actor, lruvec, pages);
        }
    }

    private static void countDeactivated(Actor actor, Lruvec lruvec, int pages) {
        actor.count(VmEvent.PGDEACTIVATE, pages);
        lruvec.memcg.count(VmEvent.PGDEACTIVATE, pages);
    }

    /** Puts an isolated folio back on a list, and drops the reference that isolation took. Kernel: folio_putback_lru. */
    public void putBack(Actor actor, int folio) {
        add(actor, folio);
        release.put(actor, folio);
    }
}
