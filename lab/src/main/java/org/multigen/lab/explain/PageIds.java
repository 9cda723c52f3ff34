package org.multigen.lab.explain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Names pages so that the same page has the same name in every variant: its owner, which is a process or a file, and its number
 * there. Shared by the variants of an experiment.
 *
 * <pre>
 *  63         45 44                    0
 * +-------------+-----------------------+
 * |    owner    | page number           |
 * +-------------+-----------------------+
 * </pre>
 */
final class PageIds {
    /** No page. */
    static final long NONE = -1;

    private static final int PAGE_BITS = 45;
    private static final long PAGE_MASK = (1L << PAGE_BITS) - 1;

    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<Owner> owners = new ArrayList<>();

    /**
     * Who has pages.
     *
     * @param name of the process, or path of the file
     */
    record Owner(String name, boolean file) {}

    int ofProcess(String name) {
        return number(new Owner(name, false));
    }

    int ofFile(String path) {
        return number(new Owner(path, true));
    }

    private int number(Owner owner) {
        return numbers.computeIfAbsent((owner.file ? "f" : "p") + owner.name, k -> {
            owners.add(owner);
            return owners.size() - 1;
        });
    }

    static long id(int owner, long page) {
        return (long) owner << PAGE_BITS | page & PAGE_MASK;
    }

    static int ownerOf(long id) {
        return (int) (id >>> PAGE_BITS);
    }

    static long pageOf(long id) {
        return id & PAGE_MASK;
    }

    Owner owner(int number) {
        return owners.get(number);
    }
}
