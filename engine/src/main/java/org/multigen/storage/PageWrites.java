package org.multigen.storage;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntConsumer;
import org.multigen.base.Actor;
import org.multigen.base.Tally;
import org.multigen.base.VmEvent;
import org.multigen.memcg.Memcg;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;

/**
 * Pages on their way to a device. A synchronous device is done at once; a disk after a latency, one request after the other.
 * A page on its way has a reference. Under real threads anybody who comes by ends what is done; the queue has no lock, who takes a
 * write out of it ends it. Kernel: folio_start_writeback, folio_end_writeback.
 */
public final class PageWrites {
    private record Pending(long doneNs, int folio) {}

    /** Requests that a device takes at a time. Kernel: nr_requests. */
    private static final int QUEUE = 256;

    private final CacheFolios cache;
    private final FolioTable folios;
    private final long latencyNs;
    // amounts: file pages in writeback, writes queued, when the last of them is done
    private static final int FILE_PAGES = 0;
    private static final int QUEUED = 1;
    private static final int LAST_DONE = 2;

    private final ConcurrentLinkedQueue<Pending> pending = new ConcurrentLinkedQueue<>();
    private final Tally amounts;

    /**
     * @param latencyNs from handing a page to a disk until it is written
     */
    PageWrites(CacheFolios cache, long latencyNs) {
        this.cache = cache;
        this.folios = cache.folios();
        this.latencyNs = latencyNs;
        this.amounts = new Tally(3, folios.locks());
    }

    /** File pages in writeback. */
    public long filePages() {
        return amounts.get(FILE_PAGES);
    }

    /** Hands a clean-marked file folio, which is locked, to its device. */
    void start(Actor actor, BackingFile file, int folio) {
        int pages = folios.pages(folio);
        for (int i = 0; i < pages; i++) {
            folios.contents().writtenBack(folio + i, file.id(), cache.indexOf(folio) + i);
        }
        folios.set(folio, FolioFlags.WRITEBACK);
        folios.get(folio);
        amounts.add(FILE_PAGES, pages);
        cache.memcgOf(folio).add(Memcg.State.FILE_WRITEBACK, pages);
        file.device().write(actor, pages);
        actor.count(VmEvent.PGPGOUT, 4L * pages);
        if (file.device().synchronous()) {
            if (file.isDevice()) {
                folios.clear(folio, FolioFlags.RECLAIM); // it is still locked then, and is not moved
            }
            end(actor, folio);
        } else {
            enqueue(actor, folio);
        }
    }

    /**
     * Reclaim has handed a page of the swap cache to an asynchronous device and marked it. While the device's queue is full it
     * waits for room. Kernel: blk_mq_get_tag.
     */
    void startedBySwap(Actor actor, int folio) {
        Pending first = pending.peek();
        while (first != null && amounts.get(QUEUED) >= QUEUE) {
            actor.sleep(Math.max(0, first.doneNs - actor.clockNs()));
            complete(actor);
            first = pending.peek();
        }
        folios.get(folio);
        enqueue(actor, folio);
    }

    private void enqueue(Actor actor, int folio) {
        long done = actor.clockNs() + latencyNs;
        if (amounts.add(QUEUED, 1) > 1) {
            // benign race: of two at once, the second may be done no later than the first
            done = Math.max(done, amounts.get(LAST_DONE));
        }
        amounts.exchange(LAST_DONE, done);
        pending.add(new Pending(done, folio));
    }

    /** Ends all writes that are done by the actor's time. */
    public void complete(Actor actor) {
        Pending first = pending.peek();
        if (first == null) {
            return;
        }
        actor.tick();
        while (first != null && first.doneNs <= actor.clockNs()) {
            if (pending.remove(first)) { // else somebody else ends it
                amounts.add(QUEUED, -1);
                end(actor, first.folio);
            }
            first = pending.peek();
        }
    }

    /** Visits the folios on their way, each once per reference that it has for it. For checks and dumps. */
    public void forEachPending(IntConsumer visitor) {
        for (Pending p : pending) {
            visitor.accept(p.folio);
        }
    }

    /** When the next write is done, or {@link Long#MAX_VALUE}. */
    public long nextNs() {
        Pending first = pending.peek();
        return first == null ? Long.MAX_VALUE : first.doneNs;
    }

    private void end(Actor actor, int folio) {
        int pages = folios.pages(folio);
        folios.clear(folio, FolioFlags.WRITEBACK);
        if (FolioFlags.type(folios.flags(folio)) == 1) {
            amounts.add(FILE_PAGES, -pages);
            cache.memcgOf(folio).add(Memcg.State.FILE_WRITEBACK, -pages);
            actor.count(VmEvent.NR_WRITTEN, pages);
        }
        cache.gate().writtenBack(actor, folio);
        cache.put(actor, folio);
    }
}
