package org.multigen.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Compares text with a file of the repository. With {@code -Dmultigen.update=true} (passed by {@code -DargLine}) the file is
 * written instead: look at the difference before committing it.
 */
public final class Golden {
    private Golden() {}

    /** The project's root folder. */
    public static Path root() {
        String root = System.getProperty("multigen.root");
        return root != null ? Path.of(root) : Path.of("").toAbsolutePath();
    }

    /** A golden file among the test resources of a class. */
    public static Path beside(Class<?> test, String name) {
        return root().resolve("lab/src/test/resources")
                .resolve(test.getPackageName().replace('.', '/'))
                .resolve(name);
    }

    public static void check(Path file, String actual) {
        try {
            if (Boolean.getBoolean("multigen.update") || System.getenv("MULTIGEN_UPDATE") != null) {
                Files.createDirectories(file.getParent());
                Files.writeString(file, actual);
            }
            assertThat(file).as("golden file").exists();
            assertThat(actual)
                    .as("as in " + file + "; MULTIGEN_UPDATE=1 rewrites it")
                    .isEqualTo(Files.readString(file));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
