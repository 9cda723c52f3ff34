package org.multigen.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.multigen.lab.failure.ExitCode;
import org.multigen.lab.failure.Failure;
import picocli.CommandLine;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return Main.run(new PrintWriter(out), new PrintWriter(err), args);
    }

    @Test
    void versionNamesVersionCommitAndKernels() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString().lines()).anyMatch(l -> l.matches("multigen \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?"));
        assertThat(out.toString().lines()).anyMatch(l -> l.matches("commit ([0-9a-f]{7,40}(-dirty)?|unknown)"));
        assertThat(out.toString().lines()).anyMatch(l -> l.startsWith("kernels ") && l.contains("6.12 (6.12.117)"));
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void theTableOfExitCodesIsTheDocumentedOne() throws IOException {
        assertThat(run("help", "exit-codes")).isZero();
        Path page = Path.of(System.getProperty("multigen.root"), "docs", "exit-codes.md");
        assertThat(Files.readString(page)).contains(out.toString());
        for (ExitCode e : ExitCode.values()) {
            assertThat(out.toString()).contains(String.format("%4d  %s%n", e.code(), e.meaning()));
        }
    }

    @Test
    void withoutACommandItSaysSoInOneLine() {
        assertThat(run()).isEqualTo(64);
        assertThat(err.toString()).isEqualTo("multigen: a command is expected; multigen --help lists them\n");
    }

    @Test
    void aMistypedCommandGetsTheNearestOne() {
        assertThat(run("hlep")).isEqualTo(64);
        assertThat(err.toString()).isEqualTo("multigen: unknown command 'hlep' (did you mean 'help'?)\n");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aMistypedOptionIsAWrongCommandLine() {
        assertThat(run("--versoin")).isEqualTo(64);
        assertThat(err.toString()).isEqualTo("multigen: unknown option '--versoin' (did you mean '--version'?)\n");
    }

    @Test
    void everyCommandHasADescription() {
        assertThat(run("--help")).isZero();
        new CommandLine(new RootCommand())
                .getSubcommands()
                .values()
                .forEach(c -> assertThat(c.getCommandSpec().usageMessage().description())
                        .as(c.getCommandName())
                        .isNotEmpty());
    }

    @Test
    void aFullHeapIsSaidInOneLine() {
        Ending ending = new Ending(new PrintWriter(err), "wss", "x");
        assertThat(ending.internal(new OutOfMemoryError("Java heap space"))).isEqualTo(69);
        assertThat(err.toString().lines()).hasSize(1).allMatch(l -> l.startsWith("multigen: not enough memory"));
    }

    @Test
    void anInternalErrorNamesItsPlaceAndTheReplay() {
        Ending ending = new Ending(new PrintWriter(err), "run", "my file.yaml", "--seed=3");
        assertThat(ending.internal(new IllegalStateException("broken"))).isEqualTo(70);
        assertThat(err.toString().lines())
                .hasSize(2)
                .anyMatch(l ->
                        l.matches("multigen: internal error: IllegalStateException: broken \\(MainTest\\.java:\\d+\\)"))
                .anyMatch(l -> l.equals("replay: MULTIGEN_STACK=stack.txt multigen run 'my file.yaml' --seed=3"));
    }

    @Test
    void aFailureKeepsItsCodeAndItsOneLine() {
        Ending ending = new Ending(new PrintWriter(err));
        int code = ending.failed(Failure.badData("a.yaml:3", "unknown key 'swapiness':\n expected swappiness"));
        assertThat(code).isEqualTo(65);
        assertThat(err.toString()).isEqualTo("multigen: a.yaml:3: unknown key 'swapiness': expected swappiness\n");
    }

    @Test
    void aFullDiskBehindStandardOutputIsNoticed() {
        StandardStream full = new StandardStream(new java.io.OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        });
        PrintWriter writer = full.writer(false);
        writer.println("result");
        writer.flush();
        assertThat(full.failure()).hasMessage("No space left on device");
        assertThat(full.readerLeft()).isFalse();
    }
}
