package org.multigen.guest;

import java.util.ArrayList;
import java.util.List;
import org.multigen.base.Actor;
import org.multigen.guest.LockDiscipline.Mode;
import org.multigen.guest.LockDiscipline.Purpose;

/** Which guest pages were stored to, for live migration: what is mapped allows no stores until one has faulted. */
final class DirtyLog {
    private final MemorySlots slots;
    private final GuestTables tables;
    private final MmuLock lock;
    private final VcpuTlbs tlbs;

    DirtyLog(MemorySlots slots, GuestTables tables, MmuLock lock, VcpuTlbs tlbs) {
        this.slots = slots;
        this.tables = tables;
        this.lock = lock;
        this.tlbs = tlbs;
    }

    void start(Actor actor) {
        lock.enter(actor, Purpose.UNMAP, Mode.ALONE);
        for (MemorySlots.Slot s : slots.all()) {
            s.startLog();
            for (long gpn = s.gpn; gpn < s.gpn + s.pages; gpn++) {
                tables.of(gpn).writeProtect(gpn);
            }
        }
        tlbs.flush(actor);
        lock.exit(actor, Mode.ALONE);
    }

    /** Begins a log, or takes what the one that is kept holds. */
    void next(Actor actor) {
        if (slots.all().getFirst().logs()) {
            take(actor);
        } else {
            start(actor);
        }
    }

    void stop() {
        slots.all().forEach(MemorySlots.Slot::stopLog);
    }

    List<Long> take(Actor actor) {
        List<Long> pages = new ArrayList<>();
        lock.enter(actor, Purpose.UNMAP, Mode.ALONE);
        for (MemorySlots.Slot s : slots.all()) {
            for (int word = 0; word * 64L < s.pages; word++) {
                for (long bits = s.takeDirty(word); bits != 0; bits &= bits - 1) {
                    long gpn = s.gpn + word * 64L + Long.numberOfTrailingZeros(bits);
                    tables.of(gpn).writeProtect(gpn);
                    pages.add(gpn);
                }
            }
        }
        tlbs.flush(actor);
        lock.exit(actor, Mode.ALONE);
        return pages;
    }
}
