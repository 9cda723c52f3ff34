package org.multigen.lab.experiment;

import java.util.Iterator;
import org.multigen.rules.KernelRules;
import org.multigen.rules.Kernels;

/** What completes {@code --kernels} in a shell. */
public final class KernelWords implements Iterable<String> {
    /** For picocli. */
    public KernelWords() {}

    @Override
    public Iterator<String> iterator() {
        return Kernels.all().stream().map(KernelRules::name).iterator();
    }
}
