package org.multigen.storage;

import java.util.ArrayDeque;
import org.jetbrains.kotlinx.lincheck.LinChecker;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;
import org.multigen.base.Locks;

/** Lincheck of a swap device's slots: which slot is given out is left open, but none twice, and none is refused while one is free. */
class SwapSlotsLincheckTest {
    private static final int SLOTS = 3;

    /** The operations. */
    public static class Slots {
        private final SwapArea area = new SwapArea(BlockDevice.ZRAM, 0, 0, SLOTS, Locks.REAL, 1);
        private final ArrayDeque<Integer> held = new ArrayDeque<>();

        /** Takes a slot; false if there is none. */
        @Operation
        public boolean take() {
            int slot = area.take(0);
            if (slot < 0) {
                return false;
            }
            synchronized (held) {
                if (held.contains(slot)) {
                    throw new IllegalStateException("slot " + slot + " given out twice");
                }
                held.add(slot);
            }
            return true;
        }

        /** Gives back the one held longest; false if none is. */
        @Operation
        public boolean give() {
            Integer slot;
            synchronized (held) {
                slot = held.poll();
            }
            if (slot == null) {
                return false;
            }
            area.give(slot);
            return true;
        }

        /** The count is that of the slots held. */
        @Validate
        public void countIsRight() {
            if (area.inUse() != held.size()) {
                throw new IllegalStateException(area.inUse() + " slots in use, " + held.size() + " held");
            }
        }
    }

    @Test
    void slots() {
        LinChecker.check(
                Slots.class,
                new ModelCheckingOptions()
                        .threads(3)
                        .actorsPerThread(2)
                        .iterations(10)
                        .invocationsPerIteration(100));
    }
}
