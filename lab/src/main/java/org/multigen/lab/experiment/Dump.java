package org.multigen.lab.experiment;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.multigen.base.Warnings;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.figure.LastDecisions;
import org.multigen.lab.result.ResultFile;
import org.multigen.lab.scenario.Plan;
import org.multigen.lab.task.Happenings;
import org.multigen.machine.Machine;

/** What a machine looked like when an invariant broke, as text. */
final class Dump {
    private final StringBuilder out = new StringBuilder();

    private Dump() {}

    /**
     * Writes a dump.
     *
     * @param last the decisions before, or null
     * @return the failure that ends the command: what broke, and the file, or why there is none
     */
    static Failure write(
            Warnings.Panic broken, TrialSpec spec, Plan plan, Machine machine, LastDecisions last, Conduct conduct) {
        Dump d = new Dump();
        d.out.append("broken invariant: ").append(broken.getMessage()).append('\n');
        d.out.append("scenario: ").append(spec.scenario()).append('\n');
        d.out.append("variant: ").append(spec.variant()).append('\n');
        d.out.append("replay: ").append(conduct.replay().apply(spec.variant())).append('\n');
        spec.settings()
                .forEach((path, value) -> d.out.append("setting ")
                        .append(path)
                        .append(": ")
                        .append(value)
                        .append('\n'));
        d.section("last decisions", last::text);
        d.section("lru_gen_full", machine.lruGen()::readFull);
        d.section("vmstat", () -> Happenings.vmstat(machine));
        plan.cgroups()
                .forEach(c ->
                        d.section(c.path() + "/memory.stat", () -> machine.readCgroupFile(c.path(), "memory.stat")));
        String line = "broken invariant in " + spec.variant() + ": " + broken.getMessage();
        Path file = conduct.dumps()
                .resolve((spec.scenario() + "-" + spec.variant()).replaceAll("[^A-Za-z0-9._-]", "_") + ".dump.txt");
        try {
            ResultFile.write(file, d.out.toString());
        } catch (Failure notWritten) {
            return Failure.broken(line + "; no dump: " + notWritten.getMessage());
        }
        return Failure.broken(line + "; dump: " + file);
    }

    /** A part that may fail: the machine is broken. */
    private void section(String title, Supplier<String> text) {
        out.append("\n==== ").append(title).append('\n');
        try {
            out.append(text.get().stripTrailing()).append('\n');
        } catch (RuntimeException e) {
            out.append("cannot be read: ").append(e).append('\n');
        }
    }
}
