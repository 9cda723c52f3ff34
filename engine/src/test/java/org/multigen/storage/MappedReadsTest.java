package org.multigen.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.multigen.addrspace.AddressSpace;
import org.multigen.addrspace.Prot;
import org.multigen.addrspace.Vma;
import org.multigen.base.Lock;
import org.multigen.base.Rng;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;

/** Faults on a mapped file as a process would take them, without a page table: which pages get mapped, what is read. */
class MappedReadsTest {
    private static final long BASE = 1L << 28;

    /** A process that maps a whole file from a 1 GiB boundary on. */
    private static final class Mapping {
        final StorageWorld world;
        final BackingFile file;
        final Vma vma;
        final boolean[] mapped;
        final FaultOutcome out = new FaultOutcome();
        final MapAround around = new MapAround();
        int minor;
        int major;

        @SuppressWarnings("NullAway") // no page table: nobody unmaps here
        Mapping(StorageWorld world, BackingFile file, int flags) {
            this.world = world;
            this.file = file;
            AddressSpace mm = new AddressSpace(1, "x", null, world.mappables, Lock.virtual("mm"), 0);
            vma = mm.map(BASE, file.pages(), Prot.READ, Vma.SHARED | flags, file, 0);
            mapped = new boolean[(int) file.pages()];
        }

        void touch(long index) {
            if (mapped[(int) index]) {
                return;
            }
            out.clear();
            do {
                world.files.around(file, vma, BASE + index, out.retry, around);
                for (int i = 0; i < around.count(); i++) {
                    mapped[(int) (around.vpn(i) - BASE)] = true;
                }
                if (mapped[(int) index]) {
                    break;
                }
                int page = world.files.faultPage(world.actor, world.group, file, index, vma, out);
                assertThat(page).isNotEqualTo(FolioTable.NONE);
                mapped[(int) index] = !out.retry;
            } while (out.retry);
            if (out.major || out.countsAsMajor) {
                major++;
            } else {
                minor++;
            }
        }

        String sizes() {
            TreeMap<Integer, Integer> sizes = new TreeMap<>();
            for (int i = 0; i < mapped.length; i++) {
                if (mapped[i]) {
                    int size =
                            world.folios.pages(world.folios.folioOf(file.cache().page(i)));
                    sizes.merge(size, 1, Integer::sum);
                }
            }
            StringBuilder b = new StringBuilder();
            sizes.forEach((s, n) ->
                    b.append(b.isEmpty() ? "" : " ").append(s).append(':').append(n / s));
            return b.toString();
        }
    }

    /** 1024 pages touched in ascending order, as recorded; SEQ_READ is advice SEQUENTIAL. */
    @ParameterizedTest
    @CsvSource({
        "6.1,0,32,33,1:1024",
        "6.12,0,64,1,1:1024",
        "6.18,0,35,1,1:32 4:8 16:2 32:29",
        "7.2,0,35,1,1:32 4:8 16:2 32:29",
        "6.1,1,31,33,1:1024",
        "6.12,1,63,1,1:1024",
        "6.18,1,34,1,1:32 4:8 16:2 32:29",
        "7.2,1,34,1,1:32 4:8 16:2 32:29"
    })
    void anAscendingRead(String kernel, int sequential, int minor, int major, String sizes) {
        try (StorageWorld w = new StorageWorld(kernel, 16_384)) {
            Mapping m = new Mapping(w, w.ext4(8192, 32), sequential == 1 ? Vma.SEQ_READ : 0);
            for (int i = 0; i < 1024; i++) {
                m.touch(i);
            }
            assertThat(m.minor).isEqualTo(minor);
            assertThat(m.major).isEqualTo(major);
            assertThat(m.sizes()).isEqualTo(sizes);
            assertThat(m.file.cache().present()).isEqualTo(1056);
        }
    }

    /** The last folio of a file is not mapped whole: one fault more than folios and windows. */
    @ParameterizedTest
    @CsvSource({"6.12,128", "6.18,68", "7.2,68"})
    void aFileReadToItsEnd(String kernel, int minor) {
        try (StorageWorld w = new StorageWorld(kernel, 16_384)) {
            BackingFile file = w.ext4(2048, 32);
            Mapping first = new Mapping(w, file, 0);
            Mapping second = new Mapping(w, file, 0);
            for (int i = 0; i < 2048; i++) {
                first.touch(i);
            }
            for (int i = 0; i < 2048; i++) {
                second.touch(i);
            }
            assertThat(first.minor).isEqualTo(minor);
            assertThat(second.minor).isEqualTo(minor);
            assertThat(second.major).isZero();
        }
    }

