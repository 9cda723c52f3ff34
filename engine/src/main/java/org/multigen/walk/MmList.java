package org.multigen.walk;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.multigen.addrspace.AddressSpace;
import org.multigen.base.Actor;
import org.multigen.base.Lock;

/**
 * The address spaces of one memcg in the order in which they came, with the iterations over them (one per node). Everything here
 * is guarded by {@link #lock}. Kernel: struct lru_gen_mm_list.
 */
public final class MmList {
    /** A link of the list; the anchor has no address space. */
    static final class Link {
        final @Nullable AddressSpace mm;
        final MmList list;
        Link prev;
        Link next;
        /** It was on the list and is so no more. */
        boolean gone;

        Link(@Nullable AddressSpace mm, MmList list) {
            this.mm = mm;
            this.list = list;
            this.prev = this;
            this.next = this;
        }
    }

    final Lock lock;
    final Link anchor = new Link(null, this);
    private final List<MmIteration> iterations = new CopyOnWriteArrayList<>();
    private final List<ScanCursor> scans = new CopyOnWriteArrayList<>();

    public MmList(Lock lock) {
        this.lock = lock;
    }

    void attach(MmIteration iteration) {
        iterations.add(iteration);
    }

    void detach(MmIteration iteration) {
        iterations.remove(iteration);
    }

    void attach(ScanCursor scan) {
        scans.add(scan);
    }

    /** Appends an address space; it is the first newcomer of every iteration that had none. Kernel: lru_gen_add_mm. */
    public void add(Actor actor, AddressSpace mm) {
        if (mm.ageingLink != null) {
            throw new IllegalStateException("address space " + mm.name + " is on a list already");
        }
        lock.lock(actor);
        try {
            Link link = new Link(mm, this);
            mm.ageingLink = link; // before the users are looked at: who drops the last one looks here afterwards
            if (mm.users == 0) { // it exited while it was moved
                link.gone = true;
                mm.ageingLink = null;
                return;
            }
            append(link);
        } finally {
            lock.unlock(actor);
        }
    }

    private void append(Link link) {
        for (MmIteration i : iterations) {
            i.added(link);
        }
        link.prev = anchor.prev;
        link.next = anchor;
        anchor.prev.next = link;
        anchor.prev = link;
    }

    /** Takes an address space off the list it is on, if any. Kernel: lru_gen_del_mm. */
    public static void remove(Actor actor, AddressSpace mm) {
        while (mm.ageingLink instanceof Link link) { // more than once if it is moved to another list meanwhile
            link.list.unlink(actor, link);
            synchronized (mm) {
                if (mm.ageingLink == link) {
                    mm.ageingLink = null;
                }
            }
        }
    }

    /**
     * An address space is replaced by exec: the new one joins its list, then the old one leaves. Here both are the same object, with
     * two places for a moment. Kernel: exec_mmap.
     */
    public static void renew(Actor actor, AddressSpace mm) {
        if (mm.ageingLink instanceof Link old) {
            old.list.renew(actor, mm, old);
        }
    }

    private void renew(Actor actor, AddressSpace mm, Link old) {
        lock.lock(actor);
        try {
            if (!old.gone) { // else it was moved meanwhile, and is a newcomer there
                Link link = new Link(mm, this);
                mm.ageingLink = link;
                append(link);
                takeOff(old);
            }
        } finally {
            lock.unlock(actor);
        }
    }

    private void unlink(Actor actor, Link link) {
        lock.lock(actor);
        try {
            if (!link.gone) {
                takeOff(link);
            }
        } finally {
            lock.unlock(actor);
        }
    }

    private void takeOff(Link link) {
        link.gone = true;
        for (MmIteration i : iterations) {
            i.removing(link);
        }
        for (ScanCursor s : scans) {
            s.removing(link);
        }
        link.prev.next = link.next;
        link.next.prev = link.prev;
    }

    /** Moves an address space here if it is on another list; ignored if it was never on one. Kernel: lru_gen_migrate_mm. */
    public void migrate(Actor actor, AddressSpace mm) {
        if (mm.ageingLink instanceof Link link && link.list != this) {
            remove(actor, mm);
            add(actor, mm);
        }
    }

    public boolean isEmpty() {
        return anchor.next == anchor;
    }

    /** Address spaces on the list, oldest first. */
    public List<AddressSpace> all() {
        List<AddressSpace> result = new ArrayList<>();
        for (Link l = anchor.next; l != anchor; l = l.next) {
            if (l.mm != null) {
                result.add(l.mm);
            }
        }
        return result;
    }
}
