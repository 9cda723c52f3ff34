package org.multigen.machine;

import java.util.Locale;
import org.multigen.base.KernelError;
import org.multigen.lru.Lruvec;
import org.multigen.lru.ReclaimRequest;
import org.multigen.lru.multigen.LruGenText;
import org.multigen.memcg.Memcg;
import org.multigen.memory.Node;

/** The files of the multi-gen LRU: sysfs enabled and min_ttl_ms, debugfs lru_gen and lru_gen_full. */
public final class LruGenControl {
    private static final int MAX_SWAPPINESS = 200;

    private final Machine machine;

    LruGenControl(Machine machine) {
        this.machine = machine;
    }

    // ---- sysfs

    /** As the file reads, e.g. {@code 0x0007}. */
    public String enabled() {
        return String.format(Locale.ROOT, "0x%04x", machine.kernel.switches.effective());
    }

    /**
     * Switches mechanisms on and off. When the core bit changes, the pages move between the two LRUs before this returns; daemons
     * run between the chunks.
     *
     * @throws KernelError EINVAL for anything but y, n or a number
     */
    public void setEnabled(String value) throws KernelError {
        startEnabled(value);
        finishSwitch();
    }

    /**
     * The same, but the pages move while the machine runs: each chunk when its time has come.
     *
     * @throws KernelError EINVAL for anything but y, n or a number
     */
    public void startEnabled(String value) throws KernelError {
        int bits = bitsOf(value);
        finishSwitch();
        Kernel kernel = machine.kernel;
        boolean was = kernel.switches.core();
        kernel.switches.request(bits);
        if (kernel.switches.core() != was) {
            machine.asShell(() -> {
                kernel.batches.drainAll(machine.shell());
                kernel.multigen.beginSwitch(!was);
            });
        }
        if (machine.realThreads()) {
            finishSwitch(); // chunk by chunk, while others run
        }
    }

    private void finishSwitch() {
        while (machine.kernel.multigen.switching()) {
            machine.asShell(() -> machine.kernel.multigen.switchStep(machine.shell()));
            machine.scheduler().settle(machine.shell());
        }
    }

    private int bitsOf(String value) throws KernelError {
        String v = value.trim();
        if (v.startsWith("y") || v.startsWith("Y")) {
            return machine.kernel.switches.all();
        }
        if (v.startsWith("n") || v.startsWith("N")) {
            return 0;
        }
        try {
            return Integer.decode(v);
        } catch (NumberFormatException e) {
            throw new KernelError("EINVAL", "lru_gen/enabled: '" + v + "', expected y, n or a number");
        }
    }

    public long minTtlMs() {
        return machine.kernel.minTtlMs();
    }

    /**
     * Sets min_ttl_ms.
     *
     * @throws KernelError EINVAL for anything but a number of milliseconds
     */
    public void setMinTtlMs(String value) throws KernelError {
        try {
            machine.kernel.setMinTtlMs(Integer.parseUnsignedInt(value.trim()) & 0xffffffffL);
        } catch (NumberFormatException e) {
            throw new KernelError("EINVAL", "lru_gen/min_ttl_ms: '" + value + "', expected milliseconds");
        }
    }

    // ---- debugfs, reading

    /** Text of lru_gen. */
    public String read() {
        return readAll(false);
    }

    /** Text of lru_gen_full. */
    public String readFull() {
        return readAll(true);
    }

    private String readAll(boolean full) {
        StringBuilder out = new StringBuilder();
        for (Memcg m : machine.kernel.memcgs.subtree(machine.root())) {
            append(out, m, full);
        }
        return out.toString();
    }

    /** The part of lru_gen that is about one group. */
    public String read(Memcg m) {
        StringBuilder out = new StringBuilder();
        append(out, m, false);
        return out.toString();
    }

    /** The part of lru_gen_full that is about one group. */
    public String readFull(Memcg m) {
        StringBuilder out = new StringBuilder();
        append(out, m, true);
        return out.toString();
    }

