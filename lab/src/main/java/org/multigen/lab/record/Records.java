package org.multigen.lab.record;

/** Decodes the records of system calls and hands them to a process's translator. */
final class Records {
    private Records() {}

    /** Takes the payload of a record of operation {@code op} from the ring. */
    static void translate(Ring r, ProcessTranslator t, int op) {
        switch (op) {
            case RawOp.MAPS -> t.maps(r.take(), r.takeText());
            case RawOp.MMAP -> t.mmap(r.take(), r.take(), (int) r.take(), (int) r.take(), r.take(), r.take());
            case RawOp.MUNMAP -> t.munmap(r.take(), r.take());
            case RawOp.MPROTECT -> t.mprotect(r.take(), r.take(), (int) r.take());
            case RawOp.MADVISE -> t.madvise(r.take(), r.take(), (int) r.take());
            case RawOp.MREMAP -> t.mremap(r.take(), r.take(), r.take(), r.take());
            case RawOp.BRK -> t.brk(r.take());
            case RawOp.MLOCK -> t.mlock(r.take(), r.take());
            case RawOp.MUNLOCK -> t.munlock(r.take(), r.take());
            case RawOp.SHMDT -> t.shmdt(r.take());
            default -> translateFile(r, t, op);
        }
    }

    private static void translateFile(Ring r, ProcessTranslator t, int op) {
        switch (op) {
            case RawOp.FILE -> file(r, t);
            case RawOp.OPEN -> t.opened((int) r.take(), r.take());
            case RawOp.CLOSE -> t.closed((int) r.take());
            case RawOp.CLOSE_RANGE -> t.closedRange((int) r.take(), (int) Math.min(r.take(), Integer.MAX_VALUE));
            case RawOp.DUP -> t.duplicated((int) r.take(), (int) r.take());
            case RawOp.READ -> t.io(false, (int) r.take(), r.take(), r.take(), r.take());
            case RawOp.WRITE -> t.io(true, (int) r.take(), r.take(), r.take(), r.take());
            case RawOp.FADVISE -> t.fadvise((int) r.take(), r.take(), r.take(), r.take(), (int) r.take());
            case RawOp.TRUNCATE -> t.truncated(r.take(), r.take());
            case RawOp.SYNC -> t.synced(r.take());
            default -> throw new IllegalStateException("the plugin wrote a record of kind " + op);
        }
    }

    private static void file(Ring r, ProcessTranslator t) {
        long local = r.take();
        r.take(); // device
        long inode = r.take();
        long bytes = r.take();
        boolean tmpfs = r.take() != 0;
        t.file(local, inode, bytes, tmpfs, r.takeText());
    }
}
