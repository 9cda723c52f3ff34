package org.multigen.fidelity.prove;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.multigen.lab.failure.Failure;

/** What a guest is made of. */
class GuestPartsTest {
    @TempDir
    private Path folder;

    @Test
    void theArchiveIsAlignedAndRepeats() throws IOException {
        byte[] one = archive("one");
        assertThat(archive("two")).isEqualTo(one);
        String text = new String(one, StandardCharsets.ISO_8859_1);
        int at = 0;
        StringBuilder names = new StringBuilder();
        while (at < one.length) {
            assertThat(at % 4).isZero();
            assertThat(text.substring(at, at + 6)).isEqualTo("070701");
            int size = Integer.parseInt(text.substring(at + 54, at + 62), 16);
            int nameSize = Integer.parseInt(text.substring(at + 94, at + 102), 16);
            String name = text.substring(at + 110, at + 110 + nameSize - 1);
            int content = align(at + 110 + nameSize);
            names.append(name).append('=').append(text, content, content + size).append(' ');
            at = align(content + size);
        }
        assertThat(names.toString()).isEqualTo("bin= init=#!x odd=12345 TRAILER!!!= ");
    }

    private static int align(int n) {
        return (n + 3) / 4 * 4;
    }

    private byte[] archive(String name) throws IOException {
        Path file = folder.resolve(name);
        Path content = Files.writeString(folder.resolve("content"), "12345");
        try (Initramfs cpio = new Initramfs(file)) {
            cpio.folder("bin");
            cpio.file("init", "#!x".getBytes(StandardCharsets.US_ASCII));
            cpio.file("odd", content);
        }
        return Files.readAllBytes(file);
    }

    @Test
    void modulesComeAfterWhatTheyNeed() throws IOException {
        module("kernel/zram.ko", "zsmalloc,lz4-compress");
        module("kernel/lib/lz4_compress.ko", "");
        module("kernel/mm/zsmalloc.ko", "");
        module("kernel/brd.ko", "");
        module("kernel/other.ko", "");
        List<KernelFiles.Module> order = ModuleFiles.unpack(folder.resolve("kernel"), folder.resolve("out"));
        assertThat(order)
                .extracting(m -> m.file().getFileName() + " " + m.parameters())
                .containsExactly("zsmalloc.ko ", "lz4_compress.ko ", "zram.ko ", "brd.ko rd_nr=2 rd_size=4194304");
    }

    private void module(String name, String depends) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "\0license=GPL\0depends=" + depends + "\0name=x\0", StandardCharsets.ISO_8859_1);
    }

    @Test
    void aProgramThatNeedsALoaderIsRecognized() {
        assertThat(GuestProgram.needsLoader(elf(3))).isTrue();
        assertThat(GuestProgram.needsLoader(elf(1))).isFalse();
    }

    private static ByteBuffer elf(int type) {
        ByteBuffer elf = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);
        elf.putLong(32, 64).putShort(54, (short) 56).putShort(56, (short) 2);
        elf.putInt(64, 1).putInt(64 + 56, type);
        return elf;
    }

    @Test
    void theGuestsSideIsThere() {
        assertThat(new String(GuestProgram.init(), StandardCharsets.UTF_8)).startsWith("#!/bin/busybox sh");
    }

    @Test
    void aKernelThatNobodyShipsIsExplained() {
        KernelStore store = new KernelStore(Map.of("HOME", folder.toString()));
        assertThatThrownBy(() -> store.get("v10", new PrintWriter(new StringWriter())))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("--kernel-image");
    }

    @Test
    void aKernelInTheStoreIsFound() throws IOException {
        Path own = Files.createDirectories(folder.resolve("store/6.12"));
        Files.writeString(own.resolve("vmlinuz"), "image");
        Files.writeString(own.resolve("order"), "zsmalloc.ko \nbrd.ko rd_nr=2\n");
        KernelStore store = new KernelStore(
                Map.of(KernelStore.VARIABLE, folder.resolve("store").toString()));
        KernelFiles files = store.get("6.12", new PrintWriter(new StringWriter()));
        assertThat(files.image()).isEqualTo(own.resolve("vmlinuz"));
        assertThat(files.modules()).extracting(KernelFiles.Module::parameters).containsExactly("", "rd_nr=2");
    }
}
