package org.multigen.lab.replay;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.trace.TraceAccount;
import org.multigen.lab.trace.TraceSource;
import org.multigen.lab.trace.TraceSummary;
import org.multigen.lab.trace.format.Traces;

/** What has to be known of recordings before they are run; each file is looked at once. */
public final class Recordings {
    private record Warm(Path file, double share) {}

    private final boolean partial;
    private final Map<Path, TraceSummary> summaries = new ConcurrentHashMap<>();
    private final Map<Warm, Long> warmTouches = new ConcurrentHashMap<>();

    public Recordings() {
        this(false);
    }

    /**
     * @param partial damaged recordings are used up to their damage instead of refused
     */
    public Recordings(boolean partial) {
        this.partial = partial;
    }

    /** Opens a recording from its beginning. */
    TraceSource open(Path file) {
        return Traces.open(file, partial);
    }

    /**
     * What a recording holds.
     *
     * @throws Failure if there is no such file, or it is no recording
     */
    public TraceSummary summary(Path file) {
        return summaries.computeIfAbsent(file, this::read);
    }

    /** The most pages that it has in use at one time. */
    public long footprint(Path file) {
        return summary(file).footprintPages();
    }

    private TraceSummary read(Path file) {
        try (TraceSource source = open(file)) {
            if (source.header().pageSize() != 4096) {
                throw Failure.badData(
                        file.toString(), "pages of " + source.header().pageSize() + " bytes; a machine has 4096");
            }
            // The summary of a file that is damaged further in front tells of more than can be used.
            return (partial ? Optional.<TraceSummary>empty() : source.summary()).orElseGet(() -> {
                TraceAccount account = new TraceAccount(source.header().pageSize());
                source.readAll(account);
                return account.summary(TraceSummary.COMPLETE);
            });
        }
    }

    /** Touches until a share of its footprint was in use for the first time. */
    public long touchesUntilInUse(Path file, double share) {
        return warmTouches.computeIfAbsent(new Warm(file, share), Recordings.this::count);
    }

    private long count(Warm warm) {
        long wanted = (long) Math.ceil(warm.share() * footprint(warm.file()));
        try (TraceSource source = open(warm.file())) {
            TraceAccount account = new TraceAccount(source.header().pageSize());
            EventBuffer events = new EventBuffer();
            long touches = 0;
            while (account.footprintPages() < wanted && source.next(events)) {
                while (!events.isEmpty() && account.footprintPages() < wanted) {
                    touches += events.touches();
                    events.deliver(account);
                    events.skip();
                }
                events.clear();
            }
            return touches;
        }
    }
}
