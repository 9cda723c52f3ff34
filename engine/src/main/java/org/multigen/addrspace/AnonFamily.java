package org.multigen.addrspace;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The mappings that may hold an anonymous page: the one it was first faulted in, and its copies by fork and split. Kernel:
 * struct anon_vma.
 */
public final class AnonFamily extends Mappable {
    /** Page offset that index 0 of its folios stands for. */
    final long base;
    /** Folios that carry its number; it is not given to another family while there are any. */
    private final AtomicInteger folios = new AtomicInteger();

    private final boolean shared;
    /** No mapping is left. */
    volatile boolean orphan;

    private final AtomicBoolean gone = new AtomicBoolean();

    AnonFamily(int id, long base, boolean shared) {
        super(id);
        this.shared = shared;
        this.base = base;
    }

    /** Folios that carry its number. */
    public int folios() {
        return folios.get();
    }

    void joined() {
        if (shared) {
            folios.getAndIncrement();
        } else {
            folios.setPlain(folios.getPlain() + 1);
        }
    }

    /** A folio less carries its number; true if it was the last. */
    boolean left() {
        if (shared) {
            return folios.decrementAndGet() == 0;
        }
        folios.setPlain(folios.getPlain() - 1);
        return folios.getPlain() == 0;
    }

    /** True for the one who is to give its number back. */
    boolean gone() {
        return gone.compareAndSet(false, true);
    }
}
