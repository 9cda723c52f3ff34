package org.multigen.addrspace;

/** Permissions of a mapping. */
public enum Prot {
    NONE(false, false, false),
    READ(true, false, false),
    READ_WRITE(true, true, false),
    READ_EXEC(true, false, true),
    READ_WRITE_EXEC(true, true, true);

    private final boolean read;
    private final boolean write;
    private final boolean exec;

    Prot(boolean read, boolean write, boolean exec) {
        this.read = read;
        this.write = write;
        this.exec = exec;
    }

    public boolean read() {
        return read;
    }

    public boolean write() {
        return write;
    }

    public boolean exec() {
        return exec;
    }
}
