package org.multigen.fidelity.prove;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.multigen.lab.failure.Failure;

/**
 * The modules of a kernel that a proof loads, with what they depend on. A module tells its dependencies itself, in its section of
 * information, so that nobody has to run depmod. What is not there is taken to be built in.
 */
final class ModuleFiles {
    /** Compression for zram, zram, RAM disks. */
    private static final List<String> WANTED = List.of("lzo", "lzo_rle", "lz4", "zram", "brd");

    private static final Map<String, String> PARAMETERS = Map.of("brd", "rd_nr=2 rd_size=4194304");

    private final Map<String, Path> byName = new HashMap<>();
    private final Path to;
    private final Set<String> taken = new LinkedHashSet<>();
    private final List<KernelFiles.Module> order = new ArrayList<>();

    private ModuleFiles(Path tree, Path to) throws IOException {
        this.to = to;
        if (Files.isDirectory(tree)) {
            try (Stream<Path> all = Files.walk(tree)) {
                all.filter(f -> f.getFileName().toString().contains(".ko")).forEach(f -> byName.put(name(f), f));
            }
        }
    }

    /**
     * Unpacks the modules that are needed into a folder.
     *
     * @param tree any folder above them, absent if everything is built in
     * @return them, dependencies first
     */
    static List<KernelFiles.Module> unpack(Path tree, Path to) throws IOException {
        ModuleFiles files = new ModuleFiles(tree, to);
        Files.createDirectories(to);
        for (String wanted : WANTED) {
            files.take(wanted);
        }
        return files.order;
    }

    private void take(String name) throws IOException {
        Path packed = byName.get(name);
        if (packed == null || !taken.add(name)) {
            return;
        }
        Path plain = to.resolve(name + ".ko");
        Files.write(plain, plain(packed));
        for (String needed : dependencies(Files.readAllBytes(plain))) {
            take(needed);
        }
        order.add(new KernelFiles.Module(plain, PARAMETERS.getOrDefault(name, "")));
    }

    /** {@code lz4-compress.ko.xz} is the module lz4_compress. */
    static String name(Path file) {
        return file.getFileName().toString().replaceFirst("\\.ko.*$", "").replace('-', '_');
    }

    /** The names behind {@code depends=} in a module's information. */
    static List<String> dependencies(byte[] module) {
        String text = new String(module, StandardCharsets.ISO_8859_1);
        int at = text.indexOf("\0depends=");
        if (at < 0) {
            return List.of();
        }
        int from = at + "\0depends=".length();
        String list = text.substring(from, text.indexOf('\0', from));
        return list.isEmpty() ? List.of() : List.of(list.replace('-', '_').split(","));
    }

    private static byte[] plain(Path packed) throws IOException {
        String name = packed.getFileName().toString();
        if (name.endsWith(".ko")) {
            return Files.readAllBytes(packed);
        }
        String tool = name.endsWith(".xz") ? "xz" : name.endsWith(".zst") ? "zstd" : "gzip";
        Path program = Tool.need(tool, "Unpacking " + name, tool.equals("xz") ? "xz-utils" : tool);
        Path out = Files.createTempFile("multigen", ".ko");
        try {
            Process p = new ProcessBuilder(program.toString(), "-dcq", packed.toString())
                    .redirectOutput(out.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (p.waitFor() != 0) {
                throw Failure.badData(packed.toString(), "cannot be unpacked by " + tool);
            }
            return Files.readAllBytes(out);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.unavailable(tool + " was interrupted");
        } finally {
            Files.deleteIfExists(out);
        }
    }
}
