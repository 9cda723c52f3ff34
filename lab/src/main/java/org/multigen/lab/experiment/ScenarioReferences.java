package org.multigen.lab.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.figure.ReferenceLog;
import org.multigen.lab.policy.References;
import org.multigen.lab.result.TrialResult;
import org.multigen.lab.scenario.Plan;
import org.multigen.lab.scenario.Warmup;

/**
 * Which pages a scenario's tasks reference, for policies that hold as many pages as the limit of its one group allows.
 *
 * @param references none if such policies do not apply
 * @param firstTouches of anonymous and shared memory after the warm-up: nothing is read for them
 * @param filePages different pages of files
 * @param why there are none, else empty
 * @param notes what a reader has to know of them
 */
public record ScenarioReferences(
        @Nullable References references, long firstTouches, long filePages, String why, List<String> notes) {

    /** None. */
    public static ScenarioReferences none(String why) {
        return new ScenarioReferences(null, 0, 0, why, List.of());
    }

    /**
     * From a run that has memory for everything: the order of its touches, which is that of every run if there is one task.
     *
     * @param run runs it with the log
     */
    static ScenarioReferences of(Plan plan, Function<ReferenceLog, TrialResult> run) {
        String why = whyNot(plan);
        if (!why.isEmpty()) {
            return none(why);
        }
        List<String> notes = new ArrayList<>();
        if (plan.tasks().size() > 1) {
            notes.add("reference policies see the tasks' references in the order of a run with memory for everything");
        }
        ReferenceLog log = new ReferenceLog();
        try {
            return run.apply(log).killed().isEmpty()
                    ? new ScenarioReferences(log.references(), log.firstTouches(), log.filePages(), "", notes)
                    : none("a task runs out of memory even without a limit on its group");
        } catch (ReferenceLog.TooMany e) {
            return none("the scenario has " + e.getMessage());
        } catch (Failure e) {
            return none("a run without a limit on the group fails: " + e.getMessage());
        }
    }

    /** Why one capacity does not describe where the pages of a plan are, or empty. */
    private static String whyNot(Plan plan) {
        if (plan.tasks().stream().anyMatch(t -> t.work() instanceof Plan.Guest)) {
            return "what guests touch is seen by their own page tables only";
        }
        if (plan.machine().nodes().stream().anyMatch(n -> n.medium() != null)) {
            return "with memory tiers a page that leaves the fast one need not be read again";
        }
        if (plan.warmup() instanceof Warmup.Until) {
            return "a warm-up that ends at a time ends at another touch in each run";
        }
        for (Plan.Event e : plan.events()) {
            if (e.action() instanceof Plan.WriteFile w
                    && !w.cgroup().isEmpty()
                    && !w.file().equals("memory.reclaim")) {
                return "an event changes " + w.cgroup() + "/" + w.file() + " during the run";
            }
        }
        List<String> limited = plan.cgroups().stream()
                .filter(c -> c.files().containsKey("memory.max"))
                .map(Plan.Cgroup::path)
                .toList();
        for (Plan.Task t : plan.tasks()) {
            if (limited.size() != 1 || !(t.cgroup() + "/").startsWith(limited.getFirst() + "/")) {
                return "the limit does not hold for task " + t.name() + " alone or for all tasks together";
            }
        }
        return "";
    }
}
