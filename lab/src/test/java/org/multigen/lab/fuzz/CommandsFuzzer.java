package org.multigen.lab.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.multigen.base.KernelError;
import org.multigen.machine.Machine;
import org.multigen.memory.NodeConfig;

/** What is written to the machine's control files, by events of a scenario or by transcripts, as a target of the fuzzer. */
final class CommandsFuzzer {
    private static final List<String> FILES = List.of(
            "memory.max",
            "memory.high",
            "memory.low",
            "memory.min",
            "memory.swap.max",
            "memory.reclaim",
            "cgroup.procs",
            "enabled",
            "min_ttl_ms");

    private CommandsFuzzer() {}

    /** Each line is {@code FILE=VALUE}, or commands for {@code lru_gen}. */
    static void commands(byte[] data) {
        String kernel = data.length % 2 == 0 ? "6.1" : "7.2";
        try (Machine machine = Machine.builder()
                .kernel(kernel)
                .node(NodeConfig.ofPages(0, 4_000))
                .build()) {
            machine.createMemcg("A");
            for (String line : new String(data, StandardCharsets.UTF_8).lines().toList()) {
                try {
                    perform(machine, line);
                } catch (KernelError refused) {
                    if (refused.errno().isBlank()
                            || String.valueOf(refused.getMessage()).isBlank()) {
                        throw new IllegalStateException("refused without a reason", refused);
                    }
                }
            }
            machine.lruGen().readFull();
        }
    }

    private static void perform(Machine machine, String line) throws KernelError {
        int equals = line.indexOf('=');
        String file = equals < 0 ? "" : line.substring(0, equals);
        if (!FILES.contains(file)) {
            machine.lruGen().write(line);
            return;
        }
        String value = line.substring(equals + 1);
        switch (file) {
            case "enabled" -> machine.lruGen().setEnabled(value);
            case "min_ttl_ms" -> machine.lruGen().setMinTtlMs(value);
            default -> machine.writeCgroupFile("A", file, value);
        }
    }
}
