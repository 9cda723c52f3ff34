package org.multigen.fidelity.report;

import java.util.Comparator;

/** Kernels by number: 6.1 before 6.12. */
final class KernelOrder {
    static final Comparator<String> COMPARATOR = Comparator.comparingInt((String k) -> part(k, 0))
            .thenComparingInt(k -> part(k, 1))
            .thenComparing(Comparator.naturalOrder());

    private KernelOrder() {}

    private static int part(String kernel, int index) {
        String[] parts = kernel.split("\\.");
        return index < parts.length && parts[index].matches("\\d+") ? Integer.parseInt(parts[index]) : 0;
    }
}
