package org.multigen.fidelity.prove;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.failure.Failure;

/**
 * Kernels from the Debian archive, fetched by apt with a configuration of its own: nothing is installed, no list of the system is
 * touched, and no right of the super-user is needed.
 */
final class DebianKernels {
    private static final String KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg";
    private static final String MIRROR = "http://deb.debian.org/debian";
    private static final Pattern URI = Pattern.compile("https?://[^ ]*/debian/?(?= |$)", Pattern.MULTILINE);

    /**
     * @param release that the bundled recordings were made on
     * @param series what is taken when that one has gone
     * @param suites that have it
     */
    private record Wanted(String release, String series, List<String> suites) {}

    private static final Map<String, Wanted> WANTED = Map.of(
            "6.1",
            new Wanted(
                    "6.1.0-56-cloud-amd64", "6\\.1\\.0-[0-9]+-cloud-amd64", List.of("bookworm", "bookworm-security")),
            "6.12",
            new Wanted(
                    "6.12.117+deb12-cloud-amd64",
                    "6\\.12\\.[0-9]+\\+deb1[23]-cloud-amd64",
                    List.of("bookworm-security", "bookworm-backports", "trixie")),
            "6.18",
            new Wanted(
                    "6.18.15+deb13-cloud-amd64",
                    "6\\.18\\.[0-9]+\\+deb1[34]-cloud-amd64",
                    List.of("trixie-backports", "forky")),
            "7.2",
            new Wanted("7.2.13+deb14-cloud-amd64", "7\\.2\\.[0-9]+\\+deb1[34]-cloud-amd64", List.of("forky", "sid")));

    private final Path folder;
    private final Wanted wanted;
    private final List<String> options;

    private DebianKernels(Path folder, Wanted wanted) {
        this.folder = folder;
        this.wanted = wanted;
        this.options = List.of(
                "-o",
                "Dir::Etc::sourcelist=" + folder.resolve("sources.list"),
                "-o",
                "Dir::Etc::sourceparts=/dev/null",
                "-o",
                "Dir::State::Lists=" + folder.resolve("lists"),
                "-o",
                "Dir::Cache=" + folder.resolve("cache"),
                "-o",
                "APT::Architecture=amd64",
                "-o",
                "APT::Sandbox::User=");
    }

    /** Whether this system has what is needed to fetch packages. */
    static boolean available() {
        return Tool.find("apt-get") != null && Tool.find("dpkg-deb") != null && Files.exists(Path.of(KEYS));
    }

    /**
     * Downloads and unpacks the packages of a kernel.
     *
     * @param folder of one kernel's own; what it held is replaced
     * @return the folder with the tree of the packages
     * @throws Failure if the archive cannot be reached or has no such kernel
     */
    static Path fetch(String kernel, Path folder) throws IOException {
        Wanted wanted = WANTED.get(kernel);
        if (wanted == null) {
            throw Failure.unavailable("no distribution ships kernel " + kernel
                    + ": give --kernel-image, or choose one of 6.1, 6.12, 6.18, 7.2");
        }
        return new DebianKernels(folder, wanted).fetch();
    }

    private Path fetch() throws IOException {
        Files.createDirectories(folder.resolve("lists/partial"));
        Files.createDirectories(folder.resolve("cache"));
        Path packages = Files.createDirectories(folder.resolve("packages"));
        StringBuilder sources = new StringBuilder();
        for (String suite : wanted.suites()) {
            String archive = suite.endsWith("-security") ? mirror().replaceFirst("/?$", "-security") : mirror();
            sources.append("deb [signed-by=" + KEYS + "] " + archive + " " + suite + " main\n");
        }
        Files.writeString(folder.resolve("sources.list"), sources);
        List<String> update = new ArrayList<>(List.of("apt-get"));
        update.addAll(options);
        update.addAll(List.of("-qq", "update"));
        // A suite that has gone does no harm as long as another one has the kernel.
        String release = release(Tool.run(null, update).errors());
        List<String> names = new ArrayList<>();
        for (String part : List.of("linux-image-", "linux-binary-", "linux-modules-", "linux-base-")) {
            if (has(part + release)) {
                names.add(part + release);
            }
        }
        List<String> download = new ArrayList<>(List.of("apt-get"));
        download.addAll(options);
        download.addAll(List.of("-qq", "download"));
        download.addAll(names);
        check(Tool.run(packages, download));
        Path tree = Files.createDirectories(folder.resolve("tree"));
        try (Stream<Path> all = Files.list(packages)) {
            for (Path p : all.sorted().toList()) {
                check(Tool.run(null, List.of("dpkg-deb", "-x", p.toString(), tree.toString())));
            }
        }
        return tree;
    }

    private static void check(Tool.Output ran) {
        if (ran.status() != 0) {
            throw Failure.unavailable(
                    "the kernel's package cannot be fetched: " + ran.errors() + " (--kernel-image takes one you have)");
        }
    }

    /** The recorded release if the archive still has it, else the newest of its series. */
    private String release(String errors) {
        if (has("linux-image-" + wanted.release())) {
            return wanted.release();
        }
        List<String> command = new ArrayList<>(List.of("apt-cache"));
        command.addAll(options);
        command.addAll(List.of("search", "--names-only", "^linux-image-" + wanted.series() + "$"));
        return Tool.run(null, command)
                .text()
                .lines()
                .map(l -> l.split(" ")[0].substring("linux-image-".length()))
                .max(Comparator.comparing(DebianKernels::numbers))
                .orElseThrow(() -> Failure.unavailable("no kernel " + wanted.series() + " in the Debian archive"
                        + (errors.isEmpty() ? "" : " (" + errors + ")") + ": give --kernel-image"));
    }

    /** The numbers of a release, each padded, so that texts compare as releases do. */
    private static String numbers(String release) {
        StringBuilder padded = new StringBuilder();
        Matcher m = Pattern.compile("\\d+").matcher(release);
        while (m.find()) {
            padded.append("0".repeat(Math.max(0, 8 - m.group().length()))).append(m.group());
        }
        return padded.toString();
    }

    private boolean has(String name) {
        List<String> command = new ArrayList<>(List.of("apt-cache"));
        command.addAll(options);
        command.addAll(List.of("policy", name));
        return Pattern.compile("Candidate: \\d")
                .matcher(Tool.run(null, command).text())
                .find();
    }

    /** The mirror that this system already uses. */
    private static String mirror() {
        for (Path p : List.of(Path.of("/etc/apt/sources.list"), Path.of("/etc/apt/sources.list.d"))) {
            try (Stream<Path> files = Files.isDirectory(p) ? Files.list(p) : Stream.of(p)) {
                for (Path file : files.filter(Files::isReadable).sorted().toList()) {
                    @Nullable String found = mirror(Files.readString(file));
                    if (found != null) {
                        return found;
                    }
                }
            } catch (IOException e) {
                // The next place may tell.
            }
        }
        return MIRROR;
    }

    private static @Nullable String mirror(String text) {
        Matcher m = URI.matcher(text);
        return m.find() ? m.group() : null;
    }
}
