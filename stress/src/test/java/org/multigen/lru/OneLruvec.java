package org.multigen.lru;

import org.multigen.base.LockClass;
import org.multigen.base.Locks;
import org.multigen.memcg.MemcgTree;
import org.multigen.memory.FolioTable;
import org.multigen.memory.Node;

/** A lruvec under real threads without a machine around it. */
public final class OneLruvec {
    private OneLruvec() {}

    /** Of the root group. */
    public static Lruvec of(FolioTable folios, Node node) {
        return new Lruvec(
                0, new MemcgTree(true, Locks.REAL).root(), node, Locks.REAL.lock(LockClass.LRUVEC, "lru"), folios);
    }
}
