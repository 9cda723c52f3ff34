package org.multigen.testkit.tier;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.multigen.addrspace.Prot;
import org.multigen.base.Actor;
import org.multigen.base.KernelError;
import org.multigen.lru.Lruvec;
import org.multigen.lru.multigen.LruScan;
import org.multigen.lru.multigen.MultiGenLru;
import org.multigen.machine.Machine;
import org.multigen.machine.MachineBuilder;
import org.multigen.machine.Task;
import org.multigen.memcg.Memcg;
import org.multigen.memory.NodeConfig;
import org.multigen.pagetable.Pte;
import org.multigen.walk.AccessedFrames;
import org.multigen.walk.ScanVariant;

/** A machine whose only node is scanned, and what scans of it report, by pages. */
final class ScanWorld implements AutoCloseable {
    /** A page of a process. */
    record Page(String task, long vpn) implements Comparable<Page> {
        @Override
        public int compareTo(Page o) {
            int c = task.compareTo(o.task);
            return c != 0 ? c : Long.compare(vpn, o.vpn);
        }
    }

    final Machine machine;
    final Memcg group;
    LruScan scan;
    final Actor scanner;
    final List<Task> tasks = new ArrayList<>();

    ScanWorld(ScanVariant variant, MachineBuilder builder) {
        machine = builder.build();
        group = machine.createMemcg("A");
        scan = machine.rooms().multigen().newScan(variant, 8);
        scanner = machine.rooms().actors().getFirst();
    }

    static MachineBuilder machine(String kernel, int enabled) {
        return Machine.builder()
                .kernel(kernel)
                .node(NodeConfig.ofPages(0, 120_000))
                .lruGenEnabled(enabled)
                .contextSwitchesPerSecond(0);
    }

    Task spawn(String name, Memcg in) {
        Task t = machine.spawn(name, in);
        tasks.add(t);
        return t;
    }

    /** A task with a filled region whose entries are old. */
    Task filled(String name, Memcg in, long vpn, long pages) {
        Task t = spawn(name, in);
        t.mmapAnon(vpn, pages, Prot.READ_WRITE);
        touch(t, vpn, pages, true);
        t.drainBatches();
        return t;
    }

    static void touch(Task t, long vpn, long pages, boolean write) {
        for (long v = vpn; v < vpn + pages; v++) {
            t.touch(v, write);
        }
    }

    MultiGenLru lru() {
        return machine.rooms().multigen();
    }

    Lruvec lruvec() {
        return machine.lruvecs().of(group, 0);
    }

    long maxSeq() {
        return lru().maxSeq(lruvec());
    }

    /** Ages by debugfs; true if there is a new generation. */
    boolean age(boolean force) {
        long before = maxSeq();
        try {
            machine.lruGen().write("+ " + group.id() + " 0 " + before + " 200 " + (force ? 1 : 0));
        } catch (KernelError refused) {
            return false;
        }
        return maxSeq() == before + 1;
    }

    /** Pages whose entries have the accessed bit. */
    Set<Page> young() {
        Set<Page> set = new TreeSet<>();
        forEachEntry((page, entry) -> {
            if (Pte.young(entry)) {
                set.add(page);
            }
        });
        return set;
    }

    Map<Integer, Page> pagesByFrame() {
        Map<Integer, Page> map = new HashMap<>();
        forEachEntry((page, entry) -> map.put(Pte.frame(entry), page));
        return map;
    }

    private interface Entries {
        void entry(Page page, long entry);
    }

    private void forEachEntry(Entries visitor) {
        for (Task t : tasks) {
            if (!t.alive()) {
                continue;
            }
            t.mm().pageTable.visit(new org.multigen.pagetable.PageTable.Visitor() {
                @Override
                public void entry(long vpn, long entry, int level) {
                    if (Pte.mapsPage(entry)) {
                        visitor.entry(new Page(t.name(), vpn), entry);
                    }
                }

                @Override
                public void table(int level, int frame, int used, int found) {}
            });
        }
    }

    /** A buffer of some size that tells what it was given. */
    static final class Buffer implements AccessedFrames {
        private final int size;
        private final Runnable between;
        private final List<Integer> held = new ArrayList<>();
        final List<Integer> reported = new ArrayList<>();
        long offeredWhenFull;

        Buffer(int size) {
            this(size, () -> {});
        }

        /** @param between runs after each chunk */
        Buffer(int size, Runnable between) {
            this.size = size;
            this.between = between;
        }

        @Override
        public boolean accessed(int frame) {
            if (held.size() == size) {
                offeredWhenFull++;
            }
            held.add(frame);
            return held.size() >= size;
        }

        @Override
        public void flush(Actor actor) {
            reported.addAll(held);
            held.clear();
            between.run();
        }
    }

    /** One pass; false if it did not end within so many chunks. */
    boolean pass(Lruvec lruvec, AccessedFrames out, int mostChunks) {
        scanner.advanceTo(machine.nowNs());
        scan.start(scanner, lruvec, lru().maxSeq(lruvec));
        for (int i = 0; i < mostChunks; i++) {
            scanner.advanceTo(machine.nowNs());
            if (!scan.chunk(scanner, out)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        machine.close();
    }
}
