package org.multigen.lab.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.multigen.lab.failure.Failure;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Keeps a command from writing over what it reads, and from writing two results into one file. */
public final class Outputs {
    private static final Set<String> OUTPUTS = Set.of("--output", "--report", "--pages", "--store", "--markdown");
    private static final Set<String> INPUTS = Set.of("--trace", "--db");

    private Outputs() {}

    /** The strategy of every command: a failure stands before anything has been read. */
    static int checkThenRun(ParseResult parsed) {
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        try {
            check(last);
        } catch (Failure e) {
            throw new ParameterException(last.commandSpec().commandLine(), String.valueOf(e.getMessage()), e);
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    private static void check(ParseResult command) {
        List<Path> inputs = new ArrayList<>();
        command.matchedPositionals().forEach(p -> inputs.addAll(paths(p)));
        command.matchedOptions().stream().filter(o -> has(o, INPUTS)).forEach(o -> inputs.addAll(paths(o)));
        Map<String, Path> outputs = new LinkedHashMap<>();
        for (OptionSpec option : command.matchedOptions()) {
            for (Path output : has(option, OUTPUTS) ? paths(option) : List.<Path>of()) {
                inputs.forEach(i -> spare(i, option.shortestName(), output));
                outputs.forEach((name, other) -> {
                    if (same(other, output)) {
                        throw Failure.usage(option.shortestName() + " " + output + ": " + name
                                + " writes the same file; expected another one");
                    }
                });
                outputs.put(option.shortestName(), output);
            }
        }
    }

    /**
     * Keeps a file that is read from being written over.
     *
     * @throws Failure if an option's output is that file
     */
    public static void spare(Path input, String option, Path output) {
        if (same(input, output)) {
            throw Failure.usage(option + " " + output + ": names what is read, '" + input + "'; expected another file");
        }
    }

    private static boolean has(OptionSpec option, Set<String> names) {
        return List.of(option.names()).stream().anyMatch(names::contains);
    }

    /** What an argument names as files; the words of a program to record may be such, too. */
    private static List<Path> paths(ArgSpec argument) {
        Object value = argument.getValue();
        Collection<?> values = value instanceof Collection<?> many ? many : value == null ? List.of() : List.of(value);
        List<Path> paths = new ArrayList<>();
        for (Object v : values) {
            if (v instanceof Path p) {
                paths.add(p);
            } else if (v instanceof String word) {
                try {
                    paths.add(Path.of(word));
                } catch (InvalidPathException e) {
                    // no file
                }
            }
        }
        return paths;
    }

    private static boolean same(Path a, Path b) {
        if (a.toAbsolutePath().normalize().equals(b.toAbsolutePath().normalize())) {
            return !Files.exists(a) || Files.isRegularFile(a);
        }
        try {
            return Files.isRegularFile(a) && Files.isRegularFile(b) && Files.isSameFile(a, b);
        } catch (IOException e) {
            return false;
        }
    }
}
