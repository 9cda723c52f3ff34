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
            default -> throw new Unmodelled(file);
        }
    }
}
