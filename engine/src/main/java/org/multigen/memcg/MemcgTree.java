package org.multigen.memcg;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All control groups. Changed only while no reclaim runs over it (creation and removal are system calls of the machine's
 * owner); the root has id 1 and is never removed.
 */
public final class MemcgTree {
    private static final int ROOT_ID = 1;
    private static final int MAX_ID = 65535;

    private final Memcg root = new Memcg(ROOT_ID, "/", null);
    private final TreeMap<String, Memcg> byPath = new TreeMap<>();
    private final List<@Nullable Memcg> byId = new ArrayList<>();
    private final boolean enabled;
    private Consumer<Memcg> released = m -> {};

    /**
     * @param enabled false: everything belongs to the root and nothing is limited
     */
    public MemcgTree(boolean enabled) {
        this.enabled = enabled;
        byPath.put("/", root);
        put(root);
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
        int number = id >= 0 ? id : freeId();
        if (number > MAX_ID || byId(number) != null) {
            throw new IllegalArgumentException("control group number " + number + " is not free");
        }
        Memcg memcg = new Memcg(number, full, parent);
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
        memcg.setOffline();
        byPath.remove(memcg.path());
        release(memcg);
    }

    /** Told when the last page and the last swap slot of a removed group have gone. */
    public void onRelease(Consumer<Memcg> listener) {
        released = listener;
    }

    /** Lets a removed group go when nothing is charged to it any more, and then perhaps its parent. */
    public void release(Memcg memcg) {
        Memcg parent = memcg.parent();
        if (parent != null
                && !memcg.online()
                && memcg.usage() <= 0
                && memcg.swapUsage() <= 0
                && memcg.children().isEmpty()) {
            released.accept(memcg);
            memcg.foldIntoParent();
            parent.children().remove(memcg);
            byId.set(memcg.id(), null);
            release(parent);
        }
    }

    /** The group of a path, or null. */
    public @Nullable Memcg find(String path) {
        return byPath.get(normal(path));
    }

    /** The group of a number, or null; offline groups keep theirs until their last page has gone. */
    public @Nullable Memcg byId(int id) {
        return id >= 0 && id < byId.size() ? byId.get(id) : null;
    }

    /** The group of a number that a folio carries; 0 stands for the root. */
    public Memcg of(int id) {
        Memcg m = id == 0 ? root : byId.get(id);
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
        while (byId.size() <= memcg.id()) {
            byId.add(null);
        }
        byId.set(memcg.id(), memcg);
    }

    private static String normal(String path) {
        return path.startsWith("/") ? path : "/" + path;
    }
}
