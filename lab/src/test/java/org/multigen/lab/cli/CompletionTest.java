package org.multigen.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Both shells complete commands, options, values, and the last of several values. */
class CompletionTest {
    /** A line up to the cursor, and what is offered there; blanks between several. */
    private static final List<String[]> ASKED = List.of(
            new String[] {"multigen com", "compare", "completion"},
            new String[] {"multigen trace st", "stat"},
            new String[] {"multigen compare --ker", "--kernels"},
            new String[] {"multigen compare x --lru ", "classic", "mglru"},
            new String[] {"multigen compare x --kernels 6.12,7", "6.12,7.2"},
            new String[] {"multigen mrc x --policies lru,s", "lru,s3fifo", "lru,sieve"},
            new String[] {"multigen run x --explain pgmajf", "pgmajfault"},
            new String[] {"multigen trace stat --input-format orac", "oracleGeneral"},
            new String[] {"multigen list ker", "kernels"},
            new String[] {"multigen completion z", "zsh"});

    /** Types a line into an interactive zsh, waits for what is expected, and prints all that the terminal showed. */
    private static final String TYPED = """
            zmodload zsh/zpty zsh/datetime
            zpty z zsh -f -i
            zpty -w z "PS1='>'; autoload -U compinit; compinit -u -D; source $1; multigen() { :; }; echo REA''DY"
            shown=
            until_shown() {
              local end=$((EPOCHREALTIME + 60)) part
              while [[ $shown != *$1* && $EPOCHREALTIME -lt $end ]]; do
                zpty -r -t z part && shown+=$part || sleep 0.05
              done
            }
            until_shown READY
            zpty -w -n z "$2"$'\\t\\t'
            shift 2
            for word in "$@"; do until_shown $word; done
            print -r -- $shown
            zpty -d z
            """;

    @TempDir
    private Path dir;

    private Path script(String shell) throws IOException {
        StringWriter out = new StringWriter();
        assertThat(Main.run(new PrintWriter(out), new PrintWriter(out), "completion", shell))
                .isZero();
        return Files.writeString(dir.resolve(shell + "-completion"), out.toString());
    }

    private String answer(List<String> command) throws IOException, InterruptedException {
        Process p = new ProcessBuilder(command)
                .directory(dir.toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        String answer = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(p.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return answer;
    }

    @Test
    void bashCompletes() throws IOException, InterruptedException {
        String ask = "source " + script("bash") + """
                ; while IFS= read -r line; do
                  COMP_WORDS=($line)
                  [[ $line != *' ' ]] || COMP_WORDS+=('')
                  COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMPREPLY=()
                  _complete_multigen_lists 2> /dev/null
                  printf '%s\\n' "${COMPREPLY[*]}"
                done < lines
                complete -p multigen
                """;
        Files.write(dir.resolve("lines"), ASKED.stream().map(a -> a[0]).toList());
        List<String> answers = answer(List.of("bash", "-c", ask)).lines().toList();
        assertThat(answers).hasSize(ASKED.size() + 1);
        for (int i = 0; i < ASKED.size(); i++) {
            String[] expected = Arrays.copyOfRange(ASKED.get(i), 1, ASKED.get(i).length);
            assertThat(answers.get(i).split(" ")).as(ASKED.get(i)[0]).contains(expected);
        }
        assertThat(answers.getLast()).isEqualTo("complete -o default -F _complete_multigen_lists multigen");
    }

    static boolean zshIsThere() {
        return Stream.of("/usr/bin", "/bin", "/usr/local/bin").anyMatch(d -> Files.isExecutable(Path.of(d, "zsh")));
    }

    @Test
    @EnabledIf("zshIsThere")
    void zshCompletes() throws IOException, InterruptedException {
        Path script = script("zsh");
        for (String[] asked : ASKED) {
            List<String> command =
                    new ArrayList<>(List.of("zsh", "-f", "-c", TYPED, "zsh", script.toString(), asked[0]));
            command.addAll(List.of(asked).subList(1, asked.length));
            String shown = answer(command).replaceAll("\u001b\\[[0-9;?]*[A-Za-z]", "");
            assertThat(shown).as(asked[0]).contains(List.of(asked).subList(1, asked.length));
        }
    }
}
