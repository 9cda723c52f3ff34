package org.multigen.lab.policy;

import java.util.Iterator;

/** What completes {@code --policies} in a shell. */
public final class PolicyWords implements Iterable<String> {
    /** For picocli. */
    public PolicyWords() {}

    @Override
    public Iterator<String> iterator() {
        return ReferencePolicy.words().iterator();
    }
}
