package org.multigen.lab.mrc;

import java.util.List;
import java.util.TreeSet;
import org.multigen.lab.cli.CommaList;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.policy.References;
import org.multigen.lab.scenario.Size;

/** Sizes of a cache as a user states them: blocks, bytes with a unit, or fractions of the blocks that the trace has. */
final class Capacities {
    static final String DEFAULT = "0.01,0.02,0.05,0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9,1.0";
    private static final String NOTATION =
            "blocks such as 5000, bytes such as 64m, or a fraction of the trace's blocks such as 0.1";

    private Capacities() {}

    /** Refuses what is no size, before a trace is read for it. */
    static List<String> check(String list) {
        List<String> words = CommaList.of("--sizes", List.of(list));
        for (String w : words) {
            boolean number = w.matches("[0-9]{1,16}");
            boolean size = Size.parse(w).filter(s -> s != Size.Max.MAX).isPresent();
            if (!number && !size || isZero(w)) {
                throw Failure.usage("--sizes: '" + w + "': expected " + NOTATION);
            }
        }
        return words;
    }

    private static boolean isZero(String word) {
        return Size.parse(word)
                .filter(s ->
                        s instanceof Size.Bytes b ? b.bytes() == 0 : s instanceof Size.Fraction f && f.share() == 0)
                .isPresent();
    }

    /** In blocks, ascending, each once; less than a block is one. */
    static long[] of(List<String> words, References r) {
        TreeSet<Long> blocks = new TreeSet<>();
        for (String w : words) {
            long n = w.matches("[0-9]+")
                    ? Long.parseLong(w)
                    : switch (Size.parse(w).orElseThrow()) {
                        case Size.Bytes b -> b.bytes() / r.unitBytes();
                        case Size.Fraction f -> (long) (f.share() * r.distinct());
                        case Size.Max none -> r.distinct();
                    };
            blocks.add(Math.max(1, n));
        }
        return blocks.stream().mapToLong(Long::longValue).toArray();
    }
}
