package org.multigen.testkit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A plan broke an invariant, or the machine threw. The message has the seed, the step and the command that replays it. */
public final class PlanFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Plan plan;
    private final int at;

    PlanFailure(Plan plan, int at, String operation, List<Broken> broken, @Nullable Throwable cause) {
        super(text(plan, at, operation, broken, cause), cause);
        this.plan = plan;
        this.at = at;
    }

    /** The plan that failed, cut behind the step that did. */
    Plan cut() {
        return plan.first(at + 1);
    }

    private static String text(Plan plan, int at, String operation, List<Broken> broken, @Nullable Throwable cause) {
        StringBuilder out = new StringBuilder("seed ")
                .append(plan.seed())
                .append(", step ")
                .append(plan.steps()[at])
                .append(" (")
                .append(operation)
                .append(')');
        for (Broken b : broken) {
            out.append("\n  ").append(b);
        }
        if (cause != null) {
            out.append("\n  ").append(cause);
        }
        return out.append(
                        "\nreplay: mvn -q -pl testkit -am test -Dtest=RandomPlansTest#replay -Dsurefire.failIfNoSpecifiedTests=false -Dplan=")
                .append(plan.first(at + 1))
                .toString();
    }
}
