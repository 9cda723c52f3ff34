package org.multigen.lab.cli;

import java.util.concurrent.Callable;

/**
 * A subcommand of {@code multigen}: a class with a public constructor without parameters and picocli's {@code @Command}
 * annotation, found through {@link java.util.ServiceLoader}.
 *
 * <p>{@link #call} returns the exit code. What the user can mend is thrown as {@link org.multigen.lab.failure.Failure};
 * every other exception ends the command as an internal error. Results go to {@code spec.commandLine().getOut()}, talk to
 * {@code getErr()}.
 */
public interface Command extends Callable<Integer> {}
