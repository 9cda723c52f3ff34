package org.multigen.machine;

import org.multigen.base.Actor;
import org.multigen.memcg.Charge;
import org.multigen.memcg.Memcg;
import org.multigen.memory.FolioTable;
import org.multigen.memory.FrameSource;
import org.multigen.memory.PhysicalMemory;
import org.multigen.pagetable.TableAccounting;

/** Page tables take frames and are charged to the group of their process. */
final class ChargedTables implements TableAccounting {
    private final PhysicalMemory memory;
    private final FrameSource frames;
    private final Charge charge;
    private final Memcg memcg;

    ChargedTables(PhysicalMemory memory, FrameSource frames, Charge charge, Memcg memcg) {
        this.memory = memory;
        this.frames = frames;
        this.charge = charge;
        this.memcg = memcg;
    }

    @Override
    public int tableNeeded(Actor actor) {
        int frame = frames.allocate(actor, 0, 0, true);
        if (frame == FolioTable.NONE || !charge.tryCharge(actor, memcg, 1)) {
            if (frame != FolioTable.NONE && memory.folios().put(frame)) {
                frames.free(actor, frame);
            }
            return FolioTable.NONE;
        }
        memcg.add(Memcg.State.PAGETABLES, 1);
        memcg.add(Memcg.State.KERNEL, 1);
        return frame;
    }

    @Override
    public void tableFreed(Actor actor, int frame) {
        memcg.add(Memcg.State.PAGETABLES, -1);
        memcg.add(Memcg.State.KERNEL, -1);
        charge.uncharge(memcg, memcg.isRoot() ? 0 : 1);
        if (memory.folios().put(frame)) {
            frames.free(actor, frame);
        }
    }
}
