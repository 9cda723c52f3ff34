package org.multigen.lru;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.multigen.base.Lock;
import org.multigen.base.LockClass;
import org.multigen.base.Locks;
import org.multigen.memcg.Memcg;
import org.multigen.memcg.MemcgTree;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.memory.Node;
import org.multigen.memory.PhysicalMemory;

/** Finds the lruvec of a folio, and of a memcg and node; creates them with their memcg. */
public final class Lruvecs {
    private final MemcgTree memcgs;
    private final PhysicalMemory memory;
    private final Locks locks;
    private final List<PageLru> lrus = new ArrayList<>(2);
    private volatile @Nullable Lruvec[][] byMemcg = new Lruvec[8][];
    private int created;

    public Lruvecs(MemcgTree memcgs, PhysicalMemory memory, Locks locks) {
        this.memcgs = memcgs;
        this.memory = memory;
        this.locks = locks;
    }

    /** The LRUs that keep lists for each lruvec; called while the machine is wired, before the first group is online. */
    public void attach(PageLru lru) {
        lrus.add(lru);
    }

    /** Creates the lruvecs of a new group on all nodes. */
    public void online(Memcg memcg) {
        List<Node> nodes = memory.nodes();
        Lruvec[] vecs = new Lruvec[nodes.size()];
        FolioTable folios = memory.folios();
        for (Node n : nodes) {
            Lock lock = locks.lock(LockClass.LRUVEC, "lru " + memcg.path() + " node " + n.id());
            vecs[n.id()] = new Lruvec(created++, memcg, n, lock, folios);
        }
        for (Lruvec v : vecs) {
            for (PageLru lru : lrus) {
                lru.created(v);
            }
        }
        // a copy each time: readers have no lock; last, because who finds a lruvec asks the LRUs for their part of it
        @Nullable Lruvec[][] more = java.util.Arrays.copyOf(byMemcg, Math.max(byMemcg.length, memcg.id() * 2));
        more[memcg.id()] = vecs;
        byMemcg = more;
    }

    /** The lruvec of a group on a node. */
    public Lruvec of(Memcg memcg, int node) {
        Lruvec[] vecs = byMemcg[memcg.id()];
        if (vecs == null) {
            throw new IllegalStateException("control group " + memcg + " is not online");
        }
        return vecs[node];
    }

    /** The lruvec that a folio belongs to by its node and memcg. */
    public Lruvec of(int folio) {
        long flags = memory.folios().flags(folio);
        return of(memcgs.of(FolioFlags.memcg(flags)), FolioFlags.node(flags));
    }

    /** What kind of locks this machine has. */
    public Locks locks() {
        return locks;
    }

    public MemcgTree memcgs() {
        return memcgs;
    }

    public PhysicalMemory memory() {
        return memory;
    }

    /** All lruvecs of a node, in depth-first order of the groups. */
    public List<Lruvec> onNode(int node) {
        List<Lruvec> result = new ArrayList<>();
        for (Memcg m : memcgs.subtree(memcgs.root())) {
            @Nullable Lruvec[][] now = byMemcg;
            Lruvec[] vecs = m.id() < now.length ? now[m.id()] : null;
            if (vecs != null) { // else it is being made
                result.add(vecs[node]);
            }
        }
        return result;
    }
}