    private void append(StringBuilder out, Memcg m, boolean full) {
        LruGenText text = machine.kernel.multigen.text();
        if (machine.kernel.rules.longMemcgIds()) {
            out.append("memcg ").append(m.id());
        } else {
            out.append(String.format(Locale.ROOT, "memcg %5d", m.id()));
        }
        out.append(' ').append(m.path()).append('\n');
        for (Node n : machine.kernel.memory.nodes()) {
            out.append(String.format(Locale.ROOT, " node %5d%n", n.id()).replace(System.lineSeparator(), "\n"));
            text.append(out, machine.kernel.lruvec(m, n.id()), full, machine.nowNs());
        }
    }

    /** The text file's facts of one group and node, for whoever wants numbers. */
    public LruGenText text() {
        return machine.kernel.multigen.text();
    }

    // ---- debugfs, writing

    /**
     * Carries out commands, separated by newline, comma or semicolon; the first error stops, what was done before it stays.
     *
     * @throws KernelError with the kernel's error
     */
    public void write(String commands) throws KernelError {
        for (String command : commands.split("[,;\\n]")) {
            if (!command.isBlank()) {
                machine.<KernelError>asShell(() -> execute(command.trim().split("\\s+"), command.trim()));
            }
        }
    }

    private void execute(String[] w, String command) throws KernelError {
        if (w.length < 4 || w.length > 6 || w[0].length() != 1) {
            throw invalid(command, "a command is '+ memcg node seq [swappiness [force]]' or '- memcg node seq [...]'");
        }
        long id = number(w[1], command);
        Memcg memcg = id == (int) id ? machine.kernel.memcgs.byId((int) id) : null;
        long node = number(w[2], command);
        if (memcg == null || node < 0 || node >= machine.kernel.memory.nodes().size()) {
            throw invalid(command, "no such memcg or node");
        }
        long seq = number(w[3], command);
        Lruvec lruvec = machine.kernel.lruvec(memcg, (int) node);
        int swappiness = w.length > 4 ? swappiness(w[4], command) : systemSwappiness(lruvec);
        long option = w.length > 5 ? number(w[5], command) : -1;
        switch (w[0].charAt(0)) {
            case '+' -> machine.kernel.multigen.text().age(machine.shell(), lruvec, seq, swappiness, option != 0);
            case '-' -> evict(lruvec, seq, swappiness, option < 0 ? Long.MAX_VALUE : option);
            default -> throw invalid(command, "unknown command");
        }
    }

    private void evict(Lruvec lruvec, long seq, int swappiness, long pages) throws KernelError {
        ReclaimRequest request = new ReclaimRequest(null, pages);
        request.maxZone = lruvec.node.maxZone();
        request.proactive = machine.kernel.rules.commandEvictsProactively();
        machine.shell().memalloc = true;
        try {
            machine.kernel.multigen.text().evict(machine.shell(), lruvec, seq, swappiness, pages, request);
        } finally {
            machine.shell().memalloc = false;
        }
    }

    private int systemSwappiness(Lruvec lruvec) {
        return machine.kernel.swappiness.swappiness(lruvec, new ReclaimRequest(null, 0));
    }

    private int swappiness(String word, String command) throws KernelError {
        boolean max = machine.kernel.rules.swappinessMax();
        if (max && word.equals("max")) {
            return ReclaimRequest.ANON_ONLY;
        }
        long n = number(word, command);
        if (n < 0 || n > (max ? ReclaimRequest.ANON_ONLY : MAX_SWAPPINESS)) {
            throw invalid(command, "swappiness " + word + " is out of range");
        }
        return (int) n;
    }

    private static long number(String word, String command) throws KernelError {
        try {
            return Long.parseLong(word);
        } catch (NumberFormatException e) {
            throw invalid(command, "'" + word + "' is not a number");
        }
    }

    private static KernelError invalid(String command, String why) {
        return new KernelError("EINVAL", "lru_gen: '" + command + "': " + why);
    }
}
