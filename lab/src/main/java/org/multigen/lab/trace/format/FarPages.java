package org.multigen.lab.trace.format;

import java.util.HashMap;
import java.util.Map;

/**
 * Where pages of a disk or of numbered keys lie in the file that stands for them. Pages of the first TiB keep their place; what lies
 * beyond is moved behind it, a GiB at a time in order of appearance, so that neighbours stay neighbours and page numbers stay small:
 * a machine keeps 32 bits of them, and tables that grow with the highest.
 */
final class FarPages {
    /** Pages up to here keep their place: 1 TiB. */
    static final long NEAR = 1L << 28;

    private static final int EXTENT_SHIFT = 18;
    /** Pages of a GiB that stay together. */
    static final long EXTENT = 1L << EXTENT_SHIFT;

    private final Map<Long, Long> extents = new HashMap<>();

    long of(long page) {
        if (page < NEAR) {
            return page;
        }
        long extent = extents.computeIfAbsent(page >>> EXTENT_SHIFT, e -> (long) extents.size());
        return NEAR + (extent << EXTENT_SHIFT) + (page & EXTENT - 1);
    }
}
