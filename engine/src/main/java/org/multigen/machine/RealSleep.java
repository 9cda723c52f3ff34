package org.multigen.machine;

import java.util.concurrent.locks.LockSupport;
import org.multigen.base.Actor;

/** What an actor does at a yield point and to sleep under real threads. */
final class RealSleep implements Actor.Yield {
    static final RealSleep INSTANCE = new RealSleep();

    /** Thrown through a thread that is to stop because another one failed; the machine is not usable afterwards. */
    static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;

        Stopped() {
            super("stopped because another thread failed", null, false, false);
        }
    }

    private RealSleep() {}

    @Override
    public void at(Actor actor) {
        if (Thread.currentThread().isInterrupted()) {
            throw new Stopped();
        }
        actor.tick();
    }

    @Override
    public void sleep(Actor actor, long ns) {
        LockSupport.parkNanos(ns);
        at(actor);
    }
}
