package org.multigen.fidelity.prove;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.failure.Failure;

/**
 * The user's kernels for proofs: a folder per kernel with {@code vmlinuz}, unpacked modules, and {@code order}, a line per module
 * with its parameters. It is filled from Debian's packages, or by hand.
 */
final class KernelStore {
    /** Names the store's folder. */
    static final String VARIABLE = "MULTIGEN_KERNELS";

    private static final String IMAGE = "vmlinuz";
    private static final String ORDER = "order";

    private final Path folder;

    KernelStore(Map<String, String> environment) {
        String named = environment.get(VARIABLE);
        this.folder = named != null && !named.isEmpty()
                ? Path.of(named)
                : cache(environment).resolve("multigen").resolve("kernels");
    }

    private static Path cache(Map<String, String> environment) {
        String xdg = environment.get("XDG_CACHE_HOME");
        String home = environment.get("HOME");
        return xdg != null && xdg.startsWith("/")
                ? Path.of(xdg)
                : Path.of(home == null ? System.getProperty("java.io.tmpdir") : home, ".cache");
    }

    /**
     * A kernel by name, fetched if the store does not have it.
     *
     * @param progress where a line is written before something is fetched
     * @throws Failure that says what to install or to give
     */
    KernelFiles get(String name, PrintWriter progress) {
        Path own = folder.resolve(name);
        try {
            if (!Files.exists(own.resolve(ORDER))) {
                fetch(name, own, progress);
            }
            return read(name, own);
        } catch (IOException e) {
            throw Failure.cannotWrite(own, e);
        }
    }

    /** A kernel of the user's own, with the modules below a folder; without one everything has to be built in. */
    static KernelFiles of(String name, Path image, @Nullable Path modules, Path work) {
        for (Path p : modules == null ? List.of(image) : List.of(image, modules)) {
            if (!Files.exists(p)) {
                throw Failure.noInput(p);
            }
        }
        try {
            List<KernelFiles.Module> order =
                    modules == null ? List.of() : ModuleFiles.unpack(modules, work.resolve("modules"));
            return new KernelFiles(name, image, order);
        } catch (IOException e) {
            throw Failure.cannotWrite(work, e);
        }
    }

    private void fetch(String name, Path own, PrintWriter progress) throws IOException {
        if (!DebianKernels.available()) {
            throw Failure.unavailable("kernel " + name + " is not in " + folder
                    + ", and this system has no apt-get, dpkg-deb and debian-archive-keyring to fetch Debian's package with:"
                    + " give --kernel-image and --kernel-modules");
        }
        progress.println("multigen: fetching Debian's package of kernel " + name + " into " + own + " (once)");
        progress.flush();
        Path part = folder.resolve("." + name + ".part");
        delete(part);
        Files.createDirectories(part);
        Path tree = DebianKernels.fetch(name, part);
        Files.copy(image(tree), part.resolve(IMAGE), StandardCopyOption.REPLACE_EXISTING);
        StringBuilder order = new StringBuilder();
        for (KernelFiles.Module m : ModuleFiles.unpack(tree, part.resolve("modules"))) {
            order.append(m.file().getFileName())
                    .append(' ')
                    .append(m.parameters())
                    .append('\n');
        }
        for (String left : List.of("tree", "packages", "lists", "cache", "sources.list")) {
            delete(part.resolve(left));
        }
        Files.writeString(part.resolve(ORDER), order);
        delete(own);
        Files.move(part, own);
    }

    private static Path image(Path tree) throws IOException {
        try (Stream<Path> all = Files.walk(tree)) {
            return all.filter(f -> f.getFileName().toString().startsWith(IMAGE))
                    .filter(Files::isRegularFile)
                    .findFirst()
                    .orElseThrow(() -> Failure.badData(tree.toString(), "no kernel image in the package"));
        }
    }

    private static KernelFiles read(String name, Path own) throws IOException {
        List<KernelFiles.Module> modules = new ArrayList<>();
        for (String line : Files.readAllLines(own.resolve(ORDER))) {
            String[] words = line.strip().split(" ", 2);
            modules.add(
                    new KernelFiles.Module(own.resolve("modules").resolve(words[0]), words.length > 1 ? words[1] : ""));
        }
        return new KernelFiles(name, own.resolve(IMAGE), modules);
    }

    private static void delete(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> all = Files.walk(path)) {
            for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        }
    }
}
