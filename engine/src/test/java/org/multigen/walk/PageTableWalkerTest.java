package org.multigen.walk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multigen.addrspace.AddressSpace;
import org.multigen.addrspace.MappableTable;
import org.multigen.addrspace.Prot;
import org.multigen.addrspace.Vma;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.Lock;
import org.multigen.base.Words;
import org.multigen.guest.AgingPolicy;
import org.multigen.guest.SecondaryAging;
import org.multigen.pagetable.PageTable;
import org.multigen.pagetable.Pte;
import org.multigen.pagetable.TableAccounting;
import org.multigen.pagetable.TablePool;
import org.multigen.rules.KernelRules;
import org.multigen.rules.Kernels;

/** One address space under a walk, page by page; the sink takes every page but those it is told to reject. */
class PageTableWalkerTest {
    private static final long PMD = PageTable.PMD_PAGES;
    private static final long PUD = PageTable.PUD_PAGES;

    private final TablePool pool = new TablePool(8192);
    private final Actor actor = new Actor("walker", 0, 0, new long[Cost.values().length]);
    private final Sink sink = new Sink();
    private WalkSettings settings = WalkSettings.KERNEL;
    private AddressSpace mm = space(4);
    private int frame;

    @AfterEach
    void free() {
        pool.close();
    }

    private AddressSpace space(int levels) {
        TableAccounting none = new TableAccounting() {
            @Override
            public int tableNeeded(Actor a) {
                return 0;
            }

            @Override
            public void tableFreed(Actor a, int f) {}
        };
        PageTable table = new PageTable(pool, none, levels);
        return new AddressSpace(1, "mm", table, new MappableTable(), Lock.virtual("mmap"), 1);
    }

    private static final class Sink implements YoungFrames {
        final List<Integer> young = new ArrayList<>();
        final Set<Integer> rejected = new TreeSet<>();
        int flushes;
        boolean current = true;

        @Override
        public int candidate(MmWalk walk, int frame, Vma vma) {
            return rejected.contains(frame) ? REJECT : frame;
        }

        @Override
        public int pages(int folio) {
            return 1;
        }

        @Override
        public void young(MmWalk walk, int folio, boolean dirty) {
            young.add(folio);
            walk.batched++;
        }

        @Override
        public void flush(Actor actor, MmWalk walk) {
            flushes++;
            walk.batched = 0;
        }

        @Override
        public boolean current(MmWalk walk) {
            return current;
        }
    }

    /** Maps pages, young and of rising frames, with holes of unmapped address space between them. */
    private void map(long vpn, long pages) {
        mm.map(vpn, pages, Prot.READ_WRITE, 0, null, 0);
        for (long p = vpn; p < vpn + pages; p++) {
            touchNew(p);
        }
    }

    private void touchNew(long vpn) {
        long at = mm.pageTable.ensureEntry(actor, vpn, 0);
        mm.pageTable.install(at, Pte.of(++frame, Pte.PRESENT | Pte.WRITABLE | Pte.ACCESSED | Pte.DIRTY));
    }

    private MmWalk walk(String kernel, boolean force) {
        MmWalk walk = new MmWalk(1);
        walk.seq = 3;
        walk.swappiness = 60;
        walk.forceScan = force;
        sink.young.clear();
        sink.flushes = 0;
        BloomFilter filter = new BloomFilter(settings.filter());
        KernelRules rules = Kernels.find(kernel);
        SecondaryAging guests = new SecondaryAging(AgingPolicy.LANDED, rules.walkAsksSecondaryMmu());
        new PageTableWalker(rules, settings, sink, guests).walk(actor, mm, walk, filter, true);
        return walk;
    }

    private static int stat(MmWalk walk, WalkStat stat) {
        return walk.stats[stat.ordinal()];
    }

    private List<Integer> allFrames() {
        List<Integer> all = new ArrayList<>();
        for (int i = 1; i <= frame; i++) {
            all.add(i);
        }
        return all;
    }

    // ---- tiny mappings

    /** 4,000 mappings of one page, five pages apart: 40 tables. */
    private void manyTiny() {
        for (int i = 0; i < 4000; i++) {
            map(PUD + 5L * i, 1);
        }
    }

    @Test
    void finishesAllMappingsOfATableBeforeItClimbs() {
        manyTiny();
        long before = actor.costEvents(Cost.WALK_TABLE);
        MmWalk walk = walk("6.12", true);
        assertThat(sink.young).isEqualTo(allFrames());
        assertThat(actor.costEvents(Cost.WALK_TABLE) - before).isEqualTo((4000 * 5 + PMD - 1) / PMD);
        assertThat(stat(walk, WalkStat.NONLEAF_FOUND)).isEqualTo(40);
    }

    @Test
    void withoutBatchingItComesBackForEachMapping() {
        manyTiny();
        settings = new WalkSettings(FilterSettings.KERNEL, true, false, true, 4096, 64, 8);
        long before = actor.costEvents(Cost.WALK_TABLE);
        MmWalk walk = walk("6.12", true);
        assertThat(sink.young).as("the pages are the same").isEqualTo(allFrames());
        assertThat(actor.costEvents(Cost.WALK_TABLE) - before).isEqualTo(4000);
        assertThat(stat(walk, WalkStat.LEAF_TOTAL)).isEqualTo(4000);
    }

    // ---- the ends of the address space

