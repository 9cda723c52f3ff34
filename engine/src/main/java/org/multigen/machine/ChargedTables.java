package org.multigen.machine;

import org.jspecify.annotations.Nullable;
import org.multigen.addrspace.AddressSpace;
import org.multigen.base.Actor;
import org.multigen.memcg.Charge;
import org.multigen.memcg.Memcg;
import org.multigen.memcg.MemcgTree;
import org.multigen.memory.FolioFlags;
import org.multigen.memory.FolioTable;
import org.multigen.memory.FrameSource;
import org.multigen.memory.Mobility;
import org.multigen.pagetable.TableAccounting;

/**
 * Page tables take frames and are charged to the group that their process is in at the time; the frame remembers which, because
 * a process may move.
 */
final class ChargedTables implements TableAccounting {
    private final FolioTable folios;
    private final FrameSource frames;
    private final Charge charge;
    private final MemcgTree memcgs;
    private @Nullable AddressSpace space;

    ChargedTables(FolioTable folios, FrameSource frames, Charge charge, MemcgTree memcgs) {
        this.folios = folios;
        this.frames = frames;
        this.charge = charge;
        this.memcgs = memcgs;
    }

    /** Set once, before the first table is needed. */
    void setOwner(AddressSpace owner) {
        space = owner;
    }

    @Override
    public int tableNeeded(Actor actor) {
        Memcg memcg = space == null ? memcgs.root() : memcgs.of(space.memcgId);
        int frame = frames.allocate(actor, 0, 0, true, Mobility.UNMOVABLE);
        if (frame == FolioTable.NONE || !charge.tryCharge(actor, memcg, 1)) {
            if (frame != FolioTable.NONE && folios.put(frame)) {
                frames.free(actor, frame);
            }
            return FolioTable.NONE;
        }
        folios.setMemcg(frame, memcg.id());
        account(memcg, 1);
        return frame;
    }

    @Override
    public void tableFreed(Actor actor, int frame) {
        Memcg memcg = memcgs.of(FolioFlags.memcg(folios.flags(frame)));
        account(memcg, -1);
        if (!memcg.isRoot()) {
            charge.uncharge(memcg, 1);
        }
        if (folios.put(frame)) {
            frames.free(actor, frame);
        }
    }

    private static void account(Memcg memcg, int tables) {
        memcg.add(Memcg.State.PAGETABLES, tables);
        memcg.add(Memcg.State.KERNEL, tables);
    }
}
