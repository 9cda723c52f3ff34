package org.multigen.memory;

/**
 * A zone as configured.
 *
 * @param name e.g. {@code DMA32}
 * @param managedPages frames that the allocator owns, at least 1
 * @param min watermark in pages, or -1 to compute all three from min_free_kbytes
 * @param low watermark in pages
 * @param high watermark in pages
 */
public record ZoneConfig(String name, long managedPages, long min, long low, long high) {
    public ZoneConfig(String name, long managedPages) {
        this(name, managedPages, -1, -1, -1);
    }
}
