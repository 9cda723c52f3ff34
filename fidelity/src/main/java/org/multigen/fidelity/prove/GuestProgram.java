package org.multigen.fidelity.prove;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.multigen.lab.failure.Failure;

/** The guest's side: its first script, and the workload, built by the system's compiler. */
final class GuestProgram {
    // of an ELF file's head
    private static final int PROGRAM_HEADERS = 32;
    private static final int PROGRAM_HEADER_SIZE = 54;
    private static final int PROGRAM_HEADER_COUNT = 56;
    private static final int INTERPRETER = 3;

    private GuestProgram() {}

    /** The script of the guest's first process. */
    static byte[] init() {
        return source("init");
    }

    /**
     * Builds the workload, without libraries.
     *
     * @throws Failure that says what to install if there is no compiler, or none that can link statically
     */
    static Path build(Path folder) throws IOException {
        Path compiler = Tool.find("cc");
        if (compiler == null) {
            compiler = Tool.need("gcc", "The guest's workload", "gcc libc6-dev");
        }
        Path c = folder.resolve("touches.c");
        Path program = folder.resolve("touches");
        Files.write(c, source("touches.c"));
        Tool.Output ran = Tool.run(
                folder, List.of(compiler.toString(), "-static", "-O1", "-w", "-o", program.toString(), c.toString()));
        if (ran.status() != 0) {
            throw Failure.unavailable("the guest's workload does not build with " + compiler + ": " + ran.errors()
                    + " (Debian: apt-get install gcc libc6-dev)");
        }
        return program;
    }

    /** A statically linked busybox: the guest has no libraries. */
    static Path busybox() throws IOException {
        Path busybox = Tool.need("busybox", "The guest", "busybox-static");
        if (needsLoader(ByteBuffer.wrap(Files.readAllBytes(busybox)).order(ByteOrder.LITTLE_ENDIAN))) {
            throw Failure.unavailable(
                    busybox + " needs libraries, the guest has none (Debian: apt-get install busybox-static)");
        }
        return busybox;
    }

    /** Whether an ELF file of 64 bits names a program interpreter. */
    static boolean needsLoader(ByteBuffer elf) {
        long headers = elf.getLong(PROGRAM_HEADERS);
        int size = elf.getShort(PROGRAM_HEADER_SIZE);
        int count = elf.getShort(PROGRAM_HEADER_COUNT);
        for (int i = 0; i < count; i++) {
            if (elf.getInt((int) headers + i * size) == INTERPRETER) {
                return true;
            }
        }
        return false;
    }

    private static byte[] source(String name) {
        try (InputStream in = GuestProgram.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not on the class path");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
