package org.multigen.fidelity.replay;

/**
 * What the recorded guests' kernels took for themselves before the first workload began: total less free pages after boot of the
 * recorded releases, measured with 256 MB and 512 MB (4 % to 8 % more there). It matters only where the whole machine is short
 * of memory.
 */
final class GuestMemory {
    private GuestMemory() {}

    static long bootPages(String kernel) {
        return switch (kernel) {
            case "6.12" -> 6560;
            case "6.18" -> 8000;
            case "7.2" -> 8330;
            default -> 8360;
        };
    }
}
