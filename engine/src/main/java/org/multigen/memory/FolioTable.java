package org.multigen.memory;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.multigen.base.LockClass;
import org.multigen.base.LockOrder;
import org.multigen.base.Locks;
import org.multigen.base.OffHeap;
import org.multigen.base.Words;

/**
 * Metadata of every frame, 32 bytes each, off heap; a folio is named by the frame number ({@code pfn}) of its first page.
 *
 * <pre>
 *  0  flags    long  {@link FolioFlags}
 *  8  prev     int   neighbours on the one list that it is on
 * 12  next     int
 * 16  mapping  int   0 none, &gt;0 file, &lt;0 anonymous family; of a tail page: the head
 * 20  index    int   page offset within the mapping
 * 24  counts   int   bits 0..19 mappings, bits 20..30 references that are not mappings
 * 28  slot     int   swap slot + 1, 0 none
 * </pre>
 *
 * Flags and counts are changed by atomic operations wherever several threads use them; in virtual time one thread runs the whole
 * machine, and plain ones do. List links are guarded by the lru lock of the list's owner (or the
 * zone lock of a free list). Mapping, index and slot are written while the folio is locked or not yet visible.
 *
 * <p>A reference is taken where the folio cannot go away: under the lock of a table that maps it, of the cache that holds it, or
 * of the list that it is on ({@link #tryGet}). {@code docs/synchronization.md} has the whole protocol.
 *
 * <p>Slots above the last frame are list heads ({@link #newListHead}).
 */
public final class FolioTable implements AutoCloseable {
    public static final int NONE = -1;
    public static final int SIZE = 32;
    static final int FLAGS = 0;
    static final int PREV = 8;
    static final int NEXT = 12;
    static final int MAPPING = 16;
    static final int INDEX = 20;
    static final int COUNTS = 24;
    static final int SLOT = 28;
    private static final int MAP_MASK = (1 << 20) - 1;
    private static final int REF = 1 << 20;
    private static final int LIST_HEADS = 4 << 20;
    private static final long LOW_HALF = 0xffffffffL;
    private static final long HIGH_ONE = 1L << 32;
    private static final int SPINS = 64;
    private static final long PARK_NS = 20_000;
    private static final int UNMAP_ROUNDS = 500_000;

    private final long base;
    private final int frames;
    private volatile FrameContents contents = FrameContents.NONE;
    private PageLog log = PageLog.NONE;
    private final boolean shared;
    private final AtomicInteger heads = new AtomicInteger();
    /** Stack of list heads given back: the top in the lower half; the upper one changes with each take. */
    private final AtomicLong freeHeads = new AtomicLong(NONE & LOW_HALF);

    /**
     * @param frames number of frames of the machine, at most 2^31 - 4 Mi
     */
    public FolioTable(int frames) {
        this(frames, Locks.VIRTUAL);
    }

    /**
     * @param locks of the machine: whether folios are used by several threads
     */
    public FolioTable(int frames, Locks locks) {
        this.frames = frames;
        this.shared = locks.real();
        this.base = OffHeap.reserve(((long) frames + LIST_HEADS) * SIZE);
    }

    public int frames() {
        return frames;
    }

    /** Who follows what frames hold. */
    public FrameContents contents() {
        return contents;
    }

    /** Set before anything is mapped. */
    public void setContents(FrameContents listener) {
        contents = listener;
    }

    /** Who follows what becomes of pages. */
    public PageLog log() {
        return log;
    }

    /** Set while no actor runs. */
    public void setLog(PageLog listener) {
        log = listener;
    }

    private long at(int pfn) {
        return base + (long) pfn * SIZE;
    }

    // ---- flags

    public long flags(int pfn) {
        return Words.getLongOpaque(at(pfn) + FLAGS);
    }

    public boolean has(int pfn, long mask) {
        return (flags(pfn) & mask) != 0;
    }

    /** Sets flags; returns the word before. */
    public long set(int pfn, long mask) {
        long address = at(pfn) + FLAGS;
        if (shared) {
            return Words.orLong(address, mask);
        }
        long old = Words.getLong(address);
        Words.setLong(address, old | mask);
        return old;
    }

    /** Clears flags; returns the word before. */
    public long clear(int pfn, long mask) {
        long address = at(pfn) + FLAGS;
        if (shared) {
            return Words.andLong(address, ~mask);
        }
        long old = Words.getLong(address);
        Words.setLong(address, old & ~mask);
        return old;
    }

    public boolean casFlags(int pfn, long expected, long value) {
        long address = at(pfn) + FLAGS;
        if (shared) {
            return Words.casLong(address, expected, value);
        }
        boolean same = Words.getLong(address) == expected;
        if (same) {
            Words.setLong(address, value);
        }
        return same;
    }

