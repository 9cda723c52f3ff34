package org.multigen.lab.record;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.trace.TraceSink;

/** Records under QEMU's user mode with our plugin: mapping and file calls, threads, children and exec included. */
final class QemuRecorder implements Recorder {
    private static final long KILL_AFTER_NS = TimeUnit.SECONDS.toNanos(3);
    private static final long IDLE_NS = 500_000;
    private static final long LIVENESS_NS = 100_000_000;

    private final Path qemu;
    private final long fold;
    private final Map<String, String> environment;

    /** @param fold guest instructions per fold window, 0 for no folding */
    QemuRecorder(Path qemu, long fold, Map<String, String> environment) {
        this.qemu = qemu;
        this.fold = fold;
        this.environment = environment;
    }

    /** QEMU on the search path, or null. */
    static @Nullable Path find(Map<String, String> environment) {
        return CommandFile.onPath(Architecture.current().qemu(), environment.getOrDefault("PATH", ""));
    }

    @Override
    public String tool() {
        return Ran.run(List.of(qemu.toString(), "--version")).output().replaceFirst(";.*", "") + " with page_recorder";
    }

    @Override
    public long foldWindow() {
        return fold;
    }

    @Override
    public int record(List<String> command, TraceSink sink, Runnable tick, BooleanSupplier stopped) throws IOException {
        CommandFile file = CommandFile.resolve(command, environment);
        Path plugin = new PluginBuild(qemu, environment).plugin();
        try (Spool spool = new Spool();
                SpoolControl control = new SpoolControl(spool.directory().resolve("control"));
                RingMerge merge = new RingMerge(
                        spool.directory(), control, sink, file.program().toString())) {
            Process root = start(file, plugin, spool.directory());
            try {
                drain(root, merge, control, tick, stopped);
            } catch (IOException | RuntimeException e) {
                control.stop();
                killAll(merge.livePids(), root);
                throw e;
            }
            if (!merge.sawAny()) {
                throw Failure.badData(file.program().toString(), "could not be started under " + qemu.getFileName());
            }
            return exitValue(root);
        }
    }

    private Process start(CommandFile file, Path plugin, Path spool) throws IOException {
        List<String> line = new ArrayList<>();
        line.add(qemu.toString());
        line.add("-plugin");
        line.add(plugin + ",spool=" + spool + ",fold=" + fold + ",serial=0,parent=0,how=" + Ring.ROOT);
        line.add("-0");
        line.add(file.args().getFirst());
        ProcessBuilder builder = new ProcessBuilder(line).inheritIO();
        Map<String, String> own = builder.environment();
        own.clear();
        for (Map.Entry<String, String> v : environment.entrySet()) {
            if (forProgramOnly(v.getKey())) {
                line.add("-E");
                line.add(v.getKey() + "=" + v.getValue());
            } else {
                own.put(v.getKey(), v.getValue());
            }
        }
        String program = file.program().toString();
        line.add(program.startsWith("-") ? "./" + program : program);
        line.addAll(file.args().subList(1, file.args().size()));
        try {
            return builder.command(line).start();
        } catch (IOException e) {
            throw Failure.unavailable(qemu + " cannot be run: " + e.getMessage());
        }
    }

    /** Variables that would steer QEMU's own loader and allocator; the plugin does the same for children. */
    private static boolean forProgramOnly(String name) {
        return name.startsWith("LD_")
                || name.startsWith("MALLOC_")
                || name.startsWith("QEMU_")
                || name.equals("GLIBC_TUNABLES");
    }

    private static void drain(
            Process root, RingMerge merge, SpoolControl control, Runnable tick, BooleanSupplier stopped)
            throws IOException {
        long lastLook = System.nanoTime();
        long stopAt = 0;
        while (true) {
            boolean any = merge.step();
            tick.run();
            long now = System.nanoTime();
            if (stopped.getAsBoolean() && stopAt == 0) {
                stopAt = now;
                control.stop();
                terminate(merge.livePids(), root);
            }
            if (stopAt != 0 && now - stopAt > KILL_AFTER_NS) {
                killAll(merge.livePids(), root);
            }
            if (now - lastLook > LIVENESS_NS || !root.isAlive()) {
                lastLook = now;
                if (merge.allEnded() && !root.isAlive()) {
                    return;
                }
            }
            if (!any) {
                java.util.concurrent.locks.LockSupport.parkNanos(IDLE_NS);
            }
        }
    }

    private static void terminate(Set<Long> pids, Process root) {
        root.destroy();
        pids.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy));
    }

    private static void killAll(Set<Long> pids, Process root) {
        root.destroyForcibly();
        pids.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    }

    private static int exitValue(Process root) {
        try {
            return root.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 128;
        }
    }
}
