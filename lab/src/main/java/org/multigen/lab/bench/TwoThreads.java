package org.multigen.lab.bench;

import java.util.Arrays;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Work done by one thread and by two at once, beside plain reads done likewise, in turn, round by round. Time is the wall's: a thread
 * that waits for the other shall count as slow. On a busy machine the plain readers lose as well.
 */
final class TwoThreads {
    /** Something that a thread does on data of its own; says how many operations it did. */
    interface Work {
        long run(int thread);
    }

    /** What is done to a thread's data before each round, not timed. */
    interface Preparation {
        void prepare(int thread);
    }

    private final Effort effort;
    private final Preparation preparation;
    private final Work work;
    private final Work plain;
    private final double[] gains;
    private final double[] plainGains;
    private final double[] shares;

    TwoThreads(Effort effort, Work work, Work plain) {
        this(effort, i -> {}, work, plain);
    }

    TwoThreads(Effort effort, Preparation preparation, Work work, Work plain) {
        this.effort = effort;
        this.preparation = preparation;
        this.work = work;
        this.plain = plain;
        this.gains = new double[effort.rounds()];
        this.plainGains = new double[effort.rounds()];
        this.shares = new double[effort.rounds()];
    }

    void run() {
        for (int i = -effort.warmups(); i < effort.rounds(); i++) {
            double plainGain = gain(t -> {}, plain);
            double gain = gain(preparation, work);
            if (i >= 0) {
                gains[i] = gain;
                plainGains[i] = plainGain;
                shares[i] = gain / plainGain;
            }
        }
        Arrays.sort(gains);
        Arrays.sort(plainGains);
        Arrays.sort(shares);
    }

    /** Rate of two threads as a multiple of one thread's, ascending. */
    double[] gains() {
        return gains;
    }

    /** The same of the plain reads: the median. */
    double plainGain() {
        return plainGains[plainGains.length / 2];
    }

    /** Gain of the work as a share of that of the plain reads in the same round, ascending. */
    double[] shares() {
        return shares;
    }

    private static double gain(Preparation preparation, Work work) {
        double one = rate(preparation, work, 1);
        return rate(preparation, work, 2) / one;
    }

    private static double rate(Preparation preparation, Work work, int count) {
        long[] begin = new long[count];
        long[] end = new long[count];
        long[] operations = new long[count];
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        CyclicBarrier start = new CyclicBarrier(count);
        Thread[] threads = new Thread[count];
        for (int i = 0; i < count; i++) {
            int me = i;
            preparation.prepare(me);
            threads[i] = new Thread(() -> {
                try {
                    start.await();
                    begin[me] = System.nanoTime();
                    operations[me] = work.run(me);
                    end[me] = System.nanoTime();
                } catch (InterruptedException | BrokenBarrierException | RuntimeException e) {
                    failure.compareAndSet(null, e);
                }
            });
        }
        for (Thread t : threads) {
            t.start();
        }
        for (Thread t : threads) {
            join(t);
        }
        Throwable failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException(failed);
        }
        long ns = Arrays.stream(end).max().orElseThrow()
                - Arrays.stream(begin).min().orElseThrow();
        return Arrays.stream(operations).sum() * 1e9 / Math.max(ns, 1);
    }

    private static void join(Thread t) {
        try {
            t.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
