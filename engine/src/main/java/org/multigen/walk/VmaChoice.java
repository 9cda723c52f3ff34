package org.multigen.walk;

import org.multigen.addrspace.Vma;
import org.multigen.rules.KernelRules;

/** Which mappings walks look at. Kernel: should_skip_vma. */
final class VmaChoice {
    private VmaChoice() {}

    static boolean walked(Vma v, MmWalk walk, KernelRules rules) {
        if (!v.accessible() || v.has(Vma.HUGETLB | Vma.LOCKED | Vma.SPECIAL | Vma.GATE)) {
            return false;
        }
        if (!v.hasRecency(rules.noReuseCounts())) {
            return false;
        }
        if (v.file == null) {
            return walk.anonWanted();
        }
        if (v.file.unevictable() || !v.file.readable()) {
            return false;
        }
        return v.file.shmem() ? walk.anonWanted() : !rules.swappinessMax() || walk.fileWanted();
    }
}
