package org.multigen.lab.trace.format;

import org.jspecify.annotations.Nullable;

/**
 * What a user may say about a trace beside its name.
 *
 * @param format the format, or null to recognize it from content
 * @param columns the column map of a csv file such as {@code time=1,op=3,size=4,lbn=5}, or null to go by its header
 * @param timeUnitNs nanoseconds in a unit of a csv file's time column; 0 if not said: seconds, or what the layout has
 * @param blockSize bytes of a block for formats that count blocks, 0 for the format's own
 * @param skipErrors whether records that are not as expected are counted and left out
 * @param partial whether what stands before a damage is used
 */
public record InputOptions(
        @Nullable InputFormat format,
        @Nullable String columns,
        long timeUnitNs,
        int blockSize,
        boolean skipErrors,
        boolean partial) {
    /** Nothing said. */
    public static final InputOptions NONE = new InputOptions(null, null, 0, 0, false, false);

    /** Nothing said but whether to use what stands before a damage. */
    public static InputOptions partial(boolean partial) {
        return new InputOptions(null, null, 0, 0, false, partial);
    }
}
