package org.multigen.fidelity.prove;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.multigen.fidelity.script.TouchScript;
import org.multigen.lab.failure.Failure;

/**
 * Boots a kernel under QEMU and has it perform a touch script.
 *
 * <p>Guest time is the number of executed instructions ({@code -icount}), so that a run repeats bit by bit and no right to the host's
 * virtualization is needed. Page table isolation is switched on: the emulated CPU then empties its TLB at every kernel entry, and
 * no touch is hidden from the kernel by a stale entry.
 */
final class Emulator {
    private static final String QEMU = "qemu-system-x86_64";
    /** Sampling of accessed bits, on in Debian's kernels since 6.17; it makes some touched pages look idle. */
    private static final String NO_DAMON = " damon_stat.enabled=0";

    private final KernelFiles kernel;
    private final Path work;

    /** @param work a folder of the run's own */
    Emulator(KernelFiles kernel, Path work) {
        this.kernel = kernel;
        this.work = work;
    }

    /** @throws Failure that says what to install if the emulator is absent */
    static Path program() {
        return Tool.need(QEMU, "A proof", "qemu-system-x86");
    }

    /**
     * Performs a script.
     *
     * @param kind of the transcript, the words behind {@code #KIND}
     * @param seconds after which the guest is given up
     * @return the transcript's text
     * @throws Failure if the guest does not come to its end; the message has what it said last
     */
    String perform(GuestSettings settings, TouchScript script, Path words, String kind, long seconds)
            throws IOException {
        Path qemu = program();
        Path initramfs = initramfs(settings, script, words);
        Path console = work.resolve("console");
        Path serial = work.resolve("transcript");
        Process p = new ProcessBuilder(command(qemu, settings, initramfs, console, serial))
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("qemu").toFile())
                .start();
        Thread end = new Thread(p::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(end);
        try {
            if (!p.waitFor(seconds, TimeUnit.SECONDS)) {
                throw Failure.unavailable("the guest did not finish within " + seconds + " s (--timeout): "
                        + lastLine(serial) + "; " + lastLine(console));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.unavailable("interrupted");
        } finally {
            p.destroyForcibly();
            Runtime.getRuntime().removeShutdownHook(end);
        }
        String text = Files.exists(serial) ? Files.readString(serial, StandardCharsets.ISO_8859_1) : "";
        return transcript(text, kind, console, settings);
    }

    private String transcript(String text, String kind, Path console, GuestSettings settings) throws IOException {
        String failed =
                text.lines().filter(l -> l.startsWith("#FAILED ")).findFirst().orElse("");
        if (!failed.isEmpty()) {
            throw Failure.unavailable("kernel " + kernel.name() + ": " + failed.substring("#FAILED ".length()));
        }
        if (text.lines().noneMatch(l -> l.startsWith("#END"))) {
            String said = text.isEmpty() ? lastLine(work.resolve("qemu")) : lastLine(work.resolve("transcript"));
            throw Failure.unavailable(
                    "the guest of kernel " + kernel.name() + " ended early: " + said + "; " + lastLine(console));
        }
        return "#FORMAT 2\n#KIND " + kind + "\n" + text.replace("\r", "") + "#HOST rc=0 mem=" + settings.memoryMb()
                + "M cpus=1 clock=-icount shift=3,sleep=off by multigen prove\n";
    }

    private Path initramfs(GuestSettings settings, TouchScript script, Path words) throws IOException {
        Path file = work.resolve("initramfs");
        try (Initramfs cpio = new Initramfs(file)) {
            for (String folder : List.of("bin", "proc", "sys", "dev", "modules", "sbin")) {
                cpio.folder(folder);
            }
            cpio.file("bin/busybox", GuestProgram.busybox());
            cpio.file("init", GuestProgram.init());
            cpio.file("touches", GuestProgram.build(work));
            StringBuilder order = new StringBuilder();
            for (KernelFiles.Module m : kernel.modules()) {
                String name = String.valueOf(m.file().getFileName());
                cpio.file("modules/" + name, m.file());
                order.append(name).append(' ').append(m.parameters()).append('\n');
            }
            cpio.file("modules/order", text(order.toString()));
            cpio.file(
                    "files",
                    text(lines(script.files().stream().map(String::valueOf).toList())));
            cpio.file(
                    "cgroup",
                    text(lines(settings.cgroup().entrySet().stream()
                            .map(e -> e.getKey() + " " + e.getValue())
                            .toList())));
            cpio.file("script", words);
        }
        return file;
    }

    private static String lines(List<String> lines) {
        return lines.stream().map(l -> l + "\n").collect(Collectors.joining());
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private List<String> command(Path qemu, GuestSettings settings, Path initramfs, Path console, Path serial) {
        String arguments = settings.arguments().entrySet().stream()
                .map((Map.Entry<String, String> e) -> " mg." + e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining());
        List<String> command = new ArrayList<>(List.of(qemu.toString()));
        command.addAll(List.of("-nodefaults", "-no-user-config", "-display", "none", "-monitor", "none"));
        command.addAll(List.of("-M", "pc,accel=tcg", "-cpu", "qemu64", "-smp", "1"));
        command.addAll(List.of("-m", settings.memoryMb() + "M", "-icount", "shift=3,sleep=off", "-seed", "1"));
        command.addAll(List.of("-rtc", "base=2024-01-01,clock=vm", "-no-reboot"));
        command.addAll(List.of("-kernel", kernel.image().toString(), "-initrd", initramfs.toString()));
        command.addAll(List.of("-serial", "file:" + console, "-serial", "file:" + serial));
        command.addAll(List.of(
                "-append",
                "console=ttyS0 quiet loglevel=5 panic=-1 nokaslr norandmaps pti=on nospectre_v1 nospectre_v2"
                        + " spec_store_bypass_disable=off random.trust_cpu=off transparent_hugepage=never tsc=reliable"
                        + (kernel.name().equals("6.1") || kernel.name().equals("6.12") ? "" : NO_DAMON)
                        + arguments));
        return command;
    }

    private static String lastLine(Path file) throws IOException {
        if (!Files.exists(file)) {
            return "nothing was said";
        }
        String text = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        return text.lines().reduce("nothing was said", (a, b) -> b);
    }
}
