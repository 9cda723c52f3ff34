package org.multigen.guest;

import org.multigen.addrspace.SecondaryMmu.FastHook;

/**
 * How the lock of a guest's MMU is taken. Faults that map, unmaps before page-out and ageing each have a mode:
 *
 * <pre>
 *              exclusive  write   rw-writer  rw-reader  lockless  entry-bit  try-lock
 * fault        alone      shared  shared     shared     shared    shared     shared
 * unmap        alone      alone   alone      alone      alone     alone      alone
 * ageing       alone      alone   shared     shared     none      none       alone
 * fast hook    -          -       -          -          yes       yes        tries, gives up
 * </pre>
 *
 * Faults and ageing of shadow tables are always alone.
 */
public enum LockDiscipline {
    /** One lock, everybody alone. Kernel: KVM's mmu_lock as a spinlock, up to 5.11. */
    EXCLUSIVE("exclusive", Mode.ALONE, Mode.ALONE, FastHook.NONE, true),
    /** A read-write lock that ageing takes for writing. Kernel: KVM up to 6.12, and where lockless ageing is not selected. */
    WRITE("write", Mode.SHARED, Mode.ALONE, FastHook.NONE, true),
    /** A read-write lock that ageing takes for reading; a waiting writer goes before new readers. */
    RW_WRITER("rw-writer", Mode.SHARED, Mode.SHARED, FastHook.NONE, true),
    /** The same, but readers never wait for a waiting writer. */
    RW_READER("rw-reader", Mode.SHARED, Mode.SHARED, FastHook.NONE, false),
    /** Ageing takes no lock; tables are freed after a grace period. Kernel: KVM_MMU_LOCKLESS_AGING from 6.15 on, x86. */
    LOCKLESS("lockless", Mode.SHARED, Mode.NONE, FastHook.LOCKLESS, true),
    /** The same with one lock bit in each entry. Kernel: the bit lock of rmap heads. */
    ENTRY_BIT("entry-bit", Mode.SHARED, Mode.NONE, FastHook.LOCKLESS, true),
    /** As {@link #WRITE}, with a fast hook that tries the lock and gives up. */
    TRY_LOCK("try-lock", Mode.SHARED, Mode.ALONE, FastHook.TRY, true);

    /** In company or not. */
    enum Mode {
        NONE,
        SHARED,
        ALONE
    }

    /** What a lock is taken for; waits are kept apart. */
    public enum Purpose {
        /** A vCPU maps a page. */
        FAULT,
        /** The host is about to take pages away. */
        UNMAP,
        /** Accessed bits are looked at. */
        AGE;

        /** The name in metrics. */
        public String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private final String text;
    private final Mode fault;
    private final Mode age;
    private final FastHook fast;
    private final boolean writersFirst;

    LockDiscipline(String text, Mode fault, Mode age, FastHook fast, boolean writersFirst) {
        this.text = text;
        this.fault = fault;
        this.age = age;
        this.fast = fast;
        this.writersFirst = writersFirst;
    }

    /** The name in settings. */
    public String text() {
        return text;
    }

    /**
     * The discipline of a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static LockDiscipline named(String text) {
        for (LockDiscipline d : values()) {
            if (d.text.equals(text)) {
                return d;
            }
        }
        throw new IllegalArgumentException("unknown lock discipline " + text);
    }

    /** What a kernel's hypervisor does by itself. */
    public static LockDiscipline ofKernel(boolean agesLockless, Arch arch) {
        return agesLockless && arch == Arch.X86_64 ? LOCKLESS : WRITE;
    }

    Mode mode(Purpose purpose) {
        return switch (purpose) {
            case FAULT -> fault;
            case UNMAP -> Mode.ALONE;
            case AGE -> age;
        };
    }

    FastHook fastHook() {
        return fast;
    }

    boolean writersFirst() {
        return writersFirst;
    }

    boolean lockBit() {
        return this == ENTRY_BIT;
    }
}
