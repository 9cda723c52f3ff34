package org.multigen.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.multigen.addrspace.Prot;
import org.multigen.machine.Machine;
import org.multigen.machine.SwapConfig;
import org.multigen.machine.Task;
import org.multigen.memcg.Memcg;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.memory.NodeConfig;
import org.multigen.pagetable.Pte;

/** The check finds what was broken on purpose, one rule at a time. */
class MmInvariantsTest {
    private static final long VPN = 0x1000;

    private Machine machine;
    private Memcg group;
    private Task task;
    private FolioTable folios;
    private int folio;

    @BeforeEach
    void build() {
        machine = Machine.builder()
                .kernel("6.12")
                .node(NodeConfig.ofPages(0, 2048))
                .swap(new SwapConfig(SwapConfig.Kind.ZRAM, "lzo-rle", 512, 1))
                .build();
        group = machine.createMemcg("A");
        task = machine.spawn("t", group);
        task.mmapAnon(VPN, 64, Prot.READ_WRITE);
        for (long vpn = VPN; vpn < VPN + 64; vpn++) {
            task.touch(vpn, true);
        }
        task.drainBatches();
        folios = machine.rooms().folios();
        folio = Pte.frame(task.mm().pageTable.lookup(VPN));
        assertThat(MmInvariants.check(machine)).isEmpty();
    }

    @AfterEach
    void close() {
        machine.close();
    }

    private List<String> broken() {
        return MmInvariants.check(machine).stream().map(Broken::rule).distinct().toList();
    }

    @Test
    void mapCount() {
        folios.addMappings(folio, 1);
        assertThat(broken()).contains("map count");
    }

    @Test
    void referenceCount() {
        folios.get(folio);
        assertThat(broken()).contains("reference count");
    }

    @Test
    void generationBooks() {
        long flags = folios.flags(folio);
        folios.casFlags(folio, flags, FolioFlags.withGen(flags, (FolioFlags.gen(flags) + 1) % 4));
        assertThat(broken()).contains("generation sizes");
    }

    @Test
    void pageOnNoList() {
        folios.listDel(folio);
        assertThat(broken()).contains("lists");
    }

    @Test
    void lruvecSize() {
        machine.lruvecs().of(group, 0).addSize(0, 0, 1);
        assertThat(broken()).contains("lruvec sizes");
    }

    @Test
    void usage() {
        machine.rooms().charge().uncharge(group, 1);
        assertThat(broken()).contains("memcg usage");
    }

    @Test
    void amountsOfMemoryStat() {
        group.add(Memcg.State.ANON, 1);
        assertThat(broken()).contains("memory.stat ANON");
    }

    @Test
    void reverseMap() {
        folios.setMapping(folio, folios.mapping(folio), folios.index(folio) + 200);
        assertThat(broken()).contains("reverse map");
    }

    @Test
    void residentPages() {
        task.mm().addAnonPages(1);
        assertThat(broken()).contains("resident anon");
    }

    @Test
    void writableButShared() {
        folios.clear(folio, FolioFlags.EXCLUSIVE);
        assertThat(broken()).contains("exclusive");
    }

    @Test
    void slotReferences() throws Exception {
        machine.writeCgroupFile("A", "memory.reclaim", "65536");
        long entry = 0;
        for (long vpn = VPN; !Pte.isSwap(entry); vpn++) {
            entry = task.mm().pageTable.lookup(vpn);
        }
        assertThat(broken()).isEmpty();
        machine.swap().duplicate(Pte.slot(entry));
        assertThat(broken()).contains("slot references");
    }

    @Test
    void frameFreeAndMapped() {
        machine.rooms().folios().addMappings(folio, -1);
        machine.memory().allocator().free(machine.memory().zoneOf(folio), folio);
        assertThat(broken()).contains("free and in use");
    }

    @Test
    void freeingTwiceIsReportedOncePerSiteAndNotDone() {
        long free = machine.memory().node(0).freePages();
        for (int i = 0; i < 3; i++) {
            machine.memory().allocator().free(machine.memory().zoneOf(folio), folio);
        }
        assertThat(machine.memory().node(0).freePages()).isEqualTo(free);
        assertThat(machine.warnings().all()).singleElement().satisfies(w -> {
            assertThat(w.count()).isEqualTo(3);
            assertThat(w.text()).contains("frame " + folio).contains("seed 1");
        });
    }

    @Test
    void requireNamesWhatIsBroken() {
        task.mm().addSwapEntries(1);
        assertThatThrownBy(() -> MmInvariants.require(machine))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("swap entries: t: 1, expected 0");
    }
}
