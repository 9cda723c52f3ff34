package org.multigen.lab.experiment;

import java.util.Iterator;

/** What completes {@code --lru} in a shell. */
public final class LruWords implements Iterable<String> {
    /** For picocli. */
    public LruWords() {}

    @Override
    public Iterator<String> iterator() {
        return Configurations.LRUS.iterator();
    }
}
