package org.multigen.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the script {@code multigen} makes of a JVM that does not start: it runs here beside a build without any classes. */
class LauncherTest {
    private static final String BUILT = "app-1";

    @TempDir
    private Path root;

    private String said = "";

    @BeforeEach
    void pretendABuild() throws IOException {
        Path source = Path.of(System.getProperty("multigen.root"));
        Files.copy(source.resolve("multigen"), root.resolve("multigen"));
        Files.createDirectory(root.resolve("build"));
        Files.copy(source.resolve("build/jdk.sh"), root.resolve("build/jdk.sh"));
        Files.createFile(root.resolve("pom.xml"));
        Path app = Files.createDirectories(root.resolve("target/multigen/" + BUILT));
        Files.createFile(app.resolve(System.getProperty("java.version") + ".aot"));
        Files.createFile(app.resolve("stamp"));
        Files.writeString(root.resolve("target/multigen/current"), BUILT + " unknown\n");
    }

    private int launch(String variable, String options) throws IOException, InterruptedException {
        ProcessBuilder b = new ProcessBuilder("bash", root.resolve("multigen").toString(), "--version");
        b.environment().put("JAVA_HOME", System.getProperty("java.home"));
        b.environment().remove("MULTIGEN_JAVA_OPTS");
        b.environment().put(variable, options);
        Process p = b.redirectErrorStream(true).start();
        said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(p.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return p.exitValue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Xmx1m", "-Xmx16q", "-XX:+NoSuchOption", "--no-such-option", "-Xms64m -Xmx16m"})
    void optionsThatTheJvmRefusesAreOneLine(String options) throws IOException, InterruptedException {
        assertThat(launch("MULTIGEN_JAVA_OPTS", options)).as(said).isEqualTo(69);
        assertThat(said.lines()).hasSize(1);
        assertThat(said).startsWith("multigen: the JVM does not start with '" + options + "': ");
        assertThat(launch("JAVA_TOOL_OPTIONS", options)).as(said).isEqualTo(69);
        assertThat(said.lines()).hasSize(1);
    }

    /** The class that is absent here is all that is missing. */
    @ParameterizedTest
    @ValueSource(strings = {"", "-Xmx16m", "-Xmx1g", "-XX:+UseParallelGC", "-XX:MaxRAMPercentage=1"})
    void optionsThatItTakesReachIt(String options) throws IOException, InterruptedException {
        for (String variable : new String[] {"MULTIGEN_JAVA_OPTS", "JAVA_TOOL_OPTIONS"}) {
            assertThat(launch(variable, options)).as(variable + ": " + said).isEqualTo(1);
            assertThat(said).contains("find or load main class org.multigen.lab.cli.Main");
        }
    }
}
