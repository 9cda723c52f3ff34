package org.multigen.addrspace;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.multigen.base.Locks;

/** Finds a file or an anonymous family by the number that folios store. Changed by atomic operations, read without a lock. */
public final class MappableTable {
    private final Locks locks;
    private final Numbered files = new Numbered();
    private final Numbered families = new Numbered();
    private final AtomicInteger nextFile = new AtomicInteger(1);
    private final AtomicInteger nextFamily = new AtomicInteger(1);
    private final ConcurrentLinkedQueue<Integer> freeFamilies = new ConcurrentLinkedQueue<>();

    /** An array that grows in chunks, so that readers never see it move. */
    private static final class Numbered {
        private static final int SHIFT = 12;
        private static final int CHUNK = 1 << SHIFT;
        private static final int CHUNKS = 1 << 16;

        private final AtomicReferenceArray<@Nullable AtomicReferenceArray<@Nullable Mappable>> chunks =
                new AtomicReferenceArray<>(CHUNKS);
        private final AtomicInteger end = new AtomicInteger();

        @Nullable
        Mappable get(int i) {
            AtomicReferenceArray<@Nullable Mappable> chunk = chunks.get(i >>> SHIFT);
            return chunk == null ? null : chunk.get(i & CHUNK - 1);
        }

        void set(int i, @Nullable Mappable m) {
            AtomicReferenceArray<@Nullable Mappable> chunk = chunks.get(i >>> SHIFT);
            if (chunk == null) {
                chunks.compareAndSet(i >>> SHIFT, null, new AtomicReferenceArray<>(CHUNK));
                chunk = chunks.get(i >>> SHIFT);
            }
            if (chunk == null) {
                throw new IllegalStateException();
            }
            chunk.set(i & CHUNK - 1, m);
            end.accumulateAndGet(i + 1, Math::max);
        }

        List<Mappable> present() {
            List<Mappable> result = new ArrayList<>();
            for (int i = 0; i < end.get(); i++) {
                Mappable m = get(i);
                if (m != null) {
                    result.add(m);
                }
            }
            return result;
        }
    }

    public MappableTable() {
        this(Locks.VIRTUAL);
    }

    /**
     * @param locks of the machine
     */
    public MappableTable(Locks locks) {
        this.locks = locks;
    }

    Locks locks() {
        return locks;
    }

    /** A number for a new file. */
    public int newFileId() {
        return nextFile.getAndIncrement();
    }

    /** Makes a file known; before it is mapped. */
    public void register(Mappable file) {
        file.use(locks);
        files.set(file.id(), file);
    }

    AnonFamily newFamily(long base) {
        Integer reused = freeFamilies.poll();
        int number = reused != null ? reused : nextFamily.getAndIncrement();
        AnonFamily family = new AnonFamily(-number, base, locks.real());
        family.use(locks);
        families.set(number, family);
        return family;
    }

    /** A family without mappings goes, at once or with the last page that carries its number. */
    void release(AnonFamily family) {
        family.orphan = true;
        releaseIfUnused(family);
    }

    /** A page of a family has gone or the family's last mapping has; whoever comes last gives the number back. */
    void releaseIfUnused(AnonFamily family) {
        if (family.orphan && family.folios() == 0 && family.gone()) {
            families.set(-family.id(), null);
            freeFamilies.add(-family.id());
        }
    }

    /** All registered files. */
    public List<Mappable> files() {
        return files.present();
    }

    /** All families that have mappings or folios. */
    public List<Mappable> families() {
        return families.present();
    }

    /** The file or family of a folio's mapping number, or null. */
    public @Nullable Mappable byId(int id) {
        return id > 0 ? files.get(id) : id < 0 ? families.get(-id) : null;
    }
}
