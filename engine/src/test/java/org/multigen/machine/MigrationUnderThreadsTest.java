package org.multigen.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.multigen.addrspace.Advice;
import org.multigen.addrspace.Prot;
import org.multigen.base.Actor;
import org.multigen.lru.FolioRelease;
import org.multigen.lru.Lruvec;
import org.multigen.lru.ReclaimRequest;
import org.multigen.memcg.Memcg;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.memory.Medium;
import org.multigen.memory.NodeConfig;
import org.multigen.pagetable.Pte;
import org.multigen.storage.LruGate;
import org.multigen.tier.Migration;
import org.multigen.tier.Tiering;

class MigrationUnderThreadsTest {
    /** What happens to a page that has just moved, before whoever moves it lets go of it. */
    private record Meanwhile(Kernel kernel, Task task, long vpn, AtomicInteger moved) implements LruGate {
        @Override
        public void add(Actor actor, int folio) {
            moved.set(folio);
            kernel.batches.add(actor, folio);
            kernel.batches.drain(actor);
            CompletableFuture.runAsync(() -> task.madvise(vpn, 1, Advice.DONTNEED))
                    .join();
        }

        @Override
        public void refault(Actor actor, int folio, long shadow) {
            throw new IllegalStateException();
        }

        @Override
        public void markAccessed(Actor actor, int folio) {
            throw new IllegalStateException();
        }

        @Override
        public void writtenBack(Actor actor, int folio) {
            throw new IllegalStateException();
        }

        @Override
        public void free(Actor actor, int folio) {
            throw new IllegalStateException();
        }
    }

    @Test
    void aPageThatIsUnmappedWhileItMovesIsFreed() {
        try (Machine machine = Machine.builder()
                .kernel("6.12")
                .realThreads(true)
                .panicOnWarn(true)
                .cpus(2)
                .node(NodeConfig.ofPages(0, 20_000))
                .node(NodeConfig.ofPages(1, 20_000).withoutCpus(Medium.CXL))
                .demotion(true)
                .build()) {
            Kernel kernel = machine.kernel;
            Memcg group = machine.createMemcg("A");
            Task task = machine.spawn("t", group);
            long vpn = task.mmapAnon(-1, 1, Prot.READ_WRITE);
            task.touch(vpn, true);
            task.drainBatches();
            AtomicInteger moved = new AtomicInteger(FolioTable.NONE);

            Task by = machine.spawn("by", machine.root());
            by.enter();
            int list =
                    isolated(kernel, by.actor(), Pte.frame(task.mm().pageTable.lookup(vpn)));
            Tiering tiering = tiering(kernel, new Meanwhile(kernel, task, vpn, moved));
            long demoted =
                    tiering.demoter().demote(by.actor(), list, kernel.memory.node(0), new ReclaimRequest(group, 32));
            by.leave();
            tiering.close();

            assertThat(demoted).isEqualTo(1);
            FolioTable folios = kernel.memory.folios();
            assertThat(folios.unheld(moved.get())).isTrue();
            assertThat(folios.has(moved.get(), FolioFlags.LRU)).isFalse();
            assertThat(folios.has(moved.get(), FolioFlags.FREE)).isTrue();
        }
    }

    /** A list of one page, off its own. */
    private static int isolated(Kernel kernel, Actor actor, int folio) {
        FolioTable folios = kernel.memory.folios();
        Lruvec lruvec = kernel.lruvecs.of(folio);
        lruvec.lock.lock(actor);
        assertThat(folios.tryGet(folio)).isTrue();
        folios.clear(folio, FolioFlags.LRU);
        kernel.lists.remove(lruvec, folio);
        lruvec.lock.unlock(actor);
        int list = folios.newListHead();
        folios.listAdd(list, folio);
        return list;
    }

    private static Tiering tiering(Kernel kernel, LruGate gate) {
        FolioTable folios = kernel.memory.folios();
        FolioRelease release =
                new FolioRelease(folios, kernel.lists, kernel.rmap, kernel.memcgs, kernel.charge, kernel.allocator);
        Migration migration = new Migration(new Migration.Parts(
                folios,
                kernel.rules,
                kernel.rmap,
                kernel.allocator,
                kernel.swap,
                kernel.files,
                gate,
                kernel.lists,
                kernel.batches,
                release));
        return new Tiering(
                kernel.memory,
                kernel.tiers,
                migration,
                kernel.memcgs,
                kernel.config.tiering,
                kernel.config.hz,
                (actor, node) -> {});
    }
}
