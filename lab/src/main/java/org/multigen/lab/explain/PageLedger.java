package org.multigen.lab.explain;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.multigen.addrspace.Vma;
import org.multigen.fault.Touch;
import org.multigen.lru.Lruvec;
import org.multigen.machine.Machine;
import org.multigen.machine.Task;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.memory.PageLog;
import org.multigen.pagetable.Pte;
import org.multigen.storage.BackingFile;

/**
 * Keeps for each page the decision that led to its last absence, as the engine logs them, and tells an account what the metric
 * counted, with the cause. Two words per page that was touched, four per frame, one per swap slot.
 */
final class PageLedger implements PageLog {
    private static final int CAUSE = 40;
    private static final int BY = 48;
    private static final long TIME = (1L << 40) - 1;
    private static final int GENERATIONS = 4;
    /** In place of who evicted. */
    private static final int NOBODY = -1;

    private static final Cause[] CAUSES = Cause.values();

    private final Machine machine;
    private final FolioTable folios;
    private final PageIds ids;
    private final Areas areas;
    private final Account account;
    private final Stays stays;
    private final PageWords lastTouch = new PageWords();
    /** When a page left, why and by whom; 0 if it never did. */
    private final PageWords absence = new PageWords();

    private final Map<Integer, Integer> processes = new HashMap<>();
    private final Map<Integer, Integer> files = new HashMap<>();
    private long[] slotOwner = new long[0];
    private long[] unmapped = new long[8];
    private int unmappedCount;
    private int unmappedFolio = FolioTable.NONE;
    private long now;

    PageLedger(Machine machine, PageIds ids, Areas areas, Account account) {
        this.machine = machine;
        this.folios = machine.rooms().folios();
        this.ids = ids;
        this.areas = areas;
        this.account = account;
        this.stays = new Stays(folios.frames());
        folios.setLog(this);
    }

    // ---- touches

    /** Touches a page for a task of the scenario, its {@code ordinal}-th. */
    int touch(int byTask, long ordinal, Task task, long vpn, boolean write) {
        now++;
        long page = virtual(task.mm().id, vpn);
        if (lastTouch.get(page) == 0) {
            areas.met(page, task.mm(), vpn);
        }
        account.begin(byTask, ordinal, page);
        int outcome = task.touch(vpn, write);
        if (account.end() && outcome < Touch.SEGV) {
            account.had(outcome == Touch.RESIDENT ? placeOf(task, vpn) : Place.OTHER_FAULT);
        }
        lastTouch.set(page, now);
        return outcome;
    }

    /** A touch of a process that has ended. */
    void skip(int byTask, long ordinal) {
        account.begin(byTask, ordinal, PageIds.NONE);
        if (account.end()) {
            account.had(Place.NOT_TOUCHED);
        }
    }

    private Place placeOf(Task task, long vpn) {
        long entry = task.mm().pageTable.lookup(vpn);
        if (!Pte.mapsPage(entry)) {
            return Place.WAITING;
        }
        int folio = folios.folioOf(Pte.frame(entry));
        long flags = folios.flags(folio);
        if ((flags & FolioFlags.UNEVICTABLE) != 0) {
            return Place.UNEVICTABLE;
        }
        int gen = FolioFlags.gen(flags);
        if (gen < 0) {
            boolean listed =
                    (flags & FolioFlags.LRU) != 0 && !machine.rooms().multigen().enabled();
            return !listed ? Place.WAITING : (flags & FolioFlags.ACTIVE) != 0 ? Place.ACTIVE : Place.INACTIVE;
        }
        Lruvec lruvec = machine.lruvecs().of(folio);
        long max = machine.rooms().multigen().maxSeq(lruvec);
        long min = machine.rooms().multigen().minSeq(lruvec, FolioFlags.type(flags));
        long age = Math.floorMod(max - gen, GENERATIONS);
        boolean seen = stays.has(folio, Stays.MOVED);
        if (age == 0) {
            return seen ? Place.YOUNGEST_SEEN : Place.YOUNGEST_NEW;
        }
        if (age >= max - min) {
            return seen ? Place.OLDEST_SEEN : Place.OLDEST_NEW;
        }
        return seen ? Place.MIDDLE_SEEN : Place.MIDDLE_NEW;
    }

