package org.multigen.lab.policy;

/**
 * S3-FIFO (Yang and others, 2023): a small queue of a tenth for what is new, a main queue for what was referenced twice more while
 * there or returns soon after, and a ghost queue of nine tenths of the capacity that remembers what left the small one. Sizes and
 * thresholds as in libCacheSim: queues may exceed their shares while the whole fits, and with a small queue of less than two blocks
 * nothing is ever admitted.
 */
final class S3FifoCache implements Cache {
    private static final double SMALL_SHARE = 0.1;
    private static final double GHOST_SHARE = 0.9;
    private static final int MOVE_TO_MAIN = 2;
    private static final int MOST_ROUNDS = 3;

    private static final byte OUT = 0;
    private static final byte SMALL = 1;
    private static final byte MAIN = 2;
    private static final byte GHOST = 3;

    private final int capacity;
    private final int smallCapacity;
    private final int mainCapacity;
    private final int ghostCapacity;
    private final byte[] where;
    private final int[] frequency;
    private final Queue small;
    private final Queue main;
    private final Queue ghost;

    S3FifoCache(int capacity, int blocks) {
        this.capacity = capacity;
        this.smallCapacity = (int) (capacity * SMALL_SHARE);
        this.mainCapacity = capacity - smallCapacity;
        this.ghostCapacity = (int) (capacity * GHOST_SHARE);
        this.where = new byte[blocks];
        this.frequency = new int[blocks];
        this.small = new Queue(blocks);
        this.main = new Queue(blocks);
        this.ghost = new Queue(blocks);
    }

    @Override
    public boolean hit(int block) {
        if (where[block] == SMALL || where[block] == MAIN) {
            frequency[block]++;
            return true;
        }
        boolean returns = where[block] == GHOST;
        if (returns) {
            ghost.remove(block);
            where[block] = OUT;
        }
        while (small.size() + main.size() >= capacity) {
            if (main.size() > mainCapacity || small.size() == 0) {
                evictFromMain();
            } else {
                evictFromSmall();
            }
        }
        if (returns) {
            enter(main, MAIN, block);
        } else if (smallCapacity > 1) {
            enter(small, SMALL, block);
        }
        return false;
    }

    private void enter(Queue queue, byte place, int block) {
        queue.add(block);
        where[block] = place;
        frequency[block] = 0;
    }

    private void evictFromSmall() {
        while (small.size() > 0) {
            int block = small.oldest();
            small.remove(block);
            if (frequency[block] < MOVE_TO_MAIN) {
                remember(block);
                return;
            }
            enter(main, MAIN, block);
        }
    }

    private void remember(int block) {
        where[block] = OUT;
        if (ghostCapacity == 0) {
            return;
        }
        if (ghost.size() == ghostCapacity) {
            where[ghost.oldest()] = OUT;
            ghost.remove(ghost.oldest());
        }
        ghost.add(block);
        where[block] = GHOST;
    }

    private void evictFromMain() {
        while (main.size() > 0) {
            int block = main.oldest();
            main.remove(block);
            if (frequency[block] == 0) {
                where[block] = OUT;
                return;
            }
            int rounds = Math.min(frequency[block], MOST_ROUNDS);
            enter(main, MAIN, block);
            frequency[block] = rounds - 1;
        }
    }
}