    @ParameterizedTest
    @ValueSource(ints = {4, 5})
    void survivesTheTopOfTheAddressSpace(int levels) {
        mm = space(levels);
        long top = mm.pageTable.pages();
        map(0, 3);
        map(top / 2 - 2, 4);
        map(top - PUD - 1, 2);
        map(top - 5, 5);
        for (String kernel : List.of("v10", "6.1", "6.12", "6.18", "7.2")) {
            for (boolean batching : List.of(true, false)) {
                settings = new WalkSettings(FilterSettings.KERNEL, true, batching, true, 4096, 64, 8);
                young();
                walk(kernel, true);
                assertThat(sink.young).as(kernel).isEqualTo(allFrames());
            }
        }
    }

    private void young() {
        mm.pageTable.visit(new PageTable.Visitor() {
            @Override
            public void entry(long vpn, long entry, int level) {
                assertThat(mm.pageTable.touch(vpn, false)).isTrue();
            }

            @Override
            public void table(int level, int f, int used, int found) {}
        });
    }

    // ---- chunks

    @Test
    void aFullBatchEndsAChunkAtTheEndOfItsGibibyte() {
        settings = new WalkSettings(FilterSettings.KERNEL, true, true, true, 64, 64, 8);
        for (int i = 0; i < 4; i++) {
            map(i * PUD + 17, 100);
        }
        walk("6.12", true);
        assertThat(sink.young).as("resumed where it stopped").isEqualTo(allFrames());
        assertThat(sink.flushes).isEqualTo(4);
        young();
        settings = WalkSettings.KERNEL;
        walk("6.12", true);
        assertThat(sink.flushes).as("400 pages are no full batch").isEqualTo(1);
    }

    @Test
    void stopsBetweenChunksWhenTheGenerationMovedOnSince6_12() {
        settings = new WalkSettings(FilterSettings.KERNEL, true, true, true, 64, 64, 8);
        map(17, 100);
        sink.current = false;
        walk("6.1", true);
        assertThat(sink.young).hasSize(100);
        young();
        walk("6.12", true);
        assertThat(sink.young).isEmpty();
    }

    @Test
    void leavesAnAddressSpaceAloneWhoseLockIsHeld() {
        map(17, 100);
        Actor writer = new Actor("writer", 1, 1, new long[Cost.values().length]);
        mm.mmapLock.lock(writer);
        walk("6.12", true);
        assertThat(sink.young).isEmpty();
        mm.mmapLock.unlock(writer);
        walk("6.12", true);
        assertThat(sink.young).hasSize(100);
    }

    // ---- entries

    @Test
    void rejectedEntriesKeepTheirAccessedBit() {
        map(PMD, 16);
        sink.rejected.add(5);
        long special = mm.pageTable.leafAt(PMD + 7);
        mm.pageTable.replace(special, Pte.PRESENT | Pte.ACCESSED | Pte.SPECIAL);
        MmWalk walk = walk("6.12", true);
        assertThat(sink.young).hasSize(14).doesNotContain(5, 8);
        assertThat(stat(walk, WalkStat.LEAF_TOTAL)).isEqualTo(16);
        assertThat(stat(walk, WalkStat.LEAF_YOUNG)).isEqualTo(14);
        assertThat(Pte.young(mm.pageTable.lookup(PMD + 4))).as("rejected").isTrue();
        assertThat(Pte.young(mm.pageTable.lookup(PMD + 7))).as("zero page").isTrue();
        assertThat(Pte.young(mm.pageTable.lookup(PMD))).as("taken").isFalse();
    }

    @Test
    void anEntryWithoutPermissionKeepsItsMapping() {
        mm.map(PMD, 16, Prot.NONE, 0, null, 0);
        touchNew(PMD + 1);
        walk("6.12", true);
        assertThat(sink.young).as("no access: the mapping is skipped").isEmpty();
    }

    @Test
    void skipsMappingsThatTellNothing() {
        int[] flags = {Vma.HUGETLB, Vma.LOCKED, Vma.SPECIAL, Vma.GATE, Vma.SEQ_READ, Vma.RAND_READ};
        for (int i = 0; i < flags.length; i++) {
            mm.map(PMD * (i + 1) * 2, 1, Prot.READ_WRITE, flags[i], null, 0);
            touchNew(PMD * (i + 1) * 2);
        }
        map(PMD * 40, 1);
        walk("6.12", true);
        assertThat(sink.young).containsExactly(flags.length + 1);
    }

    @Test
    void nonLeafBitsAreUsedAndClearedUnlessForced() {
        map(PMD, 512);
        map(PMD * 4, 512);
        for (long vpn : new long[] {PMD, PMD * 4}) {
            Words.andLong(mm.pageTable.entryAt(vpn, 1), ~Pte.ACCESSED);
        }
        mm.pageTable.touch(PMD + 3, false);
        walk("6.12", false);
        assertThat(sink.young).as("only below the young entry").hasSize(512);
        assertThat(Pte.young(Words.getLong(mm.pageTable.entryAt(PMD, 1)))).isFalse();
        young();
        walk("6.12", true);
        assertThat(sink.young).as("forced: both").hasSize(1024);
        young();
        Words.andLong(mm.pageTable.entryAt(PMD, 1), ~Pte.ACCESSED);
        Words.andLong(mm.pageTable.entryAt(PMD * 4, 1), ~Pte.ACCESSED);
        walk("6.1", true);
        assertThat(sink.young).as("the first kernels look at them even then").isEmpty();
    }

    @Test
    void findsSingleEntriesInSparseTables() {
        mm.map(0, PUD * 4, Prot.READ_WRITE, 0, null, 0);
        for (long vpn = 0; vpn < PUD * 4; vpn += 7 * PMD) {
            touchNew(vpn + vpn % 511);
        }
        MmWalk walk = walk("6.12", true);
        assertThat(sink.young).isEqualTo(allFrames());
        assertThat(stat(walk, WalkStat.LEAF_YOUNG)).isEqualTo(frame);
    }
}
