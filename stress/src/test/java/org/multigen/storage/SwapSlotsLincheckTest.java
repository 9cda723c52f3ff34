package org.multigen.storage;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.Stream;
import org.jetbrains.kotlinx.lincheck.LinChecker;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.multigen.base.Locks;

/** Lincheck of a swap device's slots: which slot is given out is left open, but none twice, and none is refused while one is free. */
class SwapSlotsLincheckTest {
    private static final int SLOTS = 3;
    private static final int THREADS = 3;

    /** The operations. A thread gives back what it took itself, so that each step is one call of the area. */
    public static class Slots {
        private final SwapArea area = new SwapArea(BlockDevice.ZRAM, 0, 0, SLOTS, Locks.REAL, 1);
        private final AtomicIntegerArray holders = new AtomicIntegerArray(SLOTS);
        private final List<ArrayDeque<Integer>> mine =
                Stream.generate(ArrayDeque<Integer>::new).limit(THREADS + 2).toList();

        /** Takes a slot; false if there is none. */
        @Operation
        public boolean take(@Param(gen = ThreadIdGen.class) int thread) {
            int slot = area.take(0);
            if (slot < 0) {
                return false;
            }
            if (holders.getAndIncrement(slot) != 0) {
                throw new IllegalStateException("slot " + slot + " given out twice");
            }
            mine.get(thread).add(slot);
            return true;
        }

        /** Gives back the one that this thread has held longest; false if it has none. */
        @Operation
        public boolean give(@Param(gen = ThreadIdGen.class) int thread) {
            Integer slot = mine.get(thread).poll();
            if (slot == null) {
                return false;
            }
            holders.getAndDecrement(slot);
            area.give(slot);
            return true;
        }

        /** The count is that of the slots held. */
        @Validate
        public void countIsRight() {
            int held = mine.stream().mapToInt(ArrayDeque::size).sum();
            if (area.inUse() != held) {
                throw new IllegalStateException(area.inUse() + " slots in use, " + held + " held");
            }
        }
    }

    @Test
    @Tag("long")
    void slots() {
        LinChecker.check(
                Slots.class,
                new ModelCheckingOptions()
                        .threads(THREADS)
                        .actorsPerThread(2)
                        .iterations(10)
                        .invocationsPerIteration(100));
    }
}
