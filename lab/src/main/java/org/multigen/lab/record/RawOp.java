package org.multigen.lab.record;

/** The words that the plugin writes; the same numbers stand in {@code page_recorder.c}. */
final class RawOp {
    static final int KIND_MASK = 15;
    static final int KIND_READ = 1;
    static final int KIND_WRITE = 2;
    static final int KIND_RECORD = 3;
    static final int PAGE_SHIFT = 4;

    static final int STAMP = 1; // instructions since the last stamp, ns
    static final int START = 2; // not used by this version
    static final int MAPS = 3; // guest base; text
    static final int FILE = 4; // local number, device, inode, bytes, tmpfs; path
    static final int MMAP = 5; // address, bytes, prot, flags, file or -1, offset
    static final int MUNMAP = 6; // address, bytes
    static final int MPROTECT = 7; // address, bytes, prot
    static final int MADVISE = 8; // address, bytes, advice
    static final int MREMAP = 9; // old address, bytes, new address, bytes
    static final int BRK = 10; // new break
    static final int MLOCK = 11; // address, bytes; 0, 0 for everything
    static final int MUNLOCK = 12; // address, bytes; 0, 0 for everything
    static final int OPEN = 13; // descriptor, file
    static final int CLOSE = 14; // descriptor
    static final int DUP = 15; // descriptor, new descriptor
    static final int READ = 16; // descriptor, file, offset, bytes
    static final int WRITE = 17; // descriptor, file, offset, bytes
    static final int FADVISE = 18; // descriptor, file, offset, bytes, advice
    static final int TRUNCATE = 19; // file, bytes
    static final int SYNC = 20; // file
    static final int FORK = 21; // serial of the child's ring
    static final int FORK_FAILED = 22; // serial
    static final int EXEC = 23; // serial of the next program's ring; path, ""
    static final int EXEC_FAILED = 24; // serial or 0; path, reason
    static final int UNFOLLOWED = 25; // 0; path, reason
    static final int EXIT = 26; // status
    static final int SHMDT = 27; // address
    static final int CLOSE_RANGE = 28; // first descriptor, last descriptor
    static final int WINDOW = 29; // as STAMP, and a fold window begins
    static final int WAITED = 30; // from, until: ns; whether its own time ran out

    private RawOp() {}
}
