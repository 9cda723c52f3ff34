package org.multigen.lab.record;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.failure.Failure;

/**
 * The program that a command line names: found on the search path, with a script replaced by its interpreter, as the shell
 * and the kernel do. Children get the same treatment in the plugin.
 *
 * @param program the file to run
 * @param args its arguments, the name it is called by first
 */
record CommandFile(Path program, List<String> args) {
    private static final int MAX_SCRIPTS = 5;
    private static final int START = 256;
    private static final int ELF_MACHINE_AT = 18;

    /** Finds the program of a command. */
    static CommandFile resolve(List<String> command, Map<String, String> environment) {
        Path program = find(command.getFirst(), environment.getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin"));
        List<String> args = new ArrayList<>(command);
        for (int scripts = 0; scripts <= MAX_SCRIPTS; scripts++) {
            byte[] start = start(program);
            if (start.length > 2 && start[0] == '#' && start[1] == '!') {
                args = interpreted(start, program, args);
                program = Path.of(args.getFirst());
                continue;
            }
            checkElf(program, start);
            return new CommandFile(program, List.copyOf(args));
        }
        throw Failure.badData(command.getFirst(), "a script whose interpreter is a script, and so on");
    }

    static @Nullable Path onPath(String name, String path) {
        for (String dir : path.split(":")) {
            Path file = Path.of(dir.isEmpty() ? "." : dir, name);
            if (Files.isRegularFile(file) && Files.isExecutable(file)) {
                return file;
            }
        }
        return null;
    }

    private static Path find(String name, String path) {
        if (name.contains("/")) {
            Path file = Path.of(name);
            if (!Files.exists(file)) {
                throw Failure.noInput(file);
            }
            if (!Files.isRegularFile(file) || !Files.isExecutable(file)) {
                throw Failure.badData(name, "not an executable file");
            }
            return file;
        }
        Path file = onPath(name, path);
        if (file == null) {
            throw Failure.noInput(Path.of(name));
        }
        return file;
    }

    private static byte[] start(Path program) {
        try (InputStream in = Files.newInputStream(program)) {
            return in.readNBytes(START);
        } catch (IOException e) {
            throw Failure.cannotRead(program, e);
        }
    }

    private static List<String> interpreted(byte[] start, Path script, List<String> args) {
        String line =
                new String(start, StandardCharsets.UTF_8).lines().findFirst().orElse("#!");
        String[] words = line.substring(2).strip().split("[ \t]+", 2);
        if (words[0].isEmpty()) {
            throw Failure.badData(script.toString(), "its first line names no interpreter");
        }
        List<String> result = new ArrayList<>(List.of(words));
        result.add(script.toString());
        result.addAll(args.subList(1, args.size()));
        return result;
    }

    private static void checkElf(Path program, byte[] start) {
        boolean elf = start.length > ELF_MACHINE_AT + 1 && start[0] == 0x7f && start[1] == 'E' && start[2] == 'L';
        if (!elf) {
            throw Failure.badData(program.toString(), "neither a program nor a script");
        }
        int machine = start[ELF_MACHINE_AT] & 0xFF;
        if (machine != Architecture.current().elfMachine()) {
            throw Failure.badData(program.toString(), "built for another kind of processor");
        }
    }
}
