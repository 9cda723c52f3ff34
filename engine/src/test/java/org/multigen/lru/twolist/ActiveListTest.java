package org.multigen.lru.twolist;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.multigen.addrspace.AddressSpace;
import org.multigen.addrspace.MappedFile;
import org.multigen.addrspace.Prot;
import org.multigen.base.Actor;
import org.multigen.base.Lock;
import org.multigen.base.Words;
import org.multigen.lru.Lruvec;
import org.multigen.lru.ReclaimRequest;
import org.multigen.memory.FolioFlags;
import org.multigen.pagetable.PageTable;
import org.multigen.pagetable.Pte;
import org.multigen.pagetable.TableAccounting;
import org.multigen.pagetable.TablePool;

class ActiveListTest {
    /** Pages of a file, each in a mapping of its own. */
    private static final class MappedPages implements AutoCloseable {
        private static final long BASE = 0x1000;

        private final SmallNode n;
        private final TablePool pool = new TablePool(64);
        private final AddressSpace mm;
        private final MappedFile file;

        MappedPages(SmallNode n) {
            this.n = n;
            TableAccounting none = new TableAccounting() {
                @Override
                public int tableNeeded(Actor actor) {
                    return 0;
                }

                @Override
                public void tableFreed(Actor actor, int frame) {}
            };
            PageTable table = new PageTable(pool, none, 4);
            this.mm = new AddressSpace(1, "x", table, n.mappables, Lock.virtual("mmap"), n.group.id());
            this.file = new MappedFile(n.mappables.newFileId(), false) {};
            n.mappables.register(file);
        }

        int map(int index, Prot prot, boolean young) {
            long vpn = BASE + 2L * index;
            mm.map(vpn, 1, prot, 0, file, index);
            int folio = n.page(SmallNode.LOW_ZONE, SmallNode.ACTIVE_FILE);
            n.folios.setMapping(folio, file.id(), index);
            n.folios.addMappings(folio, 1);
            PageTable table = mm.pageTable;
            table.install(table.ensureEntry(n.actor, vpn, 0), Pte.of(folio, Pte.PRESENT | (young ? Pte.ACCESSED : 0)));
            return folio;
        }

        boolean young(int index) {
            return Pte.young(Words.getLong(mm.pageTable.leafAt(BASE + 2L * index)));
        }

        @Override
        public void close() {
            pool.close();
        }
    }

    private static ReclaimRequest request(SmallNode n) {
        ReclaimRequest request = new ReclaimRequest(n.group, 32);
        request.priority = 0;
        request.mayDeactivateFile = true;
        n.frees = folio -> false;
        return request;
    }

    @Test
    void ofPagesInUseOnlyExecutableFilePagesStay() {
        try (SmallNode n = new SmallNode("6.12", false);
                MappedPages f = new MappedPages(n)) {
            int code = f.map(0, Prot.READ_EXEC, true);
            int idleCode = f.map(1, Prot.READ_EXEC, false);
            int data = f.map(2, Prot.READ, true);
            n.lru.shrink(n.actor, n.lruvec, request(n));
            assertThat(n.listed(Lruvec.ACTIVE_FILE)).containsExactly(code);
            assertThat(n.listed(Lruvec.INACTIVE_FILE)).containsExactlyInAnyOrder(idleCode, data);
            assertThat(f.young(0)).isFalse();
            assertThat(f.young(2)).isFalse();
            assertThat(n.has(code, FolioFlags.WORKINGSET)).isFalse();
            assertThat(n.has(data, FolioFlags.WORKINGSET)).isTrue();
            // the page that stays is put back as an active one: the clock ticks
            assertThat(n.of(n.group).nonresidentAge()).isEqualTo(1);
        }
    }

    @Test
    void aPageThatSomebodyHasLockedGoesDownUnasked() {
        try (SmallNode n = new SmallNode("6.12", false);
                MappedPages f = new MappedPages(n)) {
            int code = f.map(0, Prot.READ_EXEC, true);
            n.folios.set(code, FolioFlags.LOCKED);
            n.lru.shrink(n.actor, n.lruvec, request(n));
            assertThat(n.listed(Lruvec.INACTIVE_FILE)).containsExactly(code);
            assertThat(f.young(0)).isTrue();
        }
    }

    @Test
    void pagesLockedInMemoryAreSortedOut() {
        try (SmallNode n = new SmallNode("6.12", false)) {
            int page = n.page(SmallNode.LOW_ZONE, SmallNode.ACTIVE_FILE);
            n.folios.set(page, FolioFlags.MLOCKED);
            n.lru.shrink(n.actor, n.lruvec, request(n));
            n.batches.drain(n.actor);
            assertThat(n.lruvec.size(Lruvec.UNEVICTABLE)).isEqualTo(1);
            assertThat(n.listed(Lruvec.ACTIVE_FILE)).isEmpty();
        }
    }
}
