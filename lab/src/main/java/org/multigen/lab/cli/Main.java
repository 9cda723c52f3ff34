package org.multigen.lab.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ServiceLoader;
import picocli.CommandLine;

/** The entry point of the {@code multigen} command. */
public final class Main {
    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        PrintWriter out = writer(FileDescriptor.out);
        PrintWriter err = writer(FileDescriptor.err);
        int code = run(out, err, args);
        System.exit(code);
    }

    /** Runs one command inside this process. */
    public static int run(PrintWriter out, PrintWriter err, String... args) {
        CommandLine line = new CommandLine(new RootCommand());
        for (Command command : ServiceLoader.load(Command.class)) {
            line.addSubcommand(command);
        }
        line.setOut(out).setErr(err);
        Ending ending = new Ending(err, args);
        line.setParameterExceptionHandler(ending).setExecutionExceptionHandler(ending);
        int code = line.execute(args);
        err.flush();
        out.flush();
        return code;
    }

    private static PrintWriter writer(FileDescriptor fd) {
        OutputStream bytes = new BufferedOutputStream(new FileOutputStream(fd), 1 << 16);
        return new PrintWriter(new OutputStreamWriter(bytes, StandardCharsets.UTF_8), fd == FileDescriptor.err);
    }
}