    /** Clears {@code clear} and sets {@code set} in one step; returns the word before. */
    public long update(int pfn, long clear, long set) {
        long old;
        do {
            old = flags(pfn);
        } while (!casFlags(pfn, old, (old & ~clear) | set));
        return old;
    }

    void setFlagsPlain(int pfn, long flags) {
        Words.setLong(at(pfn) + FLAGS, flags);
    }

    public int pages(int pfn) {
        return FolioFlags.pages(flags(pfn));
    }

    public void setMemcg(int pfn, int id) {
        update(pfn, FolioFlags.MEMCG_MASK, (long) id << FolioFlags.MEMCG_SHIFT);
    }

    /** The folio that a frame belongs to: itself, or its head. */
    public int folioOf(int pfn) {
        return has(pfn, FolioFlags.TAIL) ? Words.getInt(at(pfn) + MAPPING) : pfn;
    }

    // ---- what it is a page of

    public int mapping(int pfn) {
        return Words.getInt(at(pfn) + MAPPING);
    }

    public int index(int pfn) {
        return Words.getInt(at(pfn) + INDEX);
    }

    public void setMapping(int pfn, int mapping, int index) {
        Words.setInt(at(pfn) + MAPPING, mapping);
        Words.setInt(at(pfn) + INDEX, index);
    }

    public boolean isAnon(int pfn) {
        return mapping(pfn) < 0;
    }

    /** The swap slot of a folio in the swap cache, else {@link #NONE}. */
    public int slot(int pfn) {
        return Words.getInt(at(pfn) + SLOT) - 1;
    }

    public void setSlot(int pfn, int slot) {
        Words.setInt(at(pfn) + SLOT, slot + 1);
    }

    // ---- counts: a frame is free when both are zero

    public int mapCount(int pfn) {
        return Words.getIntAcquire(at(pfn) + COUNTS) & MAP_MASK;
    }

    public int refCount(int pfn) {
        return Words.getIntAcquire(at(pfn) + COUNTS) >>> 20;
    }

    /** Neither mapped nor referred to. */
    public boolean unheld(int pfn) {
        return Words.getIntAcquire(at(pfn) + COUNTS) == 0;
    }

    public boolean mapped(int pfn) {
        return mapCount(pfn) != 0;
    }

    public void get(int pfn) {
        addCounts(pfn, REF);
    }

    /** Drops a reference; true if nothing holds the folio any more and the caller must free it. */
    public boolean put(int pfn) {
        return addCounts(pfn, -REF) == 0;
    }

    /** Adds mappings; true if there were none before. */
    public boolean addMappings(int pfn, int n) {
        return (addCounts(pfn, n) & MAP_MASK) == n;
    }

    /** Drops mappings; returns the counts left: see {@link #noMappings} and {@link #noHolders}. */
    public int dropMappings(int pfn, int n) {
        return addCounts(pfn, -n);
    }

    /** Of counts: nothing maps the folio. */
    public static boolean noMappings(int counts) {
        return (counts & MAP_MASK) == 0;
    }

    /** Of counts: nothing holds the folio any more, and who brought them down to this must free it. */
    public static boolean noHolders(int counts) {
        return counts == 0;
    }

    private int addCounts(int pfn, int delta) {
        long address = at(pfn) + COUNTS;
        if (shared) {
            return Words.addInt(address, delta);
        }
        int sum = Words.getInt(address) + delta;
        Words.setInt(address, sum);
        return sum;
    }

    /** Takes a reference unless the folio is being freed. */
    public boolean tryGet(int pfn) {
        long address = at(pfn) + COUNTS;
        if (!shared) {
            return Words.getInt(address) != 0 && addCounts(pfn, REF) != 0;
        }
        int old;
        do {
            old = Words.getIntAcquire(address);
            if (old == 0) {
                return false;
            }
        } while (!Words.casInt(address, old, old + REF));
        return true;
    }

    // ---- the lock bit, which only several threads need for themselves

    /** Under real threads, waits for the folio's lock, which whoever reclaims it or reads it in has. The caller holds a reference. */
    public void lockShared(int pfn) {
        if (shared) {
            assert LockOrder.acquiring(LockClass.FOLIO);
            for (int i = 0; (set(pfn, FolioFlags.LOCKED) & FolioFlags.LOCKED) != 0; i++) {
                pause(i);
            }
            assert LockOrder.acquired(LockClass.FOLIO);
        }
    }

