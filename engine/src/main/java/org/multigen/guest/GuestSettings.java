package org.multigen.guest;

/**
 * How a guest's MMU is built.
 *
 * @param name for messages
 * @param pages guest-physical pages at most, over all slots
 * @param lock discipline of its lock
 * @param hwAccessed the hardware sets accessed bits in second-level tables; without, a page that was cleared faults at its next use
 * @param nestedFirst first guest page of a nested guest's memory
 * @param nestedPages pages of it, touched through shadow tables; 0: no nested guest
 * @param ageShadow shadow tables take part in ageing, under the lock; else only in eviction
 * @param flushesYoung the question at eviction flushes TLBs for what was young
 * @param tlbEntries translations that a vCPU caches, a power of two
 * @param threads locks are real, not modelled
 */
public record GuestSettings(
        String name,
        long pages,
        Arch arch,
        LockDiscipline lock,
        boolean hwAccessed,
        long nestedFirst,
        long nestedPages,
        boolean ageShadow,
        boolean flushesYoung,
        int tlbEntries,
        boolean threads) {
    /** Second-level TLB entries of today's servers: 1.5 to 3 thousand. */
    public static final int DEFAULT_TLB = 2048;

    public GuestSettings {
        require(pages > 0 && pages < 1L << 31, name + ": " + pages + " pages, expected 1 or more");
        require(Integer.bitCount(tlbEntries) == 1, name + ": a TLB of " + tlbEntries + ", expected a power of two");
        boolean inside = nestedPages >= 0 && nestedFirst >= 0;
        require(inside, name + ": nested guest of " + nestedPages + " pages, expected 0 or more");
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException("guest " + message);
        }
    }

    /** A guest with the given lock and nothing special. */
    public static GuestSettings of(String name, long pages, Arch arch, LockDiscipline lock) {
        return new GuestSettings(name, pages, arch, lock, true, 0, 0, false, true, DEFAULT_TLB, false);
    }

    public GuestSettings withoutAccessedBits() {
        return new GuestSettings(
                name, pages, arch, lock, false, nestedFirst, nestedPages, ageShadow, flushesYoung, tlbEntries, threads);
    }

    public GuestSettings nested(long first, long count, boolean age) {
        return new GuestSettings(
                name, pages, arch, lock, hwAccessed, first, count, age, flushesYoung, tlbEntries, threads);
    }

    public GuestSettings underThreads() {
        return new GuestSettings(
                name,
                pages,
                arch,
                lock,
                hwAccessed,
                nestedFirst,
                nestedPages,
                ageShadow,
                flushesYoung,
                tlbEntries,
                true);
    }

    public GuestSettings flushing(boolean flushes) {
        return new GuestSettings(
                name, pages, arch, lock, hwAccessed, nestedFirst, nestedPages, ageShadow, flushes, tlbEntries, threads);
    }

    public GuestSettings tlb(int entries) {
        return new GuestSettings(
                name,
                pages,
                arch,
                lock,
                hwAccessed,
                nestedFirst,
                nestedPages,
                ageShadow,
                flushesYoung,
                entries,
                threads);
    }
}
