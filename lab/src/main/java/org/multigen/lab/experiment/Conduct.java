package org.multigen.lab.experiment;

import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.multigen.machine.Machine;

/**
 * How trials are run; all but the threads does not change what they come to.
 *
 * @param panic the first broken invariant stops everything and leaves a dump
 * @param partial damaged recordings are used up to their damage
 * @param progress told how far it is
 * @param replay from the name of a variant to the command line that runs it again; stands in warnings
 * @param dumps folder for dumps
 * @param built told of each machine before anything runs on it
 * @param threads real threads to run on, or 0 for virtual time
 * @param sampling what is taken down over time
 */
public record Conduct(
        boolean panic,
        boolean partial,
        Progress progress,
        UnaryOperator<String> replay,
        Path dumps,
        Consumer<Machine> built,
        int threads,
        Sampling sampling) {

    /** With nothing taken down over time. */
    public Conduct(
            boolean panic,
            boolean partial,
            Progress progress,
            UnaryOperator<String> replay,
            Path dumps,
            Consumer<Machine> built,
            int threads) {
        this(panic, partial, progress, replay, dumps, built, threads, Sampling.NONE);
    }

    /** In virtual time; nobody replays and nobody listens; dumps go to the working folder; nothing is taken down over time. */
    public static Conduct of(boolean panic, Progress progress) {
        return new Conduct(panic, false, progress, v -> "variant " + v, Path.of(""), m -> {}, 0);
    }

    /** The same with something taken down over time. */
    public Conduct sampling(Sampling what) {
        return new Conduct(panic, partial, progress, replay, dumps, built, threads, what);
    }
}
