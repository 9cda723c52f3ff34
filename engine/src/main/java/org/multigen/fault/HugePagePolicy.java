package org.multigen.fault;

import java.util.Locale;
import org.multigen.addrspace.Vma;
import org.multigen.base.KernelError;

/**
 * /sys/kernel/mm/transparent_hugepage: which mappings get huge pages at first use. Read without a lock, written by the control.
 */
public final class HugePagePolicy {
    /** The values of the file {@code enabled}. */
    public enum Mode {
        ALWAYS,
        MADVISE,
        NEVER
    }

    private volatile Mode mode;

    public HugePagePolicy(Mode mode) {
        this.mode = mode;
    }

    public Mode mode() {
        return mode;
    }

    /**
     * Sets the mode.
     *
     * @throws KernelError EINVAL for anything but always, madvise, never
     */
    public void set(String value) throws KernelError {
        try {
            mode = Mode.valueOf(value.trim().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new KernelError(
                    "EINVAL",
                    "transparent_hugepage/enabled: '" + value.trim() + "', expected always, madvise or never");
        }
    }

    boolean wants(Vma vma) {
        if (vma.has(Vma.NOHUGEPAGE)) {
            return false;
        }
        return mode == Mode.ALWAYS || (mode == Mode.MADVISE && vma.has(Vma.HUGEPAGE));
    }
}
