package org.multigen.tier;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.multigen.addrspace.AddressSpace;
import org.multigen.base.Actor;
import org.multigen.lru.Lruvecs;
import org.multigen.lru.multigen.MultiGenLru;
import org.multigen.memcg.MemcgTree;
import org.multigen.memory.FolioTable;
import org.multigen.memory.Node;
import org.multigen.memory.PhysicalMemory;

/** The room's mechanisms, wired for one machine, with the daemons that it has. */
public final class Tiering implements AutoCloseable {
    /** Wakes the page-out daemon of a node. */
    public interface Waker {
        void wake(Actor actor, Node node);
    }

    /** One of the room's daemons. Its actor's thread runs it; under virtual time whoever lets it catch up. */
    public interface Daemon {
        Actor actor();

        /** When it wants to run next, on its actor's clock. */
        long nextNs();

        /** A part of its work, short enough for others to run in between. */
        void step();
    }

    private static final long NEVER = Long.MAX_VALUE / 4;
    /** How often a task looks whether a daemon's time has come, or NUMA balancing was switched on. */
    private static final long POLL_NS = 10_000_000;

    private final PhysicalMemory memory;
    private final MemoryTiers tiers;
    private final TierSettings settings;
    private final MoveTimes times;
    private final Demoter demoter;
    private final TopTier topTier;
    private final HintFaults hintFaults;
    private final HintScan hintScan;
    private final @Nullable HotPageTracker tracker;
    private final SlowTouches touches;
    private final boolean lowerNodes;
    private final List<Daemon> daemons = new ArrayList<>();
    /** What daemons may promote to each node, whatever node it comes from. */
    private final List<PromotionLimit> limits;

    private final AtomicBoolean atWork = new AtomicBoolean();
    private @Nullable AccessScanner scanner;

    /**
     * @param hz ticks per second
     */
    public Tiering(
            PhysicalMemory memory,
            MemoryTiers tiers,
            Migration migration,
            MemcgTree memcgs,
            TierSettings settings,
            long hz,
            Waker waker) {
        FolioTable folios = memory.folios();
        this.memory = memory;
        this.tiers = tiers;
        this.settings = settings;
        this.times = new MoveTimes(folios);
        this.limits = memory.nodes().stream()
                .map(n ->
                        new PromotionLimit(settings.limits(), settings.tracker().windowNs()))
                .toList();
        this.demoter = new Demoter(tiers, migration, memcgs, times);
        this.topTier = new TopTier(memory, tiers, migration, memcgs, times, waker::wake);
        this.lowerNodes = !tiers.lower().isEmpty();
        HotPageTracker records =
                lowerNodes && settings.tracks() ? new HotPageTracker(folios, tiers, settings.tracker(), hz) : null;
        this.tracker = records;
        this.hintScan = new HintScan(folios, tiers, settings.limits());
        PromotionLimit limit =
                new PromotionLimit(settings.limits(), settings.limits().hotThresholdNs());
        this.hintFaults = new HintFaults(folios, tiers, hintScan, topTier, limit, (actor, folio) -> {
            if (records != null && settings.hintsToTracker()) {
                records.record(actor, folio, 0, HotPageTracker.Source.HINT_FAULT);
                return true;
            }
            return false;
        });
        this.touches = new SlowTouches(memory.nodes(), tiers, settings.hardwareSample(), records);
    }

    /** Second step of the wiring: the daemons. */
    public void startDaemons(Function<String, Actor> newActor, MultiGenLru lru, Lruvecs lruvecs) {
        HotPageTracker records = tracker;
        if (records == null) {
            return;
        }
        ScanSettings scan = settings.scan();
        if (scan != null) {
            AccessScanner s =
                    new AccessScanner(newActor.apply("klruscand"), scan, lru, lruvecs, tiers.lower(), records);
            scanner = s;
            daemons.add(s);
        }
        if (settings.daemon() == Promoter.Kind.KMIGRATED) {
            tiers.lower().forEach(n -> addPromoter(newActor.apply("kmigrated" + n.id()), List.of(n), records));
        } else {
            addPromoter(newActor.apply("kpromoted" + topTier.defaultTarget()), tiers.lower(), records);
        }
    }

    private void addPromoter(Actor actor, List<Node> from, HotPageTracker records) {
        tiers.setDaemons();
        daemons.add(new Promoter(
                actor, settings.daemon(), from, memory.folios(), records, topTier, limits, settings.hysteresisNs()));
    }

    public MemoryTiers tiers() {
        return tiers;
    }

    public Demoter demoter() {
        return demoter;
    }

    public HintFaults hintFaults() {
        return hintFaults;
    }

    /** The scanning daemon, if there is one. */
    public @Nullable AccessScanner scanner() {
        return scanner;
    }

    /** The records of accesses, if they are kept. */
    public @Nullable HotPageTracker tracker() {
        return tracker;
    }

    /** What touches of slow memory cost. */
    public SlowTouches touches() {
        return touches;
    }

    /** The daemons, in the order in which virtual time lets them catch up. */
    public List<Daemon> daemons() {
        return daemons;
    }

    /** What daemons have to say about themselves, each once. */
    public List<String> notes() {
        AccessScanner s = scanner;
        String note = s == null ? null : s.note();
        return note == null ? List.of() : List.of(note);
    }

    /**
     * A task has run in an address space.
     *
     * @return its time after which to call again
     */
    public long ran(Actor actor, AddressSpace mm) {
        if (!lowerNodes) {
            return NEVER;
        }
        return tiers.tieringMode() ? Math.min(hintScan.tick(actor, mm), POLL_NS) : POLL_NS;
    }

    /** Lets the daemons catch up with a moment, unless somebody else is at it. */
    public void runUntil(long ns) {
        if (!atWork.compareAndSet(false, true)) {
            return;
        }
        try {
            catchUp(ns);
        } finally {
            atWork.set(false);
        }
    }

    private void catchUp(long ns) {
        for (Daemon d : daemons) {
            while (d.nextNs() <= ns) {
                d.step();
            }
        }
    }

    @Override
    public void close() {
        hintScan.close();
        times.close();
        if (tracker != null) {
            tracker.close();
        }
    }
}
