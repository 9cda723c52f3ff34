package org.multigen.testkit;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.multigen.base.Rng;
import org.multigen.machine.Machine;

/** Runs plans: takes steps on a small machine and checks everything after each. Shrinks what fails. */
public final class PlanRunner {
    private final int checkEvery;
    private final boolean traced;

    /**
     * @param checkEvery steps between two full checks, 1 checks after each
     */
    public PlanRunner(int checkEvery) {
        this(checkEvery, false);
    }

    PlanRunner(int checkEvery, boolean traced) {
        this.checkEvery = checkEvery;
        this.traced = traced;
    }

    /** The random numbers of a step. */
    static Rng rng(long seed, int step) {
        Rng mixed = new Rng(seed * 0x9E3779B97F4A7C15L + step * 0xD1B54A32D192ED03L + 0x632BE59BD9B4E019L);
        mixed.next();
        mixed.next();
        return mixed;
    }

    /**
     * Runs a plan.
     *
     * @throws PlanFailure at the first step after which something is broken
     */
    public void run(Plan plan) {
        try (Machine machine = PlanMachine.build(plan.seed())) {
            PlanSteps steps = new PlanSteps(machine, plan.seed());
            for (int i = 0; i < plan.steps().length; i++) {
                step(plan, i, steps, machine);
            }
        }
    }

    private void step(Plan plan, int i, PlanSteps steps, Machine machine) {
        List<Broken> broken = List.of();
        try {
            steps.take(plan.steps()[i]);
            if (traced) {
                System.out.println(plan.steps()[i] + " " + steps.last());
            }
            if ((i + 1) % checkEvery == 0 || i + 1 == plan.steps().length) {
                broken = steps.check();
            }
        } catch (RuntimeException | StackOverflowError | AssertionError e) {
            throw new PlanFailure(plan, i, steps.last(), broken, e);
        }
        if (!broken.isEmpty()) {
            throw new PlanFailure(plan, i, steps.last(), broken, null);
        }
    }

    /** The shortest plan found within so many runs that still fails, or null if it does not fail at all. */
    public @Nullable PlanFailure shrink(Plan plan, int runs) {
        PlanFailure worst = fails(plan);
        if (worst == null) {
            return null;
        }
        int left = runs;
        for (int size = worst.cut().steps().length / 2; size >= 1 && left > 0; size /= 2) {
            for (int at = worst.cut().steps().length - 1 - size; at >= 0 && left > 0; at -= size, left--) {
                PlanFailure smaller = fails(worst.cut().without(at, at + size));
                if (smaller != null) {
                    worst = smaller;
                    at = Math.min(at, worst.cut().steps().length - 1);
                }
            }
        }
        return worst;
    }

    private static @Nullable PlanFailure fails(Plan plan) {
        try {
            new PlanRunner(1).run(plan);
            return null;
        } catch (PlanFailure f) {
            return f;
        }
    }
}
