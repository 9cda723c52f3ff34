package org.multigen.machine;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.multigen.base.KernelError;
import org.multigen.base.VmEvent;
import org.multigen.lru.Lruvec;
import org.multigen.lru.ReclaimRequest;
import org.multigen.memcg.Memcg;
import org.multigen.memory.Node;

/** The files of a control group (cgroup v2). Kernel: mm/memcontrol.c memory_files. */
final class CgroupFiles {
    /** Events of /proc/vmstat that memory.stat has too. Kernel: mm/memcontrol.c memcg_vm_event_stat, memory_stats. */
    private static final Set<VmEvent> COUNTED_BY_GROUP = EnumSet.of(
            VmEvent.PGFAULT,
            VmEvent.PGMAJFAULT,
            VmEvent.PGSCAN_KSWAPD,
            VmEvent.PGSCAN_DIRECT,
            VmEvent.PGSCAN_PROACTIVE,
            VmEvent.PGSTEAL_KSWAPD,
            VmEvent.PGSTEAL_DIRECT,
            VmEvent.PGSTEAL_PROACTIVE,
            VmEvent.PGREFILL,
            VmEvent.PGACTIVATE,
            VmEvent.PGDEACTIVATE,
            VmEvent.PGLAZYFREE,
            VmEvent.PGLAZYFREED,
            VmEvent.PSWPIN,
            VmEvent.PSWPOUT,
            VmEvent.WORKINGSET_REFAULT_ANON,
            VmEvent.WORKINGSET_REFAULT_FILE,
            VmEvent.WORKINGSET_ACTIVATE_ANON,
            VmEvent.WORKINGSET_ACTIVATE_FILE,
            VmEvent.WORKINGSET_RESTORE_ANON,
            VmEvent.WORKINGSET_RESTORE_FILE,
            VmEvent.PGDEMOTE_KSWAPD,
            VmEvent.PGDEMOTE_DIRECT,
            VmEvent.PGDEMOTE_PROACTIVE,
            VmEvent.PGPROMOTE_SUCCESS);

    private static final long PAGE = 4096;
    private static final int MAX_RETRIES = 16;
    private static final int SWAP_CLUSTER = 32;
    private static final String[] LRU_NAMES = {
        "inactive_anon", "active_anon", "inactive_file", "active_file", "unevictable"
    };

    private final Machine machine;

    CgroupFiles(Machine machine) {
        this.machine = machine;
    }

    String read(Memcg m, String file) {
        return switch (file) {
            case "memory.current" -> Long.toString(m.usage() * PAGE);
            case "memory.swap.current" -> Long.toString(m.swapUsage() * PAGE);
            case "memory.max" -> limit(m.max());
            case "memory.high" -> limit(m.high());
            case "memory.low" -> limit(m.low());
            case "memory.min" -> limit(m.min());
            case "memory.swap.max" -> limit(m.swapMax());
            case "memory.events" -> events(m);
            case "memory.stat" -> {
                machine.kernel.twolist.statisticsRead(m);
                yield lines(memoryStat(m));
            }
            case "cgroup.procs" -> processes(m);
            default -> throw new IllegalArgumentException("unknown control file " + file);
        };
    }

    private static String limit(long pages) {
        return pages == Memcg.UNLIMITED ? "max" : Long.toString(pages * PAGE);
    }

    private static String events(Memcg m) {
        StringBuilder out = new StringBuilder();
        for (Memcg.Event e : Memcg.Event.values()) {
            out.append(e.name().toLowerCase(Locale.ROOT))
                    .append(' ')
                    .append(m.events(e))
                    .append('\n');
        }
        return out.toString();
    }

    private static String lines(Map<String, Long> values) {
        StringBuilder out = new StringBuilder();
        values.forEach((k, v) -> out.append(k).append(' ').append(v).append('\n'));
        return out.toString();
    }

    private String processes(Memcg m) {
        StringBuilder out = new StringBuilder();
        for (Task t : machine.tasks()) {
            if (t.memcg() == m) {
                out.append(t.name()).append('\n');
            }
        }
        return out.toString();
    }

    SortedMap<String, Long> memoryStat(Memcg m) {
        SortedMap<String, Long> out = new TreeMap<>();
        for (Memcg.State s : Memcg.State.values()) {
            out.put(s.name().toLowerCase(Locale.ROOT), m.state(s) * PAGE);
        }
        for (int list = 0; list < Lruvec.LISTS; list++) {
            long pages = 0;
            for (Memcg below : machine.kernel.memcgs.subtree(m)) {
                for (Node n : machine.kernel.memory.nodes()) {
                    pages += machine.kernel.lruvec(below, n.id()).size(list);
                }
            }
            out.put(LRU_NAMES[list], pages * PAGE);
        }
        for (VmEvent e : COUNTED_BY_GROUP) {
            out.put(e.statName(), m.count(e));
        }
        out.put("pgscan", sum(m, VmEvent.PGSCAN_KSWAPD, VmEvent.PGSCAN_DIRECT, VmEvent.PGSCAN_PROACTIVE));
        out.put("pgsteal", sum(m, VmEvent.PGSTEAL_KSWAPD, VmEvent.PGSTEAL_DIRECT, VmEvent.PGSTEAL_PROACTIVE));
        return out;
    }

