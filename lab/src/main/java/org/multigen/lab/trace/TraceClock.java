package org.multigen.lab.trace;

/**
 * The time of a trace as it is read: instructions of all processes at a given speed, since they are recorded one at a time; wall
 * time where the trace has no instructions; otherwise the number of accesses.
 */
public final class TraceClock extends PassingSink {
    /** Instructions a second that scenarios assume unless they say otherwise. */
    public static final double DEFAULT_SPEED = 3e9;

    private static final double NS_PER_S = 1e9;

    private long instructions;
    private long wallNs;
    private long accesses;

    /** Hands events on after the clock has taken them. */
    public TraceClock(TraceSink to) {
        super(to);
    }

    @Override
    public void time(int process, long executed) {
        instructions += executed;
        to.time(process, executed);
    }

    @Override
    public void wall(long ns) {
        wallNs = ns;
        to.wall(ns);
    }

    @Override
    public void touch(int process, long page, int count, boolean write) {
        accesses += count;
        to.touch(process, page, count, write);
    }

    @Override
    public void read(int process, int handle, int file, long page, long count) {
        accesses += count;
        to.read(process, handle, file, page, count);
    }

    @Override
    public void write(int process, int handle, int file, long page, long count) {
        accesses += count;
        to.write(process, handle, file, page, count);
    }

    /** What the clock counts. */
    public enum Unit {
        INSTRUCTIONS("s of virtual time"),
        WALL("s of the trace's clock"),
        ACCESSES("accesses");

        private final String text;

        Unit(String text) {
            this.text = text;
        }

        /** For legends. */
        public String text() {
            return text;
        }
    }

    /** The unit that fits what has been read so far; to be asked at the end of a first reading. */
    public Unit unit() {
        return instructions > 0 ? Unit.INSTRUCTIONS : wallNs > 0 ? Unit.WALL : Unit.ACCESSES;
    }

    /** The time now, in seconds or accesses. */
    public double now(Unit unit) {
        return switch (unit) {
            case INSTRUCTIONS -> instructions / DEFAULT_SPEED;
            case WALL -> wallNs / NS_PER_S;
            case ACCESSES -> accesses;
        };
    }
}
