package org.multigen.lab.record;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.failure.Failure;

/**
 * Compiles the QEMU plugin when it is first needed, for the installed QEMU.
 *
 * <p>A plugin says which version of the plugin interface it was made for, and a QEMU accepts a range of them; the functions
 * in use are the same in all. So the versions are tried in turn until the installed QEMU loads the result, which is kept
 * in the user's cache directory under a name that changes with the source and with QEMU.
 */
final class PluginBuild {
    private static final String SOURCE = "page_recorder.c";
    private static final int LAST_API = 9;

    private final Path qemu;
    private final Map<String, String> environment;

    PluginBuild(Path qemu, Map<String, String> environment) {
        this.qemu = qemu;
        this.environment = environment;
    }

    /** The plugin, compiled now or earlier. */
    Path plugin() {
        byte[] source = source();
        Path cache = cacheDirectory();
        Path plugin = cache.resolve("page_recorder-" + digest(source, qemuVersion()) + ".so");
        if (Files.exists(plugin)) {
            return plugin;
        }
        try {
            Files.createDirectories(cache);
            Path work = Files.createTempDirectory(cache, "build");
            try {
                Path built = build(Files.write(work.resolve(SOURCE), source), work);
                return Files.move(built, plugin, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Spool.delete(work);
            }
        } catch (IOException e) {
            throw Failure.cannotWrite(cache, e);
        }
    }

    private Path build(Path source, Path work) throws IOException {
        Path cc = compiler();
        Path built = work.resolve("plugin.so");
        String refusal = "";
        for (int api = 1; api <= LAST_API; api++) {
            Ran compiled = Ran.run(List.of(
                    cc.toString(),
                    "-O2",
                    "-shared",
                    "-fPIC",
                    "-fvisibility=hidden",
                    "-DMG_PLUGIN_API=" + api,
                    "-o",
                    built.toString(),
                    source.toString(),
                    "-ldl"));
            if (compiled.status() != 0) {
                throw Failure.unavailable("the recorder's plugin does not compile with " + cc + ": " + compiled.output()
                        + " (Debian: apt-get install gcc libc6-dev)");
            }
            Ran loaded = Ran.run(List.of(qemu.toString(), "-plugin", built.toString(), trivialProgram()));
            if (loaded.status() == 0) {
                return built;
            }
            refusal = loaded.output();
        }
        throw Failure.unavailable(qemu + " does not load the recorder's plugin: " + refusal);
    }

    private Path compiler() {
        String path = environment.getOrDefault("PATH", "");
        for (String name : List.of("cc", "gcc", "clang")) {
            Path cc = CommandFile.onPath(name, path);
            if (cc != null) {
                return cc;
            }
        }
        throw Failure.unavailable(
                "no C compiler to build the recorder's plugin with (Debian: apt-get install gcc libc6-dev)");
    }

    private static String trivialProgram() {
        return Files.exists(Path.of("/bin/true")) ? "/bin/true" : "/usr/bin/true";
    }

    private String qemuVersion() {
        return Ran.run(List.of(qemu.toString(), "--version")).output();
    }

    private Path cacheDirectory() {
        String xdg = environment.get("XDG_CACHE_HOME");
        @Nullable String home = environment.get("HOME");
        if (xdg != null && xdg.startsWith("/")) {
            return Path.of(xdg, "multigen");
        }
        return home != null
                ? Path.of(home, ".cache", "multigen")
                : Path.of(System.getProperty("java.io.tmpdir"), "multigen");
    }

    private static byte[] source() {
        try (InputStream in = PluginBuild.class.getResourceAsStream(SOURCE)) {
            if (in == null) {
                throw new IllegalStateException(SOURCE + " is not on the class path");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String digest(byte[] source, String qemuVersion) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(source);
            sha.update(qemuVersion.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sha.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
