package org.multigen.testkit.ageing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multigen.addrspace.Prot;
import org.multigen.base.Cost;
import org.multigen.base.KernelError;
import org.multigen.machine.Machine;
import org.multigen.machine.Task;
import org.multigen.testkit.MmInvariants;

/** Without control groups one list holds every address space: forked ones are added, who exits leaves. */
class GlobalListTest {
    private static final int PAGES = 600;

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "7.2"})
    void oneListForAll(String kernel) throws KernelError {
        try (Machine m = Bench.builder(kernel).memcg(false).build()) {
            Task one = m.spawn("one", m.root());
            Task other = m.spawn("other", m.root());
            for (Task t : new Task[] {one, other}) {
                t.mmapAnon(Bench.VPN, PAGES, Prot.READ_WRITE);
                use(t);
            }
            assertThat(walkedByAgeing(m, one, other)).isEqualTo(2);
            Task child = one.fork("child");
            use(child);
            assertThat(walkedByAgeing(m, one, other, child))
                    .as("a forked one is added")
                    .isEqualTo(3);
            other.exit();
            assertThat(walkedByAgeing(m, one, child)).as("who exits leaves").isEqualTo(2);
            assertThat(MmInvariants.check(m)).isEmpty();
        }
    }

    private static void use(Task t) {
        for (int i = 0; i < PAGES; i++) {
            t.touch(Bench.VPN + i, true);
        }
    }

    /** Address spaces that an ageing walks after these have run. */
    private static long walkedByAgeing(Machine m, Task... ran) throws KernelError {
        for (Task t : ran) {
            t.contextSwitch();
        }
        long before = m.costs().events(Cost.WALK_MM);
        long seq = m.rooms().multigen().maxSeq(m.lruvecs().of(m.root(), 0));
        m.lruGen().write("+ " + m.root().id() + " 0 " + seq + " 60 1");
        return m.costs().events(Cost.WALK_MM) - before;
    }
}
