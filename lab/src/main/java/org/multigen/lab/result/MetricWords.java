package org.multigen.lab.result;

import java.util.Iterator;

/** What completes the name of a metric in a shell. */
public final class MetricWords implements Iterable<String> {
    /** For picocli. */
    public MetricWords() {}

    @Override
    public Iterator<String> iterator() {
        return Metrics.shown().stream().map(Metric::name).iterator();
    }
}
