package org.multigen.guest;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which host pages a guest's pages are. Slots are added before the guest runs and do not overlap; dirty logging is switched per
 * slot. Kernel: struct kvm_memory_slot.
 */
final class MemorySlots {
    /**
     * A slot.
     *
     * @param gpn first guest page
     * @param vpn first host page
     * @param dirty bitmap of pages written since the log was last read, or null without a log
     */
    static final class Slot {
        final long gpn;
        final long pages;
        final long vpn;
        private volatile java.util.concurrent.atomic.@Nullable AtomicLongArray dirty;

        Slot(long gpn, long pages, long vpn) {
            this.gpn = gpn;
            this.pages = pages;
            this.vpn = vpn;
        }

        boolean holds(long page) {
            return page >= gpn && page < gpn + pages;
        }

        long vpnOf(long page) {
            return vpn + page - gpn;
        }

        long gpnOf(long hostPage) {
            return gpn + hostPage - vpn;
        }

        boolean logs() {
            return dirty != null;
        }

        void startLog() {
            dirty = new java.util.concurrent.atomic.AtomicLongArray((int) ((pages + 63) / 64));
        }

        void stopLog() {
            dirty = null;
        }

        void markDirty(long page) {
            java.util.concurrent.atomic.AtomicLongArray log = dirty;
            if (log != null) {
                int i = (int) (page - gpn);
                log.accumulateAndGet(i / 64, 1L << (i & 63), (a, b) -> a | b);
            }
        }

        /** Takes the word of a log that covers 64 pages. */
        long takeDirty(int word) {
            java.util.concurrent.atomic.AtomicLongArray log = dirty;
            return log == null ? 0 : log.getAndSet(word, 0);
        }
    }

    private final List<Slot> slots = new ArrayList<>();

    /**
     * Adds a slot.
     *
     * @throws IllegalArgumentException if it is empty or overlaps another one, in the guest or on the host
     */
    Slot add(long gpn, long pages, long vpn) {
        if (pages <= 0 || gpn < 0 || vpn < 0) {
            throw new IllegalArgumentException("memory slot at guest page " + gpn + " has " + pages
                    + " pages; expected at least 1 page, from 0 on");
        }
        for (Slot s : slots) {
            boolean guest = gpn < s.gpn + s.pages && s.gpn < gpn + pages;
            boolean host = vpn < s.vpn + s.pages && s.vpn < vpn + pages;
            if (guest || host) {
                throw new IllegalArgumentException("memory slots overlap " + (guest ? "in the guest" : "on the host")
                        + ": pages " + (guest ? gpn : vpn) + ".." + ((guest ? gpn : vpn) + pages - 1) + " and "
                        + (guest ? s.gpn : s.vpn) + ".." + ((guest ? s.gpn : s.vpn) + s.pages - 1));
            }
        }
        Slot slot = new Slot(gpn, pages, vpn);
        slots.add(slot);
        return slot;
    }

    /** The slot of a guest page. */
    @Nullable
    Slot of(long gpn) {
        for (Slot s : slots) {
            if (s.holds(gpn)) {
                return s;
            }
        }
        return null;
    }

    List<Slot> all() {
        return slots;
    }

    long pages() {
        return slots.stream().mapToLong(s -> s.pages).sum();
    }
}
