package org.multigen.memcg;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.multigen.base.Grace;
import org.multigen.base.Guard;
import org.multigen.base.LockClass;
import org.multigen.base.Locks;

/**
 * All control groups; the root has id 1 and is never removed. Creation and removal are system calls of the machine's owner, under
 * the control lock; readers have none: a group is complete before it can be found.
 */
public final class MemcgTree {
    private static final int ROOT_ID = 1;
    private static final int MAX_ID = 65535;

    private final Memcg root;

    private record Retired(int id, long mark) {}

    private final ConcurrentSkipListMap<String, Memcg> byPath = new ConcurrentSkipListMap<>();
    /** Numbers of groups that have gone; a thread may still be at work on one of those. Guarded by {@link #control}. */
    private final ArrayDeque<Retired> numbers = new ArrayDeque<>();

    private Grace grace = new Grace(Locks.VIRTUAL);
    /** Replaced, never changed, so that readers need no lock. */
    private volatile @Nullable Memcg[] byId = {};

    private final Guard control;
    private final Locks locks;
    /** Removed groups that seem to have nothing charged any more; real threads only. */
    private final Queue<Memcg> dying = new ConcurrentLinkedQueue<>();

    private final boolean enabled;
    private Consumer<Memcg> released = m -> {};

    /**
     * @param enabled false: everything belongs to the root and nothing is limited
     */
    public MemcgTree(boolean enabled) {
        this(enabled, Locks.VIRTUAL);
    }

    /**
     * @param locks of the machine
     */
    public MemcgTree(boolean enabled, Locks locks) {
        this.enabled = enabled;
        this.locks = locks;
        this.root = new Memcg(ROOT_ID, "/", null, locks);
        this.control = locks.guard(LockClass.CONTROL);
        byPath.put("/", root);
        put(root);
    }

    /** Held, under real threads, by whoever changes groups or gives commands. */
    public Guard control() {
        return control;
    }

    public boolean enabled() {
        return enabled;
    }

    public Memcg root() {
        return root;
    }

    /**
     * Creates a group below an existing one.
     *
     * @param path e.g. {@code A} or {@code P/A}, with or without a leading slash
     * @param id number to show in lru_gen, or -1 for the next free one
     * @throws IllegalArgumentException if the parent does not exist, the group exists, or the number is taken
     */
    public Memcg create(String path, int id) {
        return create(path, id, m -> {});
    }

    /**
     * Creates a group below an existing one.
     *
     * @param ready is called before anybody can find the group
     */
    public Memcg create(String path, int id, Consumer<Memcg> ready) {
        control.lock();
        try {
            return createLocked(path, id, ready);
        } finally {
            control.unlock();
        }
    }

    private Memcg createLocked(String path, int id, Consumer<Memcg> ready) {
        if (!enabled) {
            throw new IllegalArgumentException("this machine has no memory control groups");
        }
        String full = normal(path);
        if (byPath.containsKey(full)) {
            throw new IllegalArgumentException("control group " + full + " exists already");
        }
        int slash = full.lastIndexOf('/');
        String parentPath = slash == 0 ? "/" : full.substring(0, slash);
        Memcg parent = byPath.get(parentPath);
        if (parent == null) {
            throw new IllegalArgumentException("control group " + full + ": no parent " + parentPath);
        }
        while (!numbers.isEmpty() && grace.over(numbers.element().mark)) {
            setById(numbers.remove().id, null);
        }
        int number = id >= 0 ? id : freeId();
        if (number > MAX_ID || byId(number) != null) {
            throw new IllegalArgumentException("control group number " + number + " is not free");
        }
        Memcg memcg = new Memcg(number, full, parent, locks);
        ready.accept(memcg);
        parent.children().add(memcg);
        byPath.put(full, memcg);
        put(memcg);
        return memcg;
    }

    /** Takes a group without children offline; its number stays while pages or slots are charged to it. */
    public void remove(Memcg memcg) {
        if (memcg.isRoot() || memcg.children().stream().anyMatch(Memcg::online)) {
            throw new IllegalArgumentException("control group " + memcg.path() + " cannot be removed: it has children");
        }
        control.lock();
        memcg.setOffline();
        byPath.remove(memcg.path());
        control.unlock();
        release(memcg);
    }

    /** Set once, before any group is removed: tells when nobody can still be at work on a group that has gone. */
    public void setGrace(Grace all) {
        grace = all;
    }

    /** Told when the last page and the last swap slot of a removed group have gone. */
    public void onRelease(Consumer<Memcg> listener) {
        released = listener;
    }

    /** Lets a removed group go when nothing is charged to it any more, and then perhaps its parent. */
    public void release(Memcg memcg) {
        if (!isOver(memcg)) {
            return;
        }
        if (locks.real()) {
            dying.add(memcg); // the caller may hold locks; see reap
        } else {
            releaseNow(memcg);
        }
    }

    private static boolean isOver(Memcg memcg) {
        return !memcg.isRoot()
                && !memcg.online()
                && memcg.usage() <= 0
                && memcg.swapUsage() <= 0
                && memcg.children().isEmpty();
    }

    private void releaseNow(Memcg memcg) {
        Memcg parent = memcg.parent();
        if (parent != null && isOver(memcg) && parent.children().contains(memcg)) {
            released.accept(memcg);
            memcg.foldIntoParent();
            parent.children().remove(memcg);
            if (grace.real()) {
                numbers.add(new Retired(memcg.id(), grace.retire()));
            } else {
                setById(memcg.id(), null);
            }
            releaseNow(parent);
        }
    }

    /** Under real threads: lets go of the removed groups whose last page has gone. Called where no lock is held. Kernel: css_release. */
    public void reap() {
        if (dying.isEmpty()) {
            return;
        }
        control.lock();
        for (Memcg m = dying.poll(); m != null; m = dying.poll()) {
            releaseNow(m);
        }
        control.unlock();
    }

    /** The group of a path, or null. */
    public @Nullable Memcg find(String path) {
        return byPath.get(normal(path));
    }

    /** The group of a number, or null; offline groups keep theirs until their last page has gone. */
    public @Nullable Memcg byId(int id) {
        @Nullable Memcg[] groups = byId;
        return id >= 0 && id < groups.length ? groups[id] : null;
    }

    /** The group of a number that a folio carries; 0 stands for the root. */
    public Memcg of(int id) {
        Memcg m = id == 0 ? root : byId[id];
        return m == null ? root : m;
    }

    /** A group and everything below it in depth-first order, offline groups included. Kernel: mem_cgroup_iter. */
    public List<Memcg> subtree(Memcg top) {
        List<Memcg> result = new ArrayList<>();
        collect(top, result);
        return result;
    }

    private static void collect(Memcg m, List<Memcg> into) {
        into.add(m);
        for (Memcg c : m.children()) {
            collect(c, into);
        }
    }

    /** All groups, removed ones included while pages or slots are charged to them. */
    public List<Memcg> all() {
        return subtree(root);
    }

    private int freeId() {
        int id = ROOT_ID + 1;
        while (byId(id) != null) {
            id++;
        }
        return id;
    }

    private void put(Memcg memcg) {
        setById(memcg.id(), memcg);
    }

    private void setById(int id, @Nullable Memcg memcg) {
        @Nullable Memcg[] groups = Arrays.copyOf(byId, Math.max(byId.length, id + 1));
        groups[id] = memcg;
        byId = groups;
    }

    private static String normal(String path) {
        return path.startsWith("/") ? path : "/" + path;
    }
}
