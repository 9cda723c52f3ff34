package org.multigen.guest;

import java.util.Locale;

/** The architecture of host and guest: it decides which ways of ageing its tables allow. */
public enum Arch {
    X86_64,
    ARM64;

    /** The name in settings. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The architecture of a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Arch named(String text) {
        for (Arch a : values()) {
            if (a.text().equals(text)) {
                return a;
            }
        }
        throw new IllegalArgumentException("unknown architecture " + text + ", expected x86_64 or arm64");
    }
}
