package org.multigen.lab.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HalfFileTest {
    @TempDir
    private Path dir;

    private static void write(Path output, String text) throws IOException {
        HalfFile half = new HalfFile(output);
        Files.writeString(half.path(), text);
        half.finish();
        half.discard();
    }

    @Test
    void hasTheRightsOfAnyNewFile() throws IOException {
        Path usual = Files.createFile(dir.resolve("usual"));
        write(dir.resolve("x"), "whole");
        assertThat(dir.resolve("x")).hasContent("whole");
        assertThat(Files.getPosixFilePermissions(dir.resolve("x"))).isEqualTo(Files.getPosixFilePermissions(usual));
    }

    @Test
    void aLinkStaysAndItsFileIsReplaced() throws IOException {
        Path file = Files.writeString(dir.resolve("file"), "old");
        Path link = Files.createSymbolicLink(dir.resolve("link"), Path.of("file"));
        write(link, "new");
        assertThat(link).isSymbolicLink();
        assertThat(file).hasContent("new");
    }

    @Test
    void whatIsNoRegularFileIsNotReplaced() throws IOException {
        Path folder = Files.createDirectory(dir.resolve("folder"));
        assertThatThrownBy(() -> new HalfFile(folder)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> new HalfFile(Path.of("/dev/null"))).hasMessage("not a regular file");
        assertThat(dir).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void discardedNothingStays() throws IOException {
        HalfFile half = new HalfFile(dir.resolve("x"));
        half.discard();
        assertThat(dir).isEmptyDirectory();
    }
}
