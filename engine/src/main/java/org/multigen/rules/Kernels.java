package org.multigen.rules;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The kernels known, oldest first. */
public final class Kernels {
    private static final List<KernelRules> ALL =
            List.of(new RulesV10(), new Rules6_1(), new Rules6_12(), new Rules6_18(), new Rules7_2());

    private Kernels() {}

    /** The rules of a machine for which none are chosen: 6.12. */
    public static KernelRules standard() {
        return ALL.get(2);
    }

    public static List<KernelRules> all() {
        return ALL;
    }

    /** The rules of a name such as {@code 6.12}, or null. */
    public static @Nullable KernelRules find(String name) {
        for (KernelRules r : ALL) {
            if (r.name().equals(name)) {
                return r;
            }
        }
        return null;
    }
}