    private static long sum(Memcg m, VmEvent... events) {
        long sum = 0;
        for (VmEvent e : events) {
            sum += m.count(e);
        }
        return sum;
    }

    // ---- writing

    void write(Memcg m, String file, String value) throws KernelError {
        switch (file) {
            case "memory.max" -> setMax(m, pages(value));
            case "memory.high" -> setHigh(m, pages(value));
            case "memory.low" -> m.setLow(pages(value));
            case "memory.min" -> m.setMin(pages(value));
            case "memory.swap.max" -> m.setSwapMax(pages(value));
            case "memory.reclaim" -> proactive(m, value);
            case "cgroup.procs" -> move(m, value);
            default -> throw new KernelError("ENOENT", "no control file " + file + " that can be written");
        }
    }

    private void move(Memcg m, String name) throws KernelError {
        Task t = machine.task(name.trim());
        if (t == null) {
            throw new KernelError("ESRCH", "cgroup.procs: no process " + name.trim());
        }
        t.moveTo(m);
    }

    static long pages(String value) throws KernelError {
        String v = value.trim().toLowerCase(Locale.ROOT);
        return v.equals("max") ? Memcg.UNLIMITED : bytes(v) / PAGE;
    }

    private static long bytes(String v) throws KernelError {
        int shift = switch (v.isEmpty() ? ' ' : v.charAt(v.length() - 1)) {
            case 'k' -> 10;
            case 'm' -> 20;
            case 'g' -> 30;
            case 't' -> 40;
            default -> 0;
        };
        try {
            long n = Long.parseLong(shift == 0 ? v : v.substring(0, v.length() - 1));
            if (n < 0) {
                throw new KernelError("EINVAL", "'" + v + "' is negative");
            }
            return n > Long.MAX_VALUE >> shift ? Long.MAX_VALUE : n << shift;
        } catch (NumberFormatException e) {
            throw new KernelError("EINVAL", "'" + v + "' is not a size");
        }
    }

    /** Kernel: memory_max_write. */
    private void setMax(Memcg m, long pages) {
        m.setMax(pages);
        boolean drained = false;
        int retries = MAX_RETRIES;
        while (m.usage() > pages) {
            if (!drained) {
                machine.kernel.charge.drainStocks(m);
                drained = true;
                continue;
            }
            if (retries > 0) {
                if (reclaim(m, m.usage() - pages, ReclaimRequest.SYSTEM_SWAPPINESS, false) == 0) {
                    retries--;
                }
                continue;
            }
            m.event(Memcg.Event.OOM);
            if (!machine.outOfMemory(m)) {
                break;
            }
        }
    }

    /** Kernel: memory_high_write. */
    private void setHigh(Memcg m, long pages) {
        m.setHigh(pages);
        boolean drained = false;
        int retries = MAX_RETRIES;
        while (m.usage() > pages) {
            if (!drained) {
                machine.kernel.charge.drainStocks(m);
                drained = true;
                continue;
            }
            if (reclaim(m, m.usage() - pages, ReclaimRequest.SYSTEM_SWAPPINESS, false) == 0 && retries-- == 0) {
                break;
            }
        }
    }

    private long reclaim(Memcg m, long pages, int swappiness, boolean proactive) {
        return machine.kernel.reclaimer.reclaimMemcg(machine.shell(), m, pages, proactive, swappiness);
    }

    /** Kernel: memory_reclaim. */
    private void proactive(Memcg m, String value) throws KernelError {
        String[] w = value.trim().split("\\s+");
        long wanted = bytes(w[0].toLowerCase(Locale.ROOT)) / PAGE;
        int swappiness = ReclaimRequest.SYSTEM_SWAPPINESS;
        for (int i = 1; i < w.length; i++) {
            swappiness = option(w[i]);
        }
        long done = 0;
        int retries = MAX_RETRIES;
        while (done < wanted) {
            long left = wanted - done;
            long batch =
                    machine.kernel.rules.reclaimQuarters() ? Math.max(left / 4, Math.min(left, SWAP_CLUSTER)) : left;
            if (retries == 0) {
                machine.kernel.batches.drainAll(machine.shell());
                machine.kernel.files.releaseBuffers();
            }
            long got = reclaim(m, batch, swappiness, true);
            if (got == 0 && retries-- == 0) {
                throw new KernelError("EAGAIN", "memory.reclaim: " + done + " of " + wanted + " pages reclaimed");
            }
            done += got;
        }
    }

    private int option(String word) throws KernelError {
        if (!machine.kernel.rules.reclaimSwappiness() || !word.startsWith("swappiness=")) {
            throw new KernelError("EINVAL", "memory.reclaim: unknown option " + word);
        }
        String v = word.substring("swappiness=".length());
        if (v.equals("max") && machine.kernel.rules.swappinessMax()) {
            return ReclaimRequest.ANON_ONLY;
        }
        try {
            int n = Integer.parseInt(v);
            if (n >= 0 && n <= 200) {
                return n;
            }
        } catch (NumberFormatException e) {
            // refused below like a number out of range
        }
        throw new KernelError("EINVAL", "memory.reclaim: swappiness=" + v + ", expected 0..200");
    }
}
