package org.multigen.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.multigen.addrspace.Prot;
import org.multigen.fault.Touch;
import org.multigen.machine.Machine;
import org.multigen.machine.SwapConfig;
import org.multigen.machine.Task;
import org.multigen.memory.NodeConfig;
import org.multigen.storage.BackingFile;
import org.multigen.storage.BlockDevice;

/** What lies behind the new end of a file is mapped nowhere and cached no more. */
class TruncateTest {
    private static final long VPN = 0x1000;
    private static final int PAGES = 64;
    private static final int LEFT = 21;

    private static Machine machine() {
        return machine("6.12");
    }

    private static Machine machine(String kernel) {
        return Machine.builder()
                .kernel(kernel)
                .node(NodeConfig.ofPages(0, 4096))
                .swap(new SwapConfig(SwapConfig.Kind.ZRAM, "lzo-rle", 512, 1))
                .build();
    }

    private static BackingFile file(Machine machine, BackingFile.Kind kind) {
        return machine.createFile("/f", PAGES, kind, BlockDevice.DISK, kind == BackingFile.Kind.EXT4 ? 32 : 0);
    }

    @ParameterizedTest
    @EnumSource
    void mappingsShowTheEnd(BackingFile.Kind kind) {
        try (Machine machine = machine()) {
            Task task = machine.spawn("t", machine.createMemcg("A"));
            BackingFile file = file(machine, kind);
            task.mmapFile(VPN, PAGES, file, 0, true, Prot.READ_WRITE);
            task.mmapFile(2 * VPN, PAGES, file, 0, false, Prot.READ_WRITE);
            for (long i = 0; i < PAGES; i++) {
                task.touch(VPN + i, i % 2 == 0);
                task.touch(2 * VPN + i, i % 3 == 0);
            }
            task.truncate(file, LEFT);
            MmInvariants.require(machine);
            assertThat(file.pages()).isEqualTo(LEFT);
            assertThat(file.cache().present()).isEqualTo(LEFT);
            assertThat(task.touch(VPN + LEFT, false)).isEqualTo(Touch.SIGBUS);
            assertThat(task.touch(2 * VPN + LEFT, true)).isEqualTo(Touch.SIGBUS);
            assertThat(task.touch(VPN + LEFT - 1, false)).isEqualTo(Touch.RESIDENT);
            task.truncate(file, PAGES);
            assertThat(task.touch(VPN + LEFT, false)).isLessThan(Touch.KILLED);
            MmInvariants.require(machine);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12", "6.18", "7.2"})
    void largeFolioAcrossTheEndStays(String kernel) {
        try (Machine machine = machine(kernel)) {
            Task task = machine.spawn("t", machine.createMemcg("A"));
            BackingFile file = file(machine, BackingFile.Kind.EXT4);
            task.write(task.open(file), 0, PAGES);
            task.mmapFile(VPN, PAGES, file, 0, true, Prot.READ);
            for (long i = 0; i < PAGES; i++) {
                task.touch(VPN + i, false);
            }
            task.truncate(file, LEFT);
            MmInvariants.require(machine);
            assertThat(task.touch(VPN + LEFT - 1, false)).isEqualTo(Touch.RESIDENT);
            assertThat(task.touch(VPN + LEFT, false)).isEqualTo(Touch.SIGBUS);
            task.truncate(file, 0);
            MmInvariants.require(machine);
            assertThat(file.cache().present()).isZero();
            assertThat(file.dirtyPages()).isZero();
        }
    }
}
