package org.multigen.testkit.ageing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.multigen.addrspace.Prot;
import org.multigen.lru.Lruvec;
import org.multigen.machine.Task;
import org.multigen.memcg.Memcg;

/** A group is removed while its pages are in memory and its address spaces were just walked. */
class RemovedMemcgTest {
    @ParameterizedTest
    @ValueSource(strings = {"v10", "6.1", "6.12", "6.18", "7.2"})
    void leavesNothingBehind(String kernel) {
        try (Bench b = new Bench(Bench.builder(kernel))) {
            Memcg child = b.machine.createMemcg("g/child");
            Lruvec lruvec = b.machine.lruvecs().of(child, 0);
            Task task = b.machine.spawn("leaver", child);
            task.mmapAnon(Bench.VPN, 1024, Prot.READ_WRITE);
            var file = b.machine.createFile(
                    "/f", 2000, org.multigen.storage.BackingFile.Kind.EXT4, org.multigen.storage.BlockDevice.RAM, 32);
            var open = task.open(file);
            for (int i = 0; i < 1024; i++) {
                task.touch(Bench.VPN + i, true);
                task.read(open, i, 1);
            }
            b.work(3000);
            long bytes = b.machine.rooms().multigen().filterBytes();
            b.age(child, 1);
            assertThat(b.machine.rooms().multigen().filterBytes()).isGreaterThan(bytes);
            task.exit();
            b.busy.drainBatches();
            long shared = lruvec.reclaimable();
            assertThat(shared).as("the pages of the file stay").isGreaterThanOrEqualTo(1024);
            long parentPages = b.machine.lruvecs().of(b.group, 0).reclaimable();

            b.machine.removeMemcg("g/child");
            b.sound();
            if (kernel.equals("7.2")) {
                assertThat(lruvec.reclaimable()).isZero();
                assertThat(b.machine.lruvecs().of(b.group, 0).reclaimable()).isEqualTo(parentPages + shared);
                assertThat(child.usage() - child.objectPages()).isZero();
            } else {
                assertThat(lruvec.reclaimable()).isEqualTo(shared);
                assertThat(child.usage() - child.objectPages()).isEqualTo(shared);
            }
            b.limit(2500);
            b.work(3000);
            b.limit(600);
            assertThat(lruvec.reclaimable()).isZero();
            assertThat(child.usage() - child.objectPages()).isZero();
            b.sound();
        }
    }
}
