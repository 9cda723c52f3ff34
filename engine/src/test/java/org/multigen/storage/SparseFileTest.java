package org.multigen.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.multigen.base.Rng;

/** A file whose pages lie far apart, as those of a trace of hashed keys do. */
class SparseFileTest {
    private static final long FAR = 1L << 32;
    private static final int NODE_PAGES = 1 << PageCache.NODE_SHIFT;

    @Test
    void nodesAreTakenOnceAndDroppedFromTheEnd() {
        PageCache cache = new PageCache();
        Rng rng = new Rng(1);
        TreeMap<Long, Integer> nodes = new TreeMap<>();
        for (int i = 1; i < 20_000; i++) {
            long index = (rng.below(2) == 0 ? 0 : FAR) + rng.below(1 << 20);
            if (rng.below(4) > 0) {
                assertThat(cache.takeNode(index, i)).isEqualTo(nodes.putIfAbsent(index / NODE_PAGES, i) == null);
            } else {
                long first = (index + NODE_PAGES - 1) / NODE_PAGES;
                Integer last = nodes.isEmpty() || nodes.lastKey() < first
                        ? 0
                        : nodes.pollLastEntry().getValue();
                assertThat(cache.dropNodeBehind(index)).isEqualTo(last);
            }
        }
        assertThat(nodes).isNotEmpty();
    }
}