    // ---- names

    private long virtual(int space, long vpn) {
        Integer owner = processes.get(space);
        if (owner == null) {
            owner = ids.ofProcess(nameOf(space));
            processes.put(space, owner);
        }
        return PageIds.id(owner, vpn);
    }

    private String nameOf(int space) {
        for (Task t : machine.tasks()) {
            if (t.mm().id == space) {
                return t.name();
            }
        }
        return "space " + space;
    }

    private long filePage(int file, long index) {
        Integer owner = files.get(file);
        if (owner == null) {
            owner = ids.ofFile(machine.mappables().byId(file) instanceof BackingFile f ? f.path() : "file " + file);
            files.put(file, owner);
        }
        return PageIds.id(owner, index);
    }

    // ---- coming in

    @Override
    public void holdsAnon(int folio, int space, long vpn) {
        stays.own(folio, virtual(space, vpn));
    }

    @Override
    public void holdsFile(int folio, int pages, int file, long index) {
        for (int i = 0; i < pages; i++) {
            stays.own(folio + i, filePage(file, index + i));
        }
    }

    @Override
    public void cameIn(int folio, int how) {
        stays.cameIn(folio, how, now);
    }

    @Override
    public void swappedIn(int slot, int folio) {
        long page = slot < slotOwner.length ? slotOwner[slot] : PageIds.NONE;
        if (stays.owner(folio) == PageIds.NONE || folios.mapping(folio) == 0) {
            stays.own(folio, page);
        }
        if (account.counted() == Counted.SWAP_IN) {
            occurAbsent(page);
        }
    }

    @Override
    public void refaulted(int folio, boolean counted, boolean activated) {
        stays.mark(folio, Stays.REFAULTED | (activated ? Stays.ACTIVATED : 0));
        boolean asked = switch (account.counted()) {
            case REFAULT, REFAULT_ANON, REFAULT_FILE -> true;
            default -> false;
        };
        if (counted && asked && account.counted().counts(FolioFlags.type(folios.flags(folio)))) {
            for (int i = 0; i < folios.pages(folio); i++) {
                occurAbsent(stays.owner(folio + i));
            }
        }
    }

    /** Something happened to a page because it had been evicted. */
    private void occurAbsent(long page) {
        long word = absence.get(page);
        Cause cause = word == 0 ? Cause.SWAPPED_BEFORE_FORK : causeOf(word);
        account.occur(page, PageIds.NONE, cause, byOf(word), sinceLastUse(page));
    }

    private int sinceLastUse(long page) {
        long last = lastTouch.get(page);
        return last == 0 ? 0 : Distance.bucket(now - last);
    }

    // ---- being looked at

    @Override
    public void used(int folio, int by, boolean moved) {
        stays.seen(folio, by, moved);
    }

    @Override
    public void deactivated(int folio) {
        stays.mark(folio, Stays.DEACTIVATED);
    }

    @Override
    public void advisedCold(int folio, boolean free) {
        stays.cold(folio, now);
    }

    @Override
    public void scanned(int folio, int generations, int tier) {
        boolean asked = switch (account.counted()) {
            case SCAN, SCAN_ANON, SCAN_FILE -> true;
            default -> false;
        };
        if (asked && account.counted().counts(FolioFlags.type(folios.flags(folio)))) {
            for (int i = 0; i < folios.pages(folio); i++) {
                long page = stays.owner(folio + i);
                account.occur(page, PageIds.NONE, lookCause(stays.lastKept(folio)), 0, sinceLastUse(page));
            }
        }
        stays.scanned(folio, generations, tier);
    }

    private static Cause lookCause(int lastKept) {
        return switch (lastKept) {
            case PageLog.IN_USE -> Cause.LOOK_AFTER_USE;
            case PageLog.DIRTY -> Cause.LOOK_AFTER_DIRTY;
            case PageLog.IN_WRITEBACK -> Cause.LOOK_AFTER_WRITEBACK;
            case PageLog.TIER -> Cause.LOOK_AFTER_TIER;
            case PageLog.NO_SWAP -> Cause.LOOK_AFTER_NO_SWAP;
            case PageLog.HELD -> Cause.LOOK_AFTER_HELD;
            default -> Cause.LOOK_FIRST;
        };
    }

