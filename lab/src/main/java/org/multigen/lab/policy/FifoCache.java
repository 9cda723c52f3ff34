package org.multigen.lab.policy;

/** First in, first out; or CLOCK, which gives a block that was referenced since another round. */
final class FifoCache implements Cache {
    private static final byte IN = 1;
    private static final byte REFERENCED = 2;

    private final int[] ring;
    private final byte[] state;
    private final boolean secondChance;
    private int hand;
    private int size;

    FifoCache(int capacity, int blocks, boolean secondChance) {
        this.ring = new int[capacity];
        this.state = new byte[blocks];
        this.secondChance = secondChance;
    }

    @Override
    public boolean hit(int block) {
        if (state[block] != 0) {
            state[block] = IN | REFERENCED;
            return true;
        }
        if (size < ring.length) {
            ring[size++] = block;
        } else {
            while (secondChance && state[ring[hand]] == (IN | REFERENCED)) {
                state[ring[hand]] = IN;
                hand = next();
            }
            state[ring[hand]] = 0;
            ring[hand] = block;
            hand = next();
        }
        state[block] = IN;
        return false;
    }

    private int next() {
        return hand + 1 == ring.length ? 0 : hand + 1;
    }
}