    /**
     * Under real threads, waits until nobody has the folio's lock, in particular until it was read in. The caller holds a
     * reference. Kernel: folio_wait_locked.
     */
    public void awaitUnlocked(int pfn) {
        if (shared) {
            assert LockOrder.acquiring(LockClass.FOLIO);
            for (int i = 0; has(pfn, FolioFlags.LOCKED); i++) {
                pause(i);
            }
        }
    }

    /** Under real threads, waits for those who have taken out the last entries of a folio until they have said so. */
    public void awaitUnmapped(int pfn) {
        for (int i = 0; shared && mapped(pfn) && i < UNMAP_ROUNDS; i++) {
            pause(i);
        }
    }

    private static void pause(int round) {
        if (round < SPINS) {
            Thread.onSpinWait();
        } else {
            LockSupport.parkNanos(PARK_NS);
        }
    }

    /** Under real threads, takes the folio's lock if nobody has it; always true in virtual time. */
    public boolean tryLockShared(int pfn) {
        return !shared || tryLock(pfn);
    }

    /** Gives back what {@link #lockShared} or {@link #tryLockShared} took. */
    public void unlockShared(int pfn) {
        if (shared) {
            unlock(pfn);
        }
    }

    /** Takes the folio's lock if nobody has it. */
    public boolean tryLock(int pfn) {
        if ((set(pfn, FolioFlags.LOCKED) & FolioFlags.LOCKED) != 0) {
            return false;
        }
        assert LockOrder.acquired(LockClass.FOLIO);
        return true;
    }

    public void unlock(int pfn) {
        assert LockOrder.released(LockClass.FOLIO);
        clear(pfn, FolioFlags.LOCKED);
    }

    /** Several threads use the folios. */
    public boolean shared() {
        return shared;
    }

    /** Those of the machine. */
    public Locks locks() {
        return shared ? Locks.REAL : Locks.VIRTUAL;
    }

    // ---- lists: circular, with a head in the upper part of the table

    /** A new empty list. */
    public int newListHead() {
        int head = takeListHead();
        if (head == NONE) {
            head = frames + heads.getAndIncrement();
            if (head - frames >= LIST_HEADS) {
                throw new IllegalStateException("more than " + LIST_HEADS + " lists");
            }
        }
        link(head, head);
        return head;
    }

    private int takeListHead() {
        while (true) {
            long old = freeHeads.get();
            int head = (int) old;
            if (head == NONE) {
                return NONE;
            }
            // benign race: the head may be taken and linked meanwhile, and at worst nonsense is read; but then the
            // stack has changed and the step is repeated (FolioWordsStress)
            long now = (old & ~LOW_HALF) + HIGH_ONE | next(head) & LOW_HALF;
            if (freeHeads.compareAndSet(old, now)) {
                return head;
            }
        }
    }

    /** Gives back an empty list. */
    public void freeListHead(int head) {
        long old;
        do {
            old = freeHeads.get();
            Words.setInt(at(head) + NEXT, (int) old);
        } while (!freeHeads.compareAndSet(old, old & ~LOW_HALF | head & LOW_HALF));
    }

    public int next(int pfn) {
        return Words.getInt(at(pfn) + NEXT);
    }

    public int prev(int pfn) {
        return Words.getInt(at(pfn) + PREV);
    }

    public boolean listEmpty(int head) {
        return next(head) == head;
    }

    /** Adds at the head (young end). */
    public void listAdd(int head, int pfn) {
        int first = next(head);
        link(head, pfn);
        link(pfn, first);
    }

    /** Adds at the tail (old end). */
    public void listAddTail(int head, int pfn) {
        int last = prev(head);
        link(last, pfn);
        link(pfn, head);
    }

    public void listDel(int pfn) {
        link(prev(pfn), next(pfn));
    }

    /** The page at the tail; the list must not be empty. */
    public int listLast(int head) {
        return prev(head);
    }

    /** Moves everything of {@code from} behind the head of {@code to}, in order; {@code from} is empty afterwards. */
    public void listSplice(int from, int to) {
        if (!listEmpty(from)) {
            int first = next(from);
            int last = prev(from);
            int old = next(to);
            link(to, first);
            link(last, old);
            link(from, from);
        }
    }

    /** Moves everything of {@code from} to the tail of {@code to}, in order; {@code from} is empty afterwards. */
    public void listSpliceTail(int from, int to) {
        if (!listEmpty(from)) {
            int first = next(from);
            int last = prev(from);
            int old = prev(to);
            link(old, first);
            link(last, to);
            link(from, from);
        }
    }

    private void link(int a, int b) {
        Words.setInt(at(a) + NEXT, b);
        Words.setInt(at(b) + PREV, a);
    }

    @Override
    public void close() {
        OffHeap.release(base);
    }
}
