package org.multigen.lab.cli;

import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import org.multigen.lab.failure.ExitCode;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.failure.Nearest;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code multigen completion bash|zsh}: a script for the shell. */
@CommandLine.Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        description = {
            "Prints a script that lets bash or zsh complete commands, options and their values, lists with commas too.",
            "For every new shell: the line of the first example in ~/.bashrc or ~/.zshrc, or a file as in the second, which"
                    + " starts quicker."
        },
        footer = {
            "",
            "Examples:",
            "  source <(multigen completion bash)",
            "  multigen completion zsh > ~/.multigen-completion && echo 'source ~/.multigen-completion' >> ~/.zshrc"
        })
final class CompletionCommand implements Callable<Integer> {
    private static final List<String> SHELLS = List.of("bash", "zsh");
    /** How the script for picocli ends. */
    private static final String LAST = "complete -F _complete_multigen -o default multigen multigen.sh multigen.bash";

    /** Of a list, the last element is completed as if it stood alone. */
    private static final String LISTS = """
            function _complete_multigen_lists() {
              local word=${COMP_WORDS[COMP_CWORD]}
              local i
              if [[ "$word" != *,* ]]; then
                _complete_multigen
                return
              fi
              COMP_WORDS[COMP_CWORD]=${word##*,}
              _complete_multigen
              for ((i = 0; i < ${#COMPREPLY[@]}; i++)); do
                COMPREPLY[i]=${word%,*},${COMPREPLY[i]}
              done
            }
            complete -F _complete_multigen_lists -o default multigen
            """;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "SHELL", completionCandidates = Shells.class, description = "bash or zsh.")
    @SuppressWarnings("NullAway.Init")
    private String shell;

    @Override
    public Integer call() {
        if (!SHELLS.contains(shell)) {
            throw Failure.usage(
                    "no completion for '" + shell + "': expected bash or zsh" + Nearest.hint(shell, SHELLS));
        }
        String script = AutoComplete.bash("multigen", spec.root().commandLine());
        spec.commandLine().getOut().print(script.replace(LAST, LISTS));
        return ExitCode.DONE.code();
    }

    static final class Shells implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return SHELLS.iterator();
        }
    }
}
