package org.multigen.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.multigen.addrspace.Prot;
import org.multigen.base.KernelError;
import org.multigen.fault.Touch;
import org.multigen.memcg.Memcg;
import org.multigen.memory.NodeConfig;

/** memory.high slows a group down and reclaims from it, but never keeps it from going on. */
class MemoryHighTest {
    private static final int PAGES = 256;

    @Test
    @Timeout(60)
    void copyOnWriteFarAboveHighGoesOn() throws KernelError {
        try (Machine machine = Machine.builder()
                .kernel("6.12")
                .node(NodeConfig.ofPages(0, 4096))
                .swap(new SwapConfig(SwapConfig.Kind.ZRAM, "lzo-rle", 4096, 0))
                .build()) {
            Memcg group = machine.createMemcg("A");
            Task parent = machine.spawn("parent", group);
            long first = parent.mmapAnon(-1, PAGES, Prot.READ_WRITE);
            for (int i = 0; i < PAGES; i++) {
                parent.touch(first + i, true);
            }
            Task child = parent.fork("child");
            machine.writeCgroupFile("A", "memory.high", "65536");
            for (int i = 0; i < PAGES; i++) {
                assertThat(child.touch(first + i, true)).isLessThan(Touch.KILLED);
            }
            assertThat(group.usage()).isLessThan(PAGES);
            assertThat(group.events(Memcg.Event.HIGH)).isPositive();
        }
    }
}
