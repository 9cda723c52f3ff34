package org.multigen.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What the command says about itself: examples that work, manual pages, completion, the nearest word. */
class HelpTest {
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

    @TempDir
    private Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return Main.run(new PrintWriter(out), new PrintWriter(err), args);
    }

    private static CommandLine root() {
        CommandLine line = new CommandLine(new RootCommand());
        ServiceLoader.load(Command.class).forEach(line::addSubcommand);
        return line;
    }

    /** Commands that do something themselves. */
    static Stream<CommandLine> commands() {
        return leaves(root());
    }

    private static Stream<CommandLine> leaves(CommandLine line) {
        return line.getSubcommands().isEmpty()
                ? Stream.of(line)
                : line.getSubcommands().values().stream().flatMap(HelpTest::leaves);
    }

    private static List<String> examples(CommandLine command) {
        return Arrays.stream(command.getCommandSpec().usageMessage().footer())
                .filter(l -> l.startsWith("  "))
                .map(String::strip)
                .toList();
    }

    /** Words of a shell's command line, up to a pipe, redirection or second command. */
    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        Matcher m = WORD.matcher(line);
        while (m.find()) {
            String bare = m.group(2);
            if (bare != null && (bare.matches("[|>&<]+") || bare.startsWith("<("))) {
                break;
            }
            words.add(bare == null ? m.group(1) : bare);
        }
        return words;
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpEndsWithTwoExamplesThatParse(CommandLine command) {
        List<String> examples = examples(command);
        assertThat(examples).hasSizeGreaterThanOrEqualTo(2);
        for (String example : examples) {
            String own = example.replaceFirst("^source <\\((.*)\\)$", "$1").replaceFirst("^.*\\| (?=multigen )", "");
            List<String> words = words(own);
            assertThat(words.getFirst()).as(example).isEqualTo("multigen");
            List<String> args = words.subList(1, words.size());
            assertThatCode(() -> root().parseArgs(args.toArray(String[]::new)))
                    .as(example)
                    .doesNotThrowAnyException();
            for (String word : args) {
                if (word.startsWith("scenarios/") || word.startsWith("docs/")) {
                    assertThat(Path.of(System.getProperty("multigen.root"), word))
                            .exists();
                }
            }
        }
    }

    /** So that they can be copied into a shell. */
    @ParameterizedTest
    @MethodSource("commands")
    void noExampleIsBroken(CommandLine command) {
        String name = command.getCommandSpec().qualifiedName(" ").replaceFirst("^multigen ", "");
        assertThat(run(("help " + name).split(" "))).as(err.toString()).isZero();
        assertThat(out.toString().lines().map(String::strip)).containsAll(examples(command));
    }

    static boolean groffIsThere() {
        return Stream.of("/usr/bin", "/usr/local/bin").anyMatch(d -> Files.isExecutable(Path.of(d, "groff")));
    }

    @Test
    void everyCommandHasAManualPage() throws IOException {
        assertThat(run("man", "-o", dir.toString())).isZero();
        assertThat(dir.resolve("multigen.1")).content().contains(".SH COMMANDS").contains("multigen\\-trace\\fR(1)");
        commands().forEach(c -> assertThat(dir.resolve(ManPage.name(c) + ".1")).exists());
        assertThat(run("man", "trace", "stat")).isZero();
        assertThat(out.toString()).isEqualTo(Files.readString(dir.resolve("multigen-trace-stat.1")));
    }

    @Test
    @EnabledIf("groffIsThere")
    void manualPagesAreSoundRoff() throws IOException, InterruptedException {
        assertThat(run("man", "-o", dir.toString())).isZero();
        List<String> command = new ArrayList<>(List.of("groff", "-man", "-ww", "-z"));
        try (Stream<Path> pages = Files.list(dir)) {
            pages.sorted().map(Path::toString).forEach(command::add);
        }
        Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
        assertThat(new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(p.waitFor()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "comapre|compare",
                "help comapre|compare",
                "man comapre|compare",
                "completion zhs|zsh",
                "list kernles|kernels",
                "trace stta|stat",
                "run --fromat json|--format",
                "mrc x --format jsn|json",
                "mrc x --policies s3fif|s3fifo",
                "mrc x --kernels 6.21|6.1",
                "compare x --lru mgrlu|mglru",
                "wss x --lru clasic|classic",
                "trace stat x --input-format oraclegeneral|oracleGeneral",
                "run scenarios/first.yaml --variant mgrlu|mglru",
                "run scenarios/first.yaml --set vm.swapiness=3|vm.swappiness",
                "run scenarios/first.yaml --fail-if mglru.pgmajfualt>3|pgmajfault",
                "run scenarios/first.yaml --explain pgmajfualt|pgmajfault",
                "sweep scenarios/first.yaml --metric pgmajfualt|pgmajfault",
                "sweep scenarios/first.yaml --vary vm.swapiness=3|vm.swappiness",
            })
    void aTypoGetsTheNearestWord(String typed) {
        String line = typed.substring(0, typed.indexOf('|'));
        String[] words = Arrays.stream(line.split(" "))
                .map(w -> w.startsWith("scenarios/")
                        ? Path.of(System.getProperty("multigen.root"), w).toString()
                        : w)
                .toArray(String[]::new);
        assertThat(run(words)).as("%s: %s", line, err).isEqualTo(64);
        assertThat(err.toString()).contains("did you mean").contains(typed.substring(typed.indexOf('|') + 1));
        assertThat(err.toString().lines()).hasSize(1);
    }
}