    @Override
    public void kept(int folio, int why) {
        stays.kept(folio, why);
    }

    // ---- leaving

    @Override
    public void unmapped(int folio, int space, long vpn, boolean young, int vmaFlags) {
        long page = virtual(space, vpn);
        stays.usedAt(folio, lastTouch.get(page));
        if (young) {
            boolean ignored = (vmaFlags & (Vma.RAND_READ | Vma.SEQ_READ | Vma.NOREUSE)) != 0;
            stays.mark(folio, ignored ? Stays.YOUNG_IGNORED : Stays.YOUNG);
        }
        leave(page, Cause.STILL_IN_MEMORY, NOBODY);
        if (folio != unmappedFolio) {
            unmappedFolio = folio;
            unmappedCount = 0;
        }
        if (unmappedCount == unmapped.length) {
            unmapped = Arrays.copyOf(unmapped, unmappedCount * 2);
        }
        unmapped[unmappedCount++] = page;
    }

    @Override
    public void swappedOut(int folio, int pages, int slot) {
        if (slot + pages > slotOwner.length) {
            int before = slotOwner.length;
            slotOwner = Arrays.copyOf(slotOwner, Math.max(slot + pages, Math.max(1 << 10, before * 2)));
            Arrays.fill(slotOwner, before, slotOwner.length, PageIds.NONE);
        }
        for (int i = 0; i < pages; i++) {
            long page = stays.owner(folio + i);
            slotOwner[slot + i] = page;
            if (account.counted() == Counted.SWAP_OUT) {
                account.occur(page, PageIds.NONE, evictionCause(folio), 0, sinceLastUse(page));
            }
        }
    }

    @Override
    public void evicted(int folio, int pages, int by) {
        Cause cause = evictionCause(folio);
        boolean asked =
                steals() && by != PageLog.ADVICE && account.counted().counts(FolioFlags.type(folios.flags(folio)));
        for (int i = 0; i < pages; i++) {
            long page = stays.owner(folio + i);
            leave(page, cause, by);
            if (asked) {
                account.occur(page, PageIds.NONE, cause, by + 1, sinceLastUse(page));
            }
        }
        if (folio == unmappedFolio) {
            boolean anon = folios.isAnon(folio) || (folios.flags(folio) & FolioFlags.SWAPBACKED) != 0;
            for (int i = 0; anon && i < unmappedCount; i++) {
                leave(unmapped[i], cause, by);
            }
        }
        unmappedFolio = FolioTable.NONE;
        account.evicted(cause, pages);
    }

    private void leave(long page, Cause cause, int by) {
        absence.set(page, now & TIME | (long) cause.ordinal() << CAUSE | (long) (by + 1) << BY);
    }

    @Override
    public void moved(int from, int to, int pages) {
        for (int i = 0; i < pages; i++) {
            stays.moved(from + i, to + i);
        }
    }

    @Override
    public void demoted(int to, int pages) {
        if (steals() && account.counted().counts(FolioFlags.type(folios.flags(to)))) {
            for (int i = 0; i < pages; i++) {
                long page = stays.owner(to + i);
                account.occur(page, PageIds.NONE, Cause.DEMOTED, NOBODY + 1, sinceLastUse(page));
            }
        }
    }

    private boolean steals() {
        return switch (account.counted()) {
            case STEAL, STEAL_ANON, STEAL_FILE -> true;
            default -> false;
        };
    }

    @Override
    public void remapped(int space, long from, long to, long pages) {
        for (long i = 0; i < pages; i++) {
            long was = virtual(space, from + i);
            if (lastTouch.get(was) != 0 || absence.get(was) != 0) {
                lastTouch.set(virtual(space, to + i), lastTouch.get(was));
                absence.set(virtual(space, to + i), absence.get(was));
            }
        }
    }

    @Override
    public void discarded(int space, long vpn) {
        leave(virtual(space, vpn), Cause.GIVEN_UP, NOBODY);
    }

