package org.multigen.addrspace;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.multigen.base.Actor;
import org.multigen.base.Guard;
import org.multigen.base.Lock;
import org.multigen.base.LockClass;
import org.multigen.pagetable.PageTable;

/**
 * An address space: mappings, page table, resident counts. Kernel: struct mm_struct.
 *
 * <p>Mappings change only under {@link #mmapLock}, which faults and walks share; page-table entries under the lock of their table;
 * resident counts are added to atomically by the thread that changes the entry.
 */
public final class AddressSpace {
    private static final VarHandle ANON;
    private static final VarHandle FILE;
    private static final VarHandle SHMEM;
    private static final VarHandle SWAP;
    private static final VarHandle USERS;

    static {
        try {
            MethodHandles.Lookup own = MethodHandles.lookup();
            ANON = own.findVarHandle(AddressSpace.class, "anonPages", long.class);
            FILE = own.findVarHandle(AddressSpace.class, "filePages", long.class);
            SHMEM = own.findVarHandle(AddressSpace.class, "shmemPages", long.class);
            SWAP = own.findVarHandle(AddressSpace.class, "swapEntries", long.class);
            USERS = own.findVarHandle(AddressSpace.class, "users", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    public final int id;
    public final String name;
    public final PageTable pageTable;
    public final Lock mmapLock;
    /** Several threads fault and reclaim here. */
    private final boolean shared;
    /** Id of the memcg that its owner belongs to: new pages are charged there and ageing of that group walks it. */
    public volatile int memcgId;
    /** Resident pages; changed by {@link #addAnonPages} and its like alone. */
    public volatile long anonPages;

    public volatile long filePages;
    public volatile long shmemPages;
    public volatile long swapEntries;
    /** Changed under the mmap lock. */
    public long lockedPages;
    /** Users; the address space is torn down when they reach 0. Kernel: mm_users. */
    public volatile int users = 1;
    /** The OOM reaper took its pages. */
    public volatile boolean reaped;
    /** It lost a process that is exiting. */
    public volatile boolean exiting;
    /** Its process was chosen by the OOM killer. */
    public volatile boolean oomVictim;
    /** Bit per node (modulo 64): used since the last walk of that node. Kernel: lru_gen.bitmap. */
    private final AtomicLong usedSinceWalk = new AtomicLong();
    /** The same since the last scan for accesses. */
    private final AtomicLong usedSinceScan = new AtomicLong();
    /** CPUs (modulo 64) on which it is the current address space. Kernel: mm_cpumask. */
    private final AtomicLong cpus = new AtomicLong();
    /** Place in the list of address spaces that ageing iterates; owned by that list. */
    public volatile @Nullable Object ageingLink;

    /** Where NUMA balancing stands in it; owned by that scan. */
    public @Nullable Object hintScan;

    final VmaTree vmas = new VmaTree();
    final MappableTable mappables;
    private final List<SecondaryMmu> secondary = new CopyOnWriteArrayList<>();
    /** Held while a mapping gets its first family, which faults do under the shared mmap lock. */
    private final Guard familyGuard;

    public AddressSpace(int id, String name, PageTable pageTable, MappableTable mappables, Lock mmapLock, int memcgId) {
        this.id = id;
        this.name = name;
        this.pageTable = pageTable;
        this.mappables = mappables;
        this.mmapLock = mmapLock;
        this.memcgId = memcgId;
        this.shared = mappables.locks().real();
        this.familyGuard = mappables.locks().guard(LockClass.MM_FAMILIES);
    }

    public VmaTree vmas() {
        return vmas;
    }

    /** The mapping that contains a page, or null. */
    public @Nullable Vma vma(long vpn) {
        return vmas.find(vpn);
    }

    /** A thread more uses it. */
    public void addUser() {
        USERS.getAndAdd(this, 1);
    }

    /** A user less; returns those left. The last one tears it down. */
    public int dropUser() {
        return (int) USERS.getAndAdd(this, -1) - 1;
    }

    // ---- counts

    public void addAnonPages(long n) {
        count(ANON, n);
    }

    public void addFilePages(long n) {
        count(FILE, n);
    }

    public void addShmemPages(long n) {
        count(SHMEM, n);
    }

    public void addSwapEntries(long n) {
        count(SWAP, n);
    }

    private void count(VarHandle field, long n) {
        if (shared) {
            field.getAndAdd(this, n);
        } else {
            field.set(this, (long) field.get(this) + n);
        }
    }

    /** A scheduler switched to a thread of it, or it was exec'd. Kernel: lru_gen_use_mm. */
    public void markUsed() {
        usedSinceWalk.set(-1L);
        usedSinceScan.set(-1L);
    }

    /** The same for scans for accesses, whose business ageing's is not. */
    public boolean takeScanUsage(int node) {
        long bit = 1L << (node & (Long.SIZE - 1));
        return (usedSinceScan.getAndUpdate(used -> used & ~bit) & bit) != 0;
    }

    /** A scan could not look at it: the next one shall. */
    public void keepScanUsage(int node) {
        usedSinceScan.updateAndGet(used -> used | 1L << (node & (Long.SIZE - 1)));
    }

    /** The usage hint of a node, left as it is. */
    public boolean usedSinceWalk(int node) {
        return (usedSinceWalk.get() >>> (node & (Long.SIZE - 1)) & 1) != 0;
    }

    /** Clears the usage hint of a node; true if it was set. */
    public boolean takeUsage(int node) {
        long bit = 1L << (node & (Long.SIZE - 1));
        return (usedSinceWalk.getAndUpdate(used -> used & ~bit) & bit) != 0;
    }

    /** A CPU took it up. */
    public void enterCpu(int cpu) {
        cpus.updateAndGet(mask -> mask | 1L << cpu);
    }

    /** A CPU took up another one. */
    public void leaveCpu(int cpu) {
        cpus.updateAndGet(mask -> mask & ~(1L << cpu));
    }

    /** It is the current address space of some CPU. */
    public boolean running() {
        return cpus.get() != 0;
    }

    /** CPUs (modulo 64) that may hold translations of it. */
    public long cpuMask() {
        return cpus.get();
    }

    public void subscribe(SecondaryMmu mmu) {
        secondary.add(mmu);
    }

    public void unsubscribe(SecondaryMmu mmu) {
        secondary.remove(mmu);
    }

    public boolean hasSecondaryMmu() {
        return !secondary.isEmpty();
    }

    public List<SecondaryMmu> secondaryMmus() {
        return secondary;
    }

    /** Before entries of [first, end) change: nobody else may use them until {@link #invalidated}. */
    public void invalidate(Actor actor, long first, long end, SecondaryMmu.Why why) {
        for (int i = 0; i < secondary.size(); i++) {
            secondary.get(i).invalidate(actor, first, end, why);
        }
    }

    /** The entries that {@link #invalidate} announced have changed. */
    public void invalidated(Actor actor, long first, long end) {
        for (int i = 0; i < secondary.size(); i++) {
            secondary.get(i).invalidated(actor, first, end);
        }
    }

    // ---- what others find mappings through

    /**
     * Keeps walks of the reverse map from looking while a mapping or the place of its entries changes: else they would miss pages that
     * are mapped all the time. Under the mmap lock. Kernel: take_rmap_locks, vma_prepare.
     *
     * @return what to give to {@link #unlockReverseMaps}
     */
    public List<VmaIndex> lockReverseMaps(Vma vma) {
        if (!mappables.locks().real()) {
            return List.of();
        }
        List<VmaIndex> locked = new ArrayList<>(1 + vma.families.size());
        if (vma.file != null) {
            locked.add(vma.file.vmas());
        }
        for (AnonFamily f : vma.families) {
            locked.add(f.vmas());
        }
        locked.forEach(VmaIndex::write);
        return locked;
    }

    public void unlockReverseMaps(List<VmaIndex> locked) {
        locked.forEach(VmaIndex::writeDone);
    }

    // ---- mappings

    /** Adds a mapping over a free range, merging it with neighbours of the same kind. Kernel: vma_merge. */
    public Vma map(long start, long pages, Prot prot, int extraFlags, @Nullable MappedFile file, long pgoff) {
        int flags = Vma.flagsOf(prot) | extraFlags;
        long offset = file == null ? start : pgoff;
        Vma before = start > 0 ? vmas.find(start - 1) : null;
        if (before != null && before.end == start && mergeable(before, flags, file, offset)) {
            resize(before, before.start, start + pages, before.pgoff);
            return mergeWithNext(before);
        }
        Vma vma = new Vma(this, start, start + pages, flags, offset, file);
        vmas.insert(vma);
        link(vma);
        return mergeWithNext(vma);
    }

    private static boolean mergeable(Vma a, int flags, @Nullable MappedFile file, long pgoff) {
        return a.flags == flags && a.file == file && a.offsetOf(a.end) == pgoff;
    }

    /** Joins a mapping with its right neighbour where nothing distinguishes them. */
    Vma mergeWithNext(Vma vma) {
        Vma next = vmas.find(vma.end);
        if (next == null || !mergeable(vma, next.flags, next.file, next.pgoff) || !familiesCompatible(vma, next)) {
            return vma;
        }
        List<VmaIndex> locked = lockReverseMaps(vma);
        List<VmaIndex> others = lockReverseMaps(next);
        adoptFamilies(vma, next);
        long end = next.end;
        unlink(next);
        vmas.remove(next);
        resize(vma, vma.start, end, vma.pgoff);
        unlockReverseMaps(others);
        unlockReverseMaps(locked);
        return vma;
    }

    private static boolean familiesCompatible(Vma a, Vma b) {
        return a.family == b.family && a.families.equals(b.families) || a.families.isEmpty() || b.families.isEmpty();
    }

    private static void adoptFamilies(Vma into, Vma from) {
        if (into.families.isEmpty()) {
            into.family = from.family;
            for (AnonFamily f : from.families) {
                into.families.add(f);
                f.vmas().add(into);
            }
        }
    }

    /** Splits the mapping around a page so that a mapping starts there; does nothing if one does. Kernel: split_vma. */
    public void splitAt(long vpn) {
        Vma vma = vmas.find(vpn);
        if (vma == null || vma.start == vpn) {
            return;
        }
        List<VmaIndex> locked = lockReverseMaps(vma);
        Vma upper = new Vma(this, vpn, vma.end, vma.flags, vma.offsetOf(vpn), vma.file);
        resize(vma, vma.start, vpn, vma.pgoff);
        vmas.insert(upper);
        link(upper);
        shareFamilies(vma, upper);
        upper.family = vma.family;
        unlockReverseMaps(locked);
    }

    /** Joins equal neighbours in and around [first, end) again. */
    public void mergeAround(long first, long end) {
        int i = Math.max(0, vmas.indexAtOrAfter(first) - 1);
        while (i < vmas.size() && vmas.get(i).start <= end) {
            int before = vmas.size();
            mergeWithNext(vmas.get(i));
            if (vmas.size() == before) {
                i++;
            }
        }
    }

    /** Changes the permissions of a whole mapping; under the mmap lock. */
    public void setProt(Vma vma, Prot prot) {
        vma.setProt(prot);
    }

    /** Sets and clears flags of a whole mapping; under the mmap lock. */
    public void setFlags(Vma vma, int clear, int set) {
        vma.flags = (vma.flags & ~clear) | set;
    }

    /** Lowest free range of so many pages at or above a page, or -1. */
    public long freeRange(long from, long pages) {
        return vmas.gap(from, pages, pageTable.pages() / 2);
    }

    /** Takes a mapping out; its pages must have gone. */
    public void unmap(Vma vma) {
        unlink(vma);
        vmas.remove(vma);
    }

    /** Lets a mapping end so many pages further on, where nothing is mapped. Kernel: vma_expand. */
    public void extend(Vma vma, long pages) {
        resize(vma, vma.start, vma.end + pages, vma.pgoff);
        mergeWithNext(vma);
    }

    /** The same mapping again at another place and of another size, without entries yet. Kernel: copy_vma. */
    public Vma copyTo(Vma vma, long start, long pages) {
        long offset = vma.file == null && vma.families.isEmpty() ? start : vma.pgoff;
        Vma copy = new Vma(this, start, start + pages, vma.flags, offset, vma.file);
        vmas.insert(copy);
        link(copy);
        shareFamilies(vma, copy);
        copy.family = vma.family;
        return copy;
    }

    private void resize(Vma vma, long start, long end, long pgoff) {
        List<VmaIndex> locked = lockReverseMaps(vma);
        unindex(vma);
        vma.start = start;
        vma.end = end;
        vma.pgoff = pgoff;
        index(vma);
        unlockReverseMaps(locked);
    }

    private static void link(Vma vma) {
        if (vma.file != null) {
            vma.file.vmas().add(vma);
        }
    }

    private static void index(Vma vma) {
        link(vma);
        for (AnonFamily f : vma.families) {
            f.vmas().add(vma);
        }
    }

    private static void unindex(Vma vma) {
        if (vma.file != null) {
            vma.file.vmas().remove(vma);
        }
        for (AnonFamily f : vma.families) {
            f.vmas().remove(vma);
        }
    }

    private void unlink(Vma vma) {
        unindex(vma);
        for (AnonFamily f : vma.families) {
            if (f.vmas().isEmpty()) {
                mappables.release(f);
            }
        }
        vma.families.clear();
        vma.family = null;
    }

    private static void shareFamilies(Vma from, Vma to) {
        for (AnonFamily f : from.families) {
            to.families.add(f);
            f.vmas().add(to);
        }
    }

    /** The copy of a mapping in a forked child: same range, all families, none of its own yet. Kernel: anon_vma_fork. */
    public Vma copyFrom(Vma parent) {
        int flags = parent.flags & ~Vma.LOCKED;
        Vma child = new Vma(this, parent.start, parent.end, flags, parent.pgoff, parent.file);
        vmas.insert(child);
        link(child);
        shareFamilies(parent, child);
        return child;
    }

    /** The family that new anonymous pages of a mapping join; created at the first, shared with a mergeable neighbour. */
    public AnonFamily familyFor(Vma vma) {
        AnonFamily there = vma.family;
        if (there != null) {
            return there;
        }
        familyGuard.lock();
        AnonFamily family = vma.family;
        if (family == null) {
            AnonFamily reuse = neighbourFamily(vma);
            family = reuse != null ? reuse : mappables.newFamily(vma.pgoff);
            vma.families.add(family);
            family.vmas().add(vma);
            vma.family = family;
        }
        familyGuard.unlock();
        return family;
    }

    /**
     * The family of a page that comes back from swap: the mapping's own if the page is this process's alone, else the oldest,
     * which all relatives by fork share. Kernel: __folio_set_anon.
     */
    public AnonFamily familyForSwapIn(Vma vma, boolean exclusive) {
        if (exclusive || vma.families() == 0) {
            return familyFor(vma);
        }
        familyGuard.lock();
        AnonFamily oldest = vma.families.get(0);
        familyGuard.unlock();
        return oldest;
    }

    /** Kernel: find_mergeable_anon_vma. */
    private @Nullable AnonFamily neighbourFamily(Vma vma) {
        Vma next = vmas.find(vma.end);
        if (next != null && usable(next, vma) && vma.offsetOf(vma.end) == next.pgoff) {
            return next.family;
        }
        Vma before = vma.start > 0 ? vmas.find(vma.start - 1) : null;
        if (before != null && usable(before, vma) && before.offsetOf(before.end) == vma.pgoff) {
            return before.family;
        }
        return null;
    }

    private static boolean usable(Vma a, Vma b) {
        int ignore = Vma.READ | Vma.WRITE | Vma.EXEC;
        return a.family != null
                && a.families.size() == 1
                && b.families.isEmpty()
                && a.file == b.file
                && ((a.flags ^ b.flags) & ~ignore) == 0;
    }

    /** Index that a folio of a mapping's family carries for a page. */
    public static int anonIndex(AnonFamily family, Vma vma, long vpn) {
        return (int) (vma.offsetOf(vpn) - family.base);
    }
}
