package org.multigen.lab.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A command's help as a manual page, in the man macros of roff. */
final class ManPage {
    private final CommandSpec spec;
    private final StringBuilder out = new StringBuilder();

    private ManPage(CommandSpec spec) {
        this.spec = spec;
    }

    /** The page's name without its section: {@code multigen-trace-stat}. */
    static String name(CommandLine command) {
        return command.getCommandSpec().qualifiedName("-");
    }

    /** The page. The same build gives the same bytes. */
    static String of(CommandLine command) {
        return new ManPage(command.getCommandSpec()).page();
    }

    private String page() {
        String name = spec.qualifiedName("-");
        line(".TH \"" + name.toUpperCase(Locale.ROOT) + "\" 1 \"\" \"multigen "
                + BuildInfo.load().version() + "\" \"multigen manual\"");
        line(".nh");
        line(".ad l");
        List<String> description = text(spec.usageMessage().description());
        section("NAME");
        line(escaped(name) + " \\- " + escaped(description.isEmpty() ? "" : firstClause(description.getFirst())));
        section("SYNOPSIS");
        line(escaped(synopsis()));
        section("DESCRIPTION");
        description.forEach(this::paragraph);
        arguments();
        commands();
        examples();
        section("EXIT STATUS");
        line(".nf");
        HelpCommand.exitCodes().lines().skip(1).map(ManPage::escaped).forEach(this::line);
        line(".fi");
        section("SEE ALSO");
        CommandSpec parent = spec.parent();
        line(escaped(parent == null ? "multigen --help" : parent.qualifiedName("-") + "(1)"));
        return out.toString();
    }

    private void arguments() {
        List<ArgSpec> all = new ArrayList<>(spec.positionalParameters());
        all.addAll(spec.options());
        all.removeIf(ArgSpec::hidden);
        if (all.isEmpty()) {
            return;
        }
        section("OPTIONS");
        for (ArgSpec a : all) {
            line(".TP");
            line("\\fB" + escaped(title(a)) + "\\fR");
            line(escaped(String.join(" ", text(a.renderedDescription()))));
        }
    }

    private static String title(ArgSpec a) {
        return switch (a) {
            case OptionSpec o when o.arity().max() == 0 -> String.join(", ", o.names());
            case OptionSpec o -> String.join(", ", o.names()) + "=" + o.paramLabel();
            case PositionalParamSpec p -> p.paramLabel();
            default -> a.paramLabel();
        };
    }

    private void commands() {
        if (spec.subcommands().isEmpty()) {
            return;
        }
        section("COMMANDS");
        spec.subcommands().forEach((name, command) -> {
            List<String> description =
                    text(command.getCommandSpec().usageMessage().description());
            line(".TP");
            line("\\fB" + escaped(name(command)) + "\\fR(1)");
            line(escaped(description.isEmpty() ? "" : description.getFirst()));
        });
    }

    private void examples() {
        List<String> lines = text(spec.usageMessage().footer()).stream()
                .filter(l -> l.startsWith("  "))
                .toList();
        if (lines.isEmpty()) {
            return;
        }
        section("EXAMPLES");
        line(".nf");
        lines.forEach(l -> line(escaped(l)));
        line(".fi");
    }

    /** One line, whatever width the help would have. */
    private String synopsis() {
        return spec.commandLine().getHelp().synopsis(0).replaceAll("\\s+", " ").strip();
    }

    private static List<String> text(String... lines) {
        List<String> plain = new ArrayList<>();
        for (String l : lines) {
            plain.add(Ansi.OFF.string(l.replace("%n", "").replace("%%", "%")));
        }
        return plain;
    }

    private static String firstClause(String sentence) {
        return sentence.replaceFirst("\\.$", "");
    }

    private void section(String title) {
        line(".SH " + title);
    }

    private void paragraph(String text) {
        line(".PP");
        line(escaped(text));
    }

    private void line(String text) {
        out.append(text).append('\n');
    }

    /** Text as roff takes it: no escape, no request at the beginning of a line, hyphens that can be copied. */
    private static String escaped(String text) {
        String t = text.replace("\\", "\\e").replace("-", "\\-");
        return t.startsWith(".") || t.startsWith("'") ? "\\&" + t : t;
    }
}
