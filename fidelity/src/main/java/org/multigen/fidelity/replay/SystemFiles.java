package org.multigen.fidelity.replay;

import org.multigen.base.KernelError;
import org.multigen.machine.Machine;

/** Files of sysfs and sysctl that experiments write. */
final class SystemFiles {
    private SystemFiles() {}

    /**
     * Writes a file.
     *
     * @throws Unmodelled for a setting that the engine does not have
     */
    static void write(Machine machine, String file, String value) throws KernelError {
        switch (file) {
            case "/sys/kernel/mm/lru_gen/enabled" -> machine.lruGen().setEnabled(value);
            case "/sys/kernel/mm/lru_gen/min_ttl_ms" -> machine.lruGen().setMinTtlMs(value);
            case "/sys/kernel/mm/transparent_hugepage/enabled" ->
                machine.hugePages().set(value);
            case "/sys/kernel/mm/transparent_hugepage/defrag" -> {} // huge pages are allocated at once or not at all
            case "/sys/kernel/mm/numa/demotion_enabled" -> machine.tiers().setDemotion(flag(file, value));
            case "/proc/sys/kernel/numa_balancing" -> machine.tiers().setBalancing(mode(file, value));
            default -> throw new Unmodelled(file);
        }
    }

    private static boolean flag(String file, String value) throws KernelError {
        return switch (value.trim()) {
            case "1", "y", "Y", "true", "on" -> true;
            case "0", "n", "N", "false", "off" -> false;
            default -> throw new KernelError("EINVAL", file + ": '" + value + "', expected 0 or 1");
        };
    }

    /** Balancing between nodes with CPUs has nothing to do on a machine with one. */
    private static int mode(String file, String value) throws KernelError {
        return switch (value.trim()) {
            case "0", "1", "2", "3" -> Integer.parseInt(value.trim());
            default -> throw new KernelError("EINVAL", file + ": '" + value + "', expected 0..3");
        };
    }
}
