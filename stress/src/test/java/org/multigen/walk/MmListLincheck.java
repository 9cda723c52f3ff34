package org.multigen.walk;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.multigen.addrspace.AddressSpace;
import org.multigen.addrspace.MappableTable;
import org.multigen.base.Actor;
import org.multigen.base.Cost;
import org.multigen.base.Lock;
import org.multigen.base.LockClass;
import org.multigen.rules.KernelRules;
import org.multigen.rules.Kernels;

/**
 * The operations on a list of address spaces while two walkers iterate over it: each must look as if it had happened at one moment.
 * Exit and exec of an address space come from its own thread, moves between groups from the shell's, as in a machine; all of them meet.
 */
public abstract class MmListLincheck {
    private static final int SPACES = 3;
    private static final int NODE = 0;
    private static final long SEQ = 3;

    private final Actor actor = new Actor("lincheck", 0, 0, new long[Cost.values().length]);
    private final MmList here = new MmList(Lock.real(LockClass.MM_LIST, "here"));
    private final MmList elsewhere = new MmList(Lock.real(LockClass.MM_LIST, "elsewhere"));
    private final AddressSpace[] spaces = new AddressSpace[SPACES];
    private final MmIteration iteration;
    private final Walker first = new Walker();
    private final Walker second = new Walker();

    /** A walker of one generation. */
    private static final class Walker {
        final MmWalk walk = new MmWalk(1);
        final MmIteration.Step step = new MmIteration.Step();
        AddressSpace at;
        boolean done;
    }

    MmListLincheck(String kernel) {
        KernelRules rules = Objects.requireNonNull(Kernels.find(kernel));
        BloomFilter none = new BloomFilter(
                new FilterSettings(false, FilterSettings.MIN_SHIFT, true, false, FilterSettings.Hash.GOLDEN_RATIO));
        iteration = new MmIteration(here, rules, NODE, none, 1, true);
        for (int i = 0; i < SPACES; i++) {
            // its page table is not needed here
            spaces[i] = new AddressSpace(i, "mm" + i, null, new MappableTable(), Lock.real(LockClass.MMAP, "mmap"), 1);
            spaces[i].anonPages = 100;
            spaces[i].markUsed();
            here.add(actor, spaces[i]);
        }
        for (Walker w : List.of(first, second)) {
            w.walk.seq = SEQ;
            w.walk.swappiness = 60;
        }
    }

    /** The first walker asks for the next address space. */
    @Operation(nonParallelGroup = "first")
    public String firstWalks() {
        return next(first);
    }

    /** The second one does. */
    @Operation(nonParallelGroup = "second")
    public String secondWalks() {
        return next(second);
    }

    private String next(Walker w) {
        if (w.done) {
            return "done";
        }
        iteration.next(actor, w.walk, w.at, w.step);
        w.at = w.step.mm;
        w.done = w.at == null;
        return w.at != null ? w.at.name : w.step.last ? "makes the generation" : "leaves";
    }

    /** The last thread of an address space exits. */
    @Operation(nonParallelGroup = "task")
    public void exit(@Param(gen = IntGen.class, conf = "0:2") int i) {
        if (spaces[i].users > 0 && spaces[i].dropUser() == 0) {
            MmList.remove(actor, spaces[i]);
        }
    }

    /** It execs: the new address space is a newcomer. */
    @Operation(nonParallelGroup = "task")
    public void exec(@Param(gen = IntGen.class, conf = "0:2") int i) {
        if (spaces[i].users > 0) {
            MmList.renew(actor, spaces[i]);
        }
    }

    /** It is moved to another group. */
    @Operation(nonParallelGroup = "shell")
    public void moveAway(@Param(gen = IntGen.class, conf = "0:2") int i) {
        elsewhere.migrate(actor, spaces[i]);
    }

    /** It is moved back. */
    @Operation(nonParallelGroup = "shell")
    public void moveBack(@Param(gen = IntGen.class, conf = "0:2") int i) {
        here.migrate(actor, spaces[i]);
    }

    /** Who lives is on one list, who has gone on none, and the cursors stand on links of theirs. */
    @Validate
    public void everybodyIsWhereHeBelongs() {
        List<AddressSpace> all = new ArrayList<>(here.all());
        all.addAll(elsewhere.all());
        for (AddressSpace mm : spaces) {
            int times = 0;
            for (AddressSpace other : all) {
                times += other == mm ? 1 : 0;
            }
            if (times != (mm.users > 0 ? 1 : 0)) {
                throw new IllegalStateException(mm.name + " with " + mm.users + " users is listed " + times + " times");
            }
        }
        iteration.checkCursors();
    }

    /** head is the last one handed out: 6.12 and later. */
    public static final class HeadIsLast extends MmListLincheck {
        /** Rules of 6.12. */
        public HeadIsLast() {
            super("6.12");
        }
    }

    /** head is the next one to hand out: v10 and 6.1. */
    public static final class HeadIsNext extends MmListLincheck {
        /** Rules of 6.1. */
        public HeadIsNext() {
            super("6.1");
        }
    }
}
