package org.multigen.fidelity.prove;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.failure.Failure;

/** Programs of the host that a proof needs. */
final class Tool {
    private Tool() {}

    /** A program on the search path, or null. */
    static @Nullable Path find(String name) {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin";
        for (String folder : path.split(":")) {
            Path file = Path.of(folder.isEmpty() ? "." : folder, name);
            if (Files.isRegularFile(file) && Files.isExecutable(file)) {
                return file;
            }
        }
        return null;
    }

    /** @throws Failure that says what to install */
    static Path need(String name, String what, String debianPackage) {
        Path found = find(name);
        if (found == null) {
            throw Failure.unavailable(what + " needs " + name + ", which is not installed (Debian: apt-get install "
                    + debianPackage + ")");
        }
        return found;
    }

    /** What a program printed on its standard output. */
    record Output(int status, String text, String errors) {}

    static Output run(@Nullable Path folder, List<String> command) {
        try {
            Path errors = Files.createTempFile("multigen", ".err");
            try {
                ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command)).redirectError(errors.toFile());
                if (folder != null) {
                    builder.directory(folder.toFile());
                }
                builder.environment().put("LC_ALL", "C");
                Process p = builder.start();
                p.getOutputStream().close();
                String text = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                int status = p.waitFor();
                return new Output(status, text, lastLine(Files.readString(errors, StandardCharsets.ISO_8859_1)));
            } finally {
                Files.deleteIfExists(errors);
            }
        } catch (IOException e) {
            throw Failure.unavailable(command.getFirst() + " cannot be run: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.unavailable(command.getFirst() + " was interrupted");
        }
    }

    private static String lastLine(String text) {
        return text.strip().lines().reduce("", (a, b) -> b);
    }
}
