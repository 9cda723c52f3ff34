package org.multigen.lab.record;

import org.multigen.lab.failure.Failure;

/** The processors whose programs can be recorded, on a machine of the same kind. */
enum Architecture {
    X86_64("amd64", "x86_64", 62),
    AARCH64("aarch64", "aarch64", 183);

    private final String javaName;
    private final String qemuName;
    private final int elfMachine;

    Architecture(String javaName, String qemuName, int elfMachine) {
        this.javaName = javaName;
        this.qemuName = qemuName;
        this.elfMachine = elfMachine;
    }

    static Architecture current() {
        String name = System.getProperty("os.arch");
        for (Architecture a : values()) {
            if (a.javaName.equals(name)) {
                return a;
            }
        }
        throw Failure.unavailable("programs can be recorded on x86-64 and arm64, not on " + name);
    }

    /** The name of QEMU's user-mode emulator. */
    String qemu() {
        return "qemu-" + qemuName;
    }

    /** The low byte of e_machine. */
    int elfMachine() {
        return elfMachine;
    }
}
