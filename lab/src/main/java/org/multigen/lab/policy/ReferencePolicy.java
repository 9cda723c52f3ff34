package org.multigen.lab.policy;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.failure.Nearest;

/** The reference policies. */
public enum ReferencePolicy {
    FIFO("fifo", "first in, first out"),
    LRU("lru", "least recently used, exactly"),
    CLOCK("clock", "FIFO with a second chance"),
    SIEVE("sieve", "SIEVE: a hand that passes over what was referenced"),
    S3FIFO("s3fifo", "S3-FIFO: three queues, a tenth for what is new"),
    ARC("arc", "ARC: recency and frequency in a balance that adapts"),
    LIRS("lirs", "LIRS: by the distance between references"),
    WTINYLFU("wtinylfu", "W-TinyLFU: admission by estimated frequency"),
    BELADY("belady", "Belady's optimum: knows the future; the bound of all");

    private final String word;
    private final String about;

    ReferencePolicy(String word, String about) {
        this.word = word;
        this.about = about;
    }

    /** Its name on the command line. */
    public String word() {
        return word;
    }

    /** What it does, in a few words. */
    public String about() {
        return about;
    }

    /** The policy of that name. */
    public static Optional<ReferencePolicy> named(String word) {
        return Arrays.stream(values()).filter(p -> p.word.equals(word)).findFirst();
    }

    /**
     * The policy that a word of {@code --policies} names.
     *
     * @param also what else the option takes, for the message
     * @throws Failure if there is none
     */
    public static ReferencePolicy chosen(String word, String also) {
        return named(word)
                .orElseThrow(() -> Failure.usage("--policies: '" + word + "': expected " + also + ", or some of "
                        + String.join(", ", words()) + Nearest.hint(word, words())));
    }

    /** All names. */
    public static List<String> words() {
        return Arrays.stream(values()).map(ReferencePolicy::word).toList();
    }

    /**
     * Counts misses, those of free references left out.
     *
     * @param capacity blocks that the cache holds; more than there are blocks is as good as all
     */
    public long misses(References r, long capacity) {
        int c = (int) Math.min(capacity, Math.max(1, r.distinct()));
        if (c < 1) {
            return r.counted();
        }
        return switch (this) {
            case FIFO -> run(r, () -> new FifoCache(c, r.distinct(), false));
            case LRU -> StackDistances.of(r).misses(c);
            case CLOCK -> run(r, () -> new FifoCache(c, r.distinct(), true));
            case SIEVE -> run(r, () -> new SieveCache(c, r.distinct()));
            case S3FIFO -> run(r, () -> new S3FifoCache((int) Math.min(capacity, Integer.MAX_VALUE), r.distinct()));
            case ARC -> CaffeineCaches.arcMisses(r, c);
            case LIRS -> CaffeineCaches.lirsMisses(r, c);
            case WTINYLFU -> CaffeineCaches.tinyLfuMisses(r, c);
            case BELADY -> Optimum.misses(r, c);
        };
    }

    private static long run(References r, Supplier<Cache> make) {
        Cache cache = make.get();
        long misses = 0;
        for (int i = 0; i < r.count(); i++) {
            if (!cache.hit(r.block(i)) && !r.free(i)) {
                misses++;
            }
        }
        return misses;
    }
}
