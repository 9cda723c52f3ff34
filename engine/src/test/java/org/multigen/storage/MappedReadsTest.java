package org.multigen.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.multigen.addrspace.AddressSpace;
import org.multigen.addrspace.Vma;
import org.multigen.base.Lock;
import org.multigen.base.Rng;
import org.multigen.memory.FolioTable;

/** Faults on a mapped file as a process would take them, without a page table: which pages get mapped, what is read. */
class MappedReadsTest {
    private static final long BASE = 0x10000000L;

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
            vma = mm.map(BASE, file.pages(), org.multigen.addrspace.Prot.READ, Vma.SHARED | flags, file, 0);
            mapped = new boolean[(int) file.pages()];
        }

        void touch(long index) {
            if (mapped[(int) index]) {
                return;
            }
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
            reset();
        }

        private void reset() {
            out.retry = false;
            out.major = false;
            out.countsAsMajor = false;
        }

        int present() {
            int n = 0;
            for (boolean b : mapped) {
                n += b ? 1 : 0;
            }
            return n;
        }

        String folios() {
            TreeMap<Integer, Integer> sizes = new TreeMap<>();
            for (int i = 0; i < mapped.length; i++) {
                if (mapped[i]) {
                    int size = world.folios.pages(world.folios.folioOf(file.cache().page(i)));
                    sizes.merge(size, 1, Integer::sum);
                }
            }
            StringBuilder b = new StringBuilder();
            sizes.forEach((s, n) -> b.append(b.isEmpty() ? "" : " ").append(s).append(':').append(n / s));
            return b.toString();
        }
    }

    @Test
    void trial() {
        for (String kernel : new String[] {"6.1", "6.12", "6.18", "7.2"}) {
            try (StorageWorld w = new StorageWorld(kernel, 115_000)) {
                Mapping m = new Mapping(w, w.ext4(8192, 32), 0);
                for (int i = 0; i < 1024; i++) {
                    m.touch(i);
                }
                System.out.println(kernel + " min=" + m.minor + " maj=" + m.major + " res="
                        + m.file.cache().present() + " " + m.folios());
                Mapping s = new Mapping(w, w.ext4(8192, 32), Vma.SEQ_READ);
                for (int i = 0; i < 1024; i++) {
                    s.touch(i);
                }
                System.out.println(kernel + " seq min=" + s.minor + " maj=" + s.major + " res="
                        + s.file.cache().present() + " " + s.folios());
                OpenFile f = new OpenFile(m.file);
                for (int i = 0; i < 512; i++) {
                    w.files.read(w.actor, w.group, f, 4096 + i, 1);
                }
                System.out.println(kernel + " res=" + m.file.cache().present());
            }
        }
        try (StorageWorld w = new StorageWorld("7.2", 115_000)) {
            Mapping m = new Mapping(w, w.ext4(49152, 32), 0);
            Rng rng = new Rng(1);
            int n = 49152;
            int[] perm = new int[n];
            double[] cdf = new double[n];
            double sum = 0;
            for (int k = 0; k < n; k++) {
                sum += StrictMath.pow(k + 1, -0.99);
                cdf[k] = sum;
                perm[k] = k;
            }
            for (int k = 0; k < n; k++) {
                cdf[k] /= sum;
            }
            for (int i = n - 1; i > 0; i--) {
                int j = (int) rng.below(i + 1);
                int t = perm[i];
                perm[i] = perm[j];
                perm[j] = t;
            }
            for (int t = 0; t < 100_000; t++) {
                double u = rng.unit();
                int lo = 0;
                int hi = n - 1;
                while (lo < hi) {
                    int mid = (lo + hi) / 2;
                    if (cdf[mid] > u) {
                        hi = mid;
                    } else {
                        lo = mid + 1;
                    }
                }
                m.touch(perm[lo]);
            }
            System.out.println("q_none 7.2 maj=" + m.major + " min=" + m.minor + " present=" + m.present() + " res="
                    + m.file.cache().present() + " " + m.folios());
        }
    }
}
