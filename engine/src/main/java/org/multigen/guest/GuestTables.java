package org.multigen.guest;

import org.multigen.base.Actor;

/**
 * The tables of one guest: its second-level ones and the shadow tables of a nested guest, over one arena, with the grace periods
 * after which tables are used again.
 */
final class GuestTables implements AutoCloseable {
    /** Free tables are poisoned while assertions are on, as they are in tests. */
    private static final boolean POISONS = GuestTables.class.desiredAssertionStatus();
    /** Tables that may wait for a grace period beside those in use. */
    private static final int SPARE_TABLES = 4096;

    final GuestTable table;
    final GuestTable shadow;

    private final TableArena arena;
    private final GracePeriods grace;
    private final long nestedFirst;
    private final long nestedPages;

    GuestTables(GuestSettings settings) {
        nestedFirst = settings.nestedFirst();
        nestedPages = settings.nestedPages();
        long leafTables = settings.pages() / GuestTable.HUGE_PAGES + 1;
        // Slots may lie apart: two upper tables each are ample.
        arena = new TableArena((int) (2 * leafTables + SPARE_TABLES), POISONS);
        grace = new GracePeriods(arena::give);
        boolean lockBits = settings.lock().lockBit();
        table = new GuestTable(arena, grace, settings.hwAccessed(), lockBits);
        shadow = new GuestTable(arena, grace, settings.hwAccessed(), lockBits);
    }

    /** The one that maps a guest page. */
    GuestTable of(long gpn) {
        return nested(gpn) ? shadow : table;
    }

    boolean nested(long gpn) {
        return gpn >= nestedFirst && gpn - nestedFirst < nestedPages;
    }

    boolean hasNested() {
        return nestedPages > 0;
    }

    /** Whether a page of [first, end) belongs to the nested guest. */
    boolean nestedTouches(long first, long end) {
        return nestedPages > 0 && first < nestedFirst + nestedPages && nestedFirst < end;
    }

    /** Until {@link #leave} no table that the actor may find is used again. */
    void enter(Actor actor) {
        grace.enter(actor.id);
    }

    void leave(Actor actor) {
        grace.exit(actor.id);
    }

    /** Gives back tables whose grace period is over. */
    void poll() {
        grace.poll();
    }

    /** In use or waiting to be freed. */
    int used() {
        return arena.used();
    }

    @Override
    public void close() {
        arena.close();
    }
}
