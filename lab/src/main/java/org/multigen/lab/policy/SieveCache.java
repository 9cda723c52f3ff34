package org.multigen.lab.policy;

/**
 * SIEVE: blocks stay where they were queued; a hand moves from the oldest to the newest, spares what was referenced since it last
 * passed, and evicts the first that was not (Zhang and others, 2024).
 */
final class SieveCache implements Cache {
    private static final byte IN = 1;
    private static final byte VISITED = 2;

    private final int capacity;
    private final Queue queue;
    private final byte[] state;
    private int hand = Queue.NONE;

    SieveCache(int capacity, int blocks) {
        this.capacity = capacity;
        this.queue = new Queue(blocks);
        this.state = new byte[blocks];
    }

    @Override
    public boolean hit(int block) {
        if (state[block] != 0) {
            state[block] = IN | VISITED;
            return true;
        }
        if (queue.size() == capacity) {
            evict();
        }
        queue.add(block);
        state[block] = IN;
        return false;
    }

    private void evict() {
        int victim = hand == Queue.NONE ? queue.oldest() : hand;
        while (state[victim] == (IN | VISITED)) {
            state[victim] = IN;
            int newer = queue.newer(victim);
            victim = newer == Queue.NONE ? queue.oldest() : newer;
        }
        hand = queue.newer(victim);
        queue.remove(victim);
        state[victim] = 0;
    }
}
