package org.multigen.fidelity.prove;

import java.nio.file.Path;
import java.util.List;

/**
 * A kernel that can be booted.
 *
 * @param name of the rules, such as {@code 6.12}
 * @param image the bootable file
 * @param modules files that are loaded in this order, unpacked; parameters follow the name after a space
 */
record KernelFiles(String name, Path image, List<Module> modules) {
    /** A module: its file, and the words behind its name in {@code insmod}. */
    record Module(Path file, String parameters) {}
}
