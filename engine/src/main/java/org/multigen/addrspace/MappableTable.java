package org.multigen.addrspace;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds a file or an anonymous family by the number that folios store. */
public final class MappableTable {
    private @Nullable Mappable[] files = new Mappable[16];
    private @Nullable Mappable[] families = new Mappable[64];
    private int nextFile = 1;
    private int nextFamily = 1;
    private final ArrayDeque<Integer> freeFamilies = new ArrayDeque<>();

    /** A number for a new file. */
    public synchronized int newFileId() {
        return nextFile++;
    }

    public synchronized void register(Mappable file) {
        if (file.id() >= files.length) {
            files = Arrays.copyOf(files, file.id() * 2);
        }
        files[file.id()] = file;
    }

    synchronized AnonFamily newFamily(long base) {
        Integer reused = freeFamilies.poll();
        int number = reused != null ? reused : nextFamily++;
        if (number >= families.length) {
            families = Arrays.copyOf(families, number * 2);
        }
        AnonFamily family = new AnonFamily(-number, base);
        families[number] = family;
        return family;
    }

    /** A family without mappings goes; pages of it, if any, keep a number that nothing answers to. */
    synchronized void release(AnonFamily family) {
        if (family.folios == 0) {
            families[-family.id()] = null;
            freeFamilies.add(-family.id());
        } else {
            family.orphan = true;
        }
    }

    /** All registered files. */
    public synchronized List<Mappable> files() {
        return present(files);
    }

    /** All families that have mappings or folios. */
    public synchronized List<Mappable> families() {
        return present(families);
    }

    private static List<Mappable> present(@Nullable Mappable[] table) {
        List<Mappable> result = new ArrayList<>();
        for (Mappable m : table) {
            if (m != null) {
                result.add(m);
            }
        }
        return result;
    }

    /** The file or family of a folio's mapping number, or null. */
    public @Nullable Mappable byId(int id) {
        return id > 0 ? files[id] : id < 0 ? families[-id] : null;
    }
}