    @Override
    public void dropped(int folio) {
        for (int i = 0; i < folios.pages(folio); i++) {
            leave(stays.owner(folio + i), Cause.DROPPED, NOBODY);
        }
    }

    /** Which of the causes of an eviction it was; the first that fits. */
    private Cause evictionCause(int folio) {
        if (folios.isAnon(folio) && !folios.has(folio, FolioFlags.SWAPBACKED)) {
            return Cause.FREED_ON_ADVICE;
        }
        if (stays.coldSinceLastUse(folio)) {
            return Cause.COLD_ON_ADVICE;
        }
        if (stays.has(folio, Stays.YOUNG_IGNORED)) {
            return Cause.YOUNG_IGNORED;
        }
        if (stays.has(folio, Stays.YOUNG)) {
            return Cause.YOUNG_NOT_ASKED;
        }
        boolean used = stays.usedSince(folio);
        if (!used && stays.how(folio) == PageLog.AHEAD && !stays.has(folio, Stays.DESCRIPTOR)) {
            return Cause.AHEAD_UNUSED;
        }
        if (!used && stays.has(folio, Stays.DESCRIPTOR)) {
            return Cause.DESCRIPTOR_ONLY;
        }
        return stays.fromGenerations(folio) ? fromGenerations(folio, used) : fromInactive(folio, used);
    }

    private Cause fromGenerations(int folio, boolean used) {
        if (!used) {
            return Cause.GENERATION_NEW;
        }
        int by = stays.seenBy(folio);
        if (by < 0) {
            return Cause.USE_NOT_SEEN;
        }
        if (!stays.has(folio, Stays.MOVED)) {
            return Cause.ONE_SIGHTING;
        }
        return switch (by) {
            case PageLog.BY_WALK -> Cause.AGED_AFTER_WALK;
            case PageLog.BY_LOOK_AROUND -> Cause.AGED_AFTER_LOOK_AROUND;
            default -> Cause.AGED_AFTER_RMAP;
        };
    }

    private Cause fromInactive(int folio, boolean used) {
        if (stays.has(folio, Stays.DEACTIVATED)) {
            return Cause.DEACTIVATED;
        }
        if (used) {
            return Cause.INACTIVE_SECOND_CHANCE;
        }
        boolean far = stays.has(folio, Stays.REFAULTED) && !stays.has(folio, Stays.ACTIVATED);
        return far ? Cause.INACTIVE_FAR : Cause.INACTIVE_NEW;
    }

    private static Cause causeOf(long word) {
        return CAUSES[(int) (word >>> CAUSE) & 0xff];
    }

    private static int byOf(long word) {
        return word == 0 ? 0 : (int) (word >>> BY) & 7;
    }

    // ---- faults

    @Override
    public void faulted(int space, long vpn, int found, boolean major, int file, long index) {
        boolean asked = switch (account.counted()) {
            case MAJOR_FAULTS -> major;
            case MINOR_FAULTS -> !major;
            case FAULTS -> true;
            default -> false;
        };
        if (!asked) {
            return;
        }
        long virtual = virtual(space, vpn);
        boolean ofFile = found == PageLog.FILE && major;
        long page = ofFile ? filePage(file, index) : virtual;
        long word = absence.get(page);
        account.occur(page, virtual, missCause(found, major, ofFile, word), byOf(word), sinceLastUse(virtual));
    }

    private static Cause missCause(int found, boolean major, boolean ofFile, long word) {
        switch (found) {
            case PageLog.SWAP_ENTRY -> {
                return !major ? Cause.STILL_IN_MEMORY : word == 0 ? Cause.SWAPPED_BEFORE_FORK : causeOf(word);
            }
            case PageLog.NOTHING -> {
                return word == 0 ? Cause.FIRST_TOUCH : causeOf(word);
            }
            case PageLog.FILE -> {
                if (ofFile) {
                    return word == 0 ? Cause.FIRST_READ : causeOf(word);
                }
                return word == 0 ? Cause.MAPPED_LATE : causeOf(word);
            }
            case PageLog.WRITE_PROTECTED -> {
                return Cause.FIRST_STORE;
            }
            default -> {
                return Cause.MAPPED_BY_OTHERS;
            }
        }
    }
}
