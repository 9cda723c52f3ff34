package org.multigen.testkit;

import java.util.ArrayList;
import java.util.List;

/**
 * A random plan: a seed, and which of its steps are taken. What step i does depends on the seed, on i and on the state that it
 * meets, so that a plan stays a plan when steps are left out.
 *
 * <p>As text: {@code SEED:RANGES}, e.g. {@code 42:0-99,104,110-112}.
 *
 * @param seed chooses the machine and all steps
 * @param steps numbers of the steps, ascending
 */
public record Plan(long seed, int[] steps) {
    /** The first {@code n} steps of a seed. */
    public static Plan of(long seed, int n) {
        int[] steps = new int[n];
        java.util.Arrays.setAll(steps, i -> i);
        return new Plan(seed, steps);
    }

    /**
     * Reads a plan's text.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Plan parse(String text) {
        try {
            String[] parts = text.trim().split(":");
            List<Integer> steps = new ArrayList<>();
            for (String range : parts[1].split(",")) {
                String[] ends = range.split("-");
                for (int i = Integer.parseInt(ends[0]); i <= Integer.parseInt(ends[ends.length - 1]); i++) {
                    steps.add(i);
                }
            }
            return new Plan(
                    Long.parseLong(parts[0]), steps.stream().mapToInt(i -> i).toArray());
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no plan, expected SEED:RANGES such as 42:0-99,104", e);
        }
    }

    /** Without the steps from one place in it to another. */
    Plan without(int from, int to) {
        int[] rest = new int[steps.length - (to - from)];
        System.arraycopy(steps, 0, rest, 0, from);
        System.arraycopy(steps, to, rest, from, steps.length - to);
        return new Plan(seed, rest);
    }

    Plan first(int n) {
        return new Plan(seed, java.util.Arrays.copyOf(steps, n));
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Plan p && p.seed == seed && java.util.Arrays.equals(p.steps, steps);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(seed) * 31 + java.util.Arrays.hashCode(steps);
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder().append(seed).append(':');
        for (int i = 0; i < steps.length; ) {
            int j = i;
            while (j + 1 < steps.length && steps[j + 1] == steps[j] + 1) {
                j++;
            }
            out.append(i == 0 ? "" : ",").append(steps[i]);
            if (j > i) {
                out.append('-').append(steps[j]);
            }
            i = j + 1;
        }
        return out.toString();
    }
}
