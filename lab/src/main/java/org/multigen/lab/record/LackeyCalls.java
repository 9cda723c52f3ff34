package org.multigen.lab.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The system calls that lackey prints, as far as they matter: mappings, and files that are opened by name. */
final class LackeyCalls {
    private final ProcessTranslator translator;
    private final Path directory; // /proc/PID/cwd, for relative names
    private final Map<Long, Long> position = new HashMap<>(); // by descriptor

    LackeyCalls(ProcessTranslator translator, long pid) {
        this.translator = translator;
        this.directory = Path.of("/proc/" + pid + "/cwd");
    }

    /** A call has succeeded. */
    void done(String name, String arguments, long result) {
        String[] a = arguments.strip().split(", ");
        switch (name) {
            case "sys_mmap" -> {
                boolean file = (number(a, 3) & 0x20) == 0 && position.containsKey(number(a, 4));
                long local = file ? number(a, 4) : -1;
                translator.mmap(result, number(a, 1), (int) number(a, 2), (int) number(a, 3), local, number(a, 5));
            }
            case "sys_munmap" -> translator.munmap(number(a, 0), number(a, 1));
            case "sys_mprotect" -> translator.mprotect(number(a, 0), number(a, 1), (int) number(a, 2));
            case "sys_madvise" -> translator.madvise(number(a, 0), number(a, 1), (int) number(a, 2));
            case "sys_mremap" -> translator.mremap(number(a, 0), number(a, 1), result, number(a, 2));
            case "sys_brk" -> translator.brk(result);
            case "sys_mlock" -> translator.mlock(number(a, 0), number(a, 1));
            case "sys_munlock" -> translator.munlock(number(a, 0), number(a, 1));
            default -> file(name, a, result);
        }
    }

    private void file(String name, String[] a, long result) {
        switch (name) {
            case "sys_open" -> opened(result, text(a, 0));
            case "sys_openat" -> opened(result, text(a, 1));
            case "sys_close" -> {
                position.remove(number(a, 0));
                translator.closed((int) number(a, 0));
            }
            case "sys_lseek" -> position.replace(number(a, 0), result);
            case "sys_read" -> sequential(false, number(a, 0), result);
            case "sys_write" -> sequential(true, number(a, 0), result);
            case "sys_pread64" -> at(false, number(a, 0), number(a, 3), result);
            case "sys_pwrite64" -> at(true, number(a, 0), number(a, 3), result);
            default -> {
                // of no consequence for memory, or not seen in full
            }
        }
    }

    /** Descriptors are the local numbers of files here: the translator forgets a number when it is given anew. */
    private void opened(long descriptor, String name) {
        Path path = name.startsWith("/") ? Path.of(name) : directory.resolve(name);
        try {
            Path real = path.toRealPath();
            if (Files.isRegularFile(real)) {
                long inode = (long) Files.getAttribute(real, "unix:ino");
                translator.file(descriptor, inode, Files.size(real), false, real.toString());
                translator.opened((int) descriptor, descriptor);
                position.put(descriptor, 0L);
                return;
            }
        } catch (IOException e) {
            // gone, or not for us to see: then its pages are not told apart
        }
        position.remove(descriptor);
    }

    private void sequential(boolean write, long descriptor, long bytes) {
        Long from = position.get(descriptor);
        if (from != null) {
            at(write, descriptor, from, bytes);
            position.put(descriptor, from + bytes);
        }
    }

    private void at(boolean write, long descriptor, long offset, long bytes) {
        if (bytes > 0 && position.containsKey(descriptor)) {
            translator.io(write, (int) descriptor, descriptor, offset, bytes);
        }
    }

    private static long number(String[] a, int i) {
        if (i >= a.length) {
            return 0;
        }
        String s = a[i].strip().replaceFirst("[ (].*", "");
        try {
            return s.startsWith("0x") ? Long.parseUnsignedLong(s.substring(2), 16) : Long.parseLong(s);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** The text that lackey shows in parentheses after an address. */
    private static String text(String[] a, int i) {
        if (i >= a.length || a[i].indexOf('(') < 0) {
            return "";
        }
        return a[i].substring(a[i].indexOf('(') + 1, a[i].lastIndexOf(')') < 0 ? a[i].length() : a[i].lastIndexOf(')'));
    }
}
