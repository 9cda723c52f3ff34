package org.multigen.lab.scenario;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An amount of memory as a scenario states it: bytes, a share of the workload's footprint, or no limit. */
public sealed interface Size {
    /** Bytes in a page of every machine. */
    long PAGE = 4096;

    /** What a size looks like, for messages. */
    String NOTATION = "bytes such as 64m or 1.5g, or a fraction of the footprint such as 0.5";

    /** Matches every size but {@code max}. A number with a point and without a unit is a fraction. */
    String REGEX = "[0-9]+(\\.[0-9]+)?([kKmMgGtT]([iI]?[bB])?)?";

    /** That many bytes. */
    record Bytes(long bytes) implements Size {}

    /** That share of the footprint; may exceed 1. */
    record Fraction(double share) implements Size {}

    /** No limit. */
    enum Max implements Size {
        MAX
    }

    /** Reads a size; empty if it is none or exceeds 2^62 bytes. */
    static Optional<Size> parse(String text) {
        if (text.equals("max")) {
            return Optional.of(Max.MAX);
        }
        Matcher m = Pattern.compile(REGEX).matcher(text);
        if (!m.matches()) {
            return Optional.empty();
        }
        String unit = m.group(2);
        String number = unit == null ? text : text.substring(0, m.start(2));
        if (unit == null && m.group(1) != null) {
            return Optional.of(new Fraction(Double.parseDouble(number)));
        }
        double bytes = Double.parseDouble(number) * factor(unit);
        return bytes <= 0x1p62 ? Optional.of(new Bytes(Math.round(bytes))) : Optional.empty();
    }

    private static double factor(@org.jspecify.annotations.Nullable String unit) {
        return unit == null
                ? 1
                : switch (unit.toLowerCase(Locale.ROOT).charAt(0)) {
                    case 'k' -> 0x1p10;
                    case 'm' -> 0x1p20;
                    case 'g' -> 0x1p30;
                    default -> 0x1p40;
                };
    }

    /** Whole pages in it, rounded down for bytes and to the nearest for a fraction; {@link Long#MAX_VALUE} for no limit. */
    default long pages(long footprintPages) {
        return switch (this) {
            case Bytes b -> b.bytes() / PAGE;
            case Fraction f -> Math.round(f.share() * footprintPages);
            case Max none -> Long.MAX_VALUE;
        };
    }
}
