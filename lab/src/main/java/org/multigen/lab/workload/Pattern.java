package org.multigen.lab.workload;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A synthetic workload over {@code pages} pages, the same one that the kernels were recorded with: a stream started from equal
 * values yields the same pages on every machine.
 *
 * @param kind the shape
 * @param pages pages of the region, 1 to 2^31 - 1
 * @param touches touches in all; {@code shift} moves its hot set seven times within them
 * @param seed seed of the generator; every value is allowed
 * @param hot share of the pages that is hot, 0 to 1; at least one page is hot
 * @param hotprob probability that a touch goes to a hot page, 0 to 1, in steps of a millionth
 * @param theta exponent of {@code zipf}, at least 0
 * @param scatter whether the ranks of {@code zipf} are permuted over the pages
 */
public record Pattern(
        Kind kind, long pages, long touches, long seed, double hot, double hotprob, double theta, boolean scatter) {

    /** Share of hot pages when none is given. */
    public static final double DEFAULT_HOT = 0.2;
    /** Probability of a hot touch when none is given. */
    public static final double DEFAULT_HOTPROB = 0.9;
    /** Exponent of {@code zipf} when none is given. */
    public static final double DEFAULT_THETA = 0.99;

    /** The shapes of access. */
    public enum Kind {
        UNIFORM("every page equally likely"),
        SEQ("pages in order, again and again"),
        HOTCOLD("a share of the pages (hot) gets a share of the touches (hotprob), each part uniform"),
        ZIPF("rank k is touched with weight (k + 1)^-theta"),
        SHIFT("a hot set that moves on seven times, over a uniform rest"),
        SCANHOT("a uniform hot set while the rest is scanned in order"),
        WINDOWS("a hot window that moves on until it has been everywhere once, over a uniform rest");

        private final String meaning;

        Kind(String meaning) {
            this.meaning = meaning;
        }

        /** The name in scenarios and transcripts. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** One line for listings. */
        public String meaning() {
            return meaning;
        }

        /** The kind of that name. */
        public static Optional<Kind> named(String text) {
            return Arrays.stream(values()).filter(k -> k.text().equals(text)).findFirst();
        }

        /** All names, in order of declaration. */
        public static List<String> names() {
            return Arrays.stream(values()).map(Kind::text).toList();
        }
    }

    public Pattern {
        require(pages >= 1 && pages <= Integer.MAX_VALUE, "a pattern needs 1 to 2^31 - 1 pages, not " + pages);
        require(touches >= 0, "touches cannot be negative");
        require(hot >= 0 && hot <= 1, "hot is a share from 0 to 1, not " + hot);
        require(hotprob >= 0 && hotprob <= 1, "hotprob is a probability from 0 to 1, not " + hotprob);
        require(theta >= 0 && theta < Double.POSITIVE_INFINITY, "theta is at least 0, not " + theta);
        if (kind == Kind.HOTCOLD || kind == Kind.SCANHOT) {
            require(hotPages(hot, pages) < pages, kind.text() + " needs a cold page: more pages or a smaller hot");
        }
    }

    /** A pattern with the default parameters and seed 1. */
    public static Pattern of(Kind kind, long pages, long touches) {
        return new Pattern(kind, pages, touches, 1, DEFAULT_HOT, DEFAULT_HOTPROB, DEFAULT_THETA, false);
    }

    public Pattern withSeed(long newSeed) {
        return new Pattern(kind, pages, touches, newSeed, hot, hotprob, theta, scatter);
    }

    public Pattern withHot(double newHot, double newHotprob) {
        return new Pattern(kind, pages, touches, seed, newHot, newHotprob, theta, scatter);
    }

    public Pattern withZipf(double newTheta, boolean newScatter) {
        return new Pattern(kind, pages, touches, seed, hot, hotprob, newTheta, newScatter);
    }

    /** A new stream from the first touch on. */
    public PageStream start() {
        return switch (kind) {
            case UNIFORM -> Streams.uniform(this);
            case SEQ -> Streams.seq(this);
            case HOTCOLD -> Streams.hotcold(this);
            case ZIPF -> new ZipfStream(this);
            case SHIFT -> new ShiftStream(this);
            case SCANHOT -> new ScanHotStream(this);
            case WINDOWS -> new WindowStream(this);
        };
    }

    /** Pages in the hot set. */
    long hotPages() {
        return hotPages(hot, pages);
    }

    /** A draw below a million is hot if it is below this. */
    long hotLimit() {
        return (long) StrictMath.floor(hotprob * 1e6);
    }

    private static long hotPages(double hot, long pages) {
        return Math.max(1, (long) StrictMath.floor(hot * pages));
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
