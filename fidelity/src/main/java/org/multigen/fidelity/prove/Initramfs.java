package org.multigen.fidelity.prove;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Writes the archive that a kernel unpacks as its first file system: cpio in its "new" ASCII form. Times and owners are 0, so the
 * same content gives the same bytes. Format: Documentation/driver-api/early-userspace/buffer-format.rst.
 */
final class Initramfs implements Closeable {
    private static final int FOLDER = 0040755;
    private static final int PROGRAM = 0100755;
    private static final int ALIGN = 4;

    private final OutputStream out;
    private long written;
    private int inode;

    Initramfs(Path file) throws IOException {
        this.out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
    }

    void folder(String name) throws IOException {
        head(name, FOLDER, 0);
    }

    void file(String name, Path content) throws IOException {
        head(name, PROGRAM, Files.size(content));
        written += Files.copy(content, out);
        pad();
    }

    void file(String name, byte[] content) throws IOException {
        head(name, PROGRAM, content.length);
        out.write(content);
        written += content.length;
        pad();
    }

    private void head(String name, int mode, long size) throws IOException {
        byte[] text = (name + "\0").getBytes(StandardCharsets.US_ASCII);
        String head = "070701"
                + hex(++inode)
                + hex(mode)
                + hex(0)
                + hex(0)
                + hex(1)
                + hex(0)
                + hex(size)
                + hex(0).repeat(4)
                + hex(text.length)
                + hex(0);
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        out.write(text);
        written += head.length() + text.length;
        pad();
    }

    private static String hex(long n) {
        return String.format(Locale.ROOT, "%08x", n);
    }

    private void pad() throws IOException {
        while (written % ALIGN != 0) {
            out.write(0);
            written++;
        }
    }

    @Override
    public void close() throws IOException {
        head("TRAILER!!!", 0, 0);
        out.close();
    }
}