    @Test
    void adviceRandomReadsSinglePages() {
        try (StorageWorld w = new StorageWorld("7.2", 16_384)) {
            Mapping m = new Mapping(w, w.ext4(4096, 32), Vma.RAND_READ);
            for (int i = 2048; i < 2304; i++) {
                m.touch(i);
            }
            assertThat(m.major).isEqualTo(256);
            assertThat(m.file.cache().present()).isEqualTo(256);
            assertThat(m.file.mapped().mmapMiss).isZero();
        }
    }

    @Test
    void executableMappingsAreReadForwardWithinTheMapping() {
        try (StorageWorld w = new StorageWorld("7.2", 16_384)) {
            BackingFile file = w.ext4(100, 32);
            Mapping m = new Mapping(w, file, Vma.EXEC | Vma.RAND_READ);
            m.touch(50);
            assertThat(w.map(file, 49, 83)).isEqualTo("." + "o".repeat(32) + ".");
            assertThat(file.mapped().mmapMiss).isZero();
        }
    }

    /** Misses raise the counter, hits lower it; what counts as a hit differs. */
    @ParameterizedTest
    @CsvSource({"6.1,0", "6.12,0", "7.2,1"})
    void theCounterOfMisses(String kernel, int left) {
        try (StorageWorld w = new StorageWorld(kernel, 16_384)) {
            Mapping m = new Mapping(w, w.ext4(4096, 32), 0);
            m.touch(100);
            assertThat(m.file.mapped().mmapMiss).isEqualTo(left);
        }
    }

    @ParameterizedTest
    @CsvSource({"6.1,0", "6.12,1"})
    void pagesOfTheWorkingSetAreNoHits(String kernel, int left) {
        try (StorageWorld w = new StorageWorld(kernel, 16_384)) {
            BackingFile file = w.ext4(4096, 32);
            Mapping m = new Mapping(w, file, 0);
            m.touch(1000);
            for (int i = 984; i < 1016; i++) {
                w.folios.set(file.cache().page(i), FolioFlags.WORKINGSET);
            }
            file.mapped().mmapMiss = 1;
            new Mapping(w, file, 0).touch(1000);
            assertThat(file.mapped().mmapMiss).isEqualTo(left);
        }
    }

    @Test
    void aRefaultTellsTheShadow() {
        try (StorageWorld w = new StorageWorld("6.12", 16_384)) {
            BackingFile file = w.ext4(100, 0);
            Mapping m = new Mapping(w, file, 0);
            m.touch(5);
            w.evict(file.cache().page(5), 77);
            assertThat(file.cache().present()).isZero();
            assertThat(Shadow.value(file.cache().get(5))).isEqualTo(77);
            w.tell = true;
            m.mapped[5] = false;
            m.touch(5);
            int page = file.cache().page(5);
            assertThat(w.told).containsExactly("refault " + page, "add " + page);
        }
    }

    /**
     * 100,000 skewed reads of 49,152 pages with room for all: the newest kernel stops reading around. Recorded: 18516 major and
     * 219 minor faults, 22757 pages cached.
     */
    @Test
    void readAroundGivesUp() {
        try (StorageWorld w = new StorageWorld("7.2", 115_000)) {
            Mapping m = new Mapping(w, w.ext4(49_152, 32), 0);
            skewed(m, 49_152, 100_000);
            assertThat(m.major).isCloseTo(18_516, withinPercentage(0.05));
            assertThat(m.minor).isEqualTo(219);
            assertThat((int) m.file.cache().present()).isCloseTo(22_757, withinPercentage(0.05));
        }
    }

    private static void skewed(Mapping m, int n, int touches) {
        Rng rng = new Rng(1);
        int[] perm = new int[n];
        double[] cdf = new double[n];
        double sum = 0;
        for (int k = 0; k < n; k++) {
            sum += StrictMath.pow(k + 1, -0.99);
            cdf[k] = sum;
            perm[k] = k;
        }
        for (int i = n - 1; i > 0; i--) {
            int j = (int) rng.below(i + 1);
            int t = perm[i];
            perm[i] = perm[j];
            perm[j] = t;
        }
        for (int t = 0; t < touches; t++) {
            double u = rng.unit();
            int lo = 0;
            int hi = n - 1;
            while (lo < hi) {
                int mid = (lo + hi) / 2;
                if (cdf[mid] / sum > u) {
                    hi = mid;
                } else {
                    lo = mid + 1;
                }
            }
            m.touch(perm[lo]);
        }
    }
}
