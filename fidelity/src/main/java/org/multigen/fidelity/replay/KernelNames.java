package org.multigen.fidelity.replay;

import java.nio.file.Path;
import java.util.List;
import org.multigen.lab.failure.Failure;

/** Which rules a kernel release runs under. */
public final class KernelNames {
    private static final List<String> SERIES = List.of("6.1", "6.12", "6.18", "7.2");

    private KernelNames() {}

    /**
     * The rules of a release such as {@code 6.12.117+deb12-cloud-amd64}.
     *
     * @param file named in the error for a release of another series
     */
    public static String of(String release, Path file) {
        for (String series : SERIES) {
            if (release.startsWith(series + ".") || release.startsWith(series + "-") || release.equals(series)) {
                return series;
            }
        }
        throw Failure.badData(
                file.toString(), "kernel " + release + " is of no series that has rules: " + String.join(", ", SERIES));
    }
}
