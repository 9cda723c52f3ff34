package org.multigen.lab.cli;

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
        description = "Prints a script that lets bash or zsh complete commands and options.",
        footer = {
            "",
            "Examples:",
            "  source <(multigen completion bash)",
            "  multigen completion zsh > ~/.multigen-completion && echo 'source ~/.multigen-completion' >> ~/.zshrc"
        })
final class CompletionCommand implements Callable<Integer> {
    private static final String ZSH = "autoload -U +X bashcompinit && bashcompinit\n";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
    @SuppressWarnings("NullAway.Init")
    private String shell;

    @Override
    public Integer call() {
        String script = AutoComplete.bash("multigen", spec.root().commandLine());
        spec.commandLine()
                .getOut()
                .print(
                        switch (shell) {
                            case "bash" -> script;
                            case "zsh" -> ZSH + script;
                            default ->
                                throw Failure.usage("no completion for '" + shell + "': expected bash or zsh"
                                        + Nearest.hint(shell, List.of("bash", "zsh")));
                        });
        return ExitCode.DONE.code();
    }
}
