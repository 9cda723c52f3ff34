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
    /** No mapping is left. */
    volatile boolean orphan;

    private final AtomicBoolean gone = new AtomicBoolean();

    AnonFamily(int id, long base) {
        super(id);
        this.base = base;
    }

    /** Folios that carry its number. */
    public int folios() {
        return folios.get();
    }

    void joined() {
        folios.getAndIncrement();
    }

    /** A folio less carries its number; true if it was the last. */
    boolean left() {
        return folios.decrementAndGet() == 0;
    }

    /** True for the one who is to give its number back. */
    boolean gone() {
        return gone.compareAndSet(false, true);
    }
}
