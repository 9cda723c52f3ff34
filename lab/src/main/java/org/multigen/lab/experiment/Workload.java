package org.multigen.lab.experiment;

import java.util.List;
import org.multigen.machine.Program;
import org.multigen.machine.Task;

/** A scenario's task while it runs: one process, or the processes of a recording. */
interface Workload extends Program {
    /** Its processes so far, the dead ones too. */
    List<Task> processes();

    /** Virtual time at which it did its last operation. */
    long endNs();

    /** Whether the OOM killer ended one of its processes. */
    boolean killed();

    /** Moves it into another cgroup. */
    void moveTo(String cgroup);
}
