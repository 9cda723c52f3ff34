package org.multigen.base;

import java.util.function.Supplier;

/** Scratch of a mechanism that each actor has for itself; made at first use. */
public final class PerActor<T> {
    private final Supplier<T> make;

    public PerActor(Supplier<T> make) {
        this.make = make;
    }

    /** That of an actor, which the calling thread runs. */
    @SuppressWarnings("unchecked") // only make's results are stored under this key
    public T of(Actor actor) {
        Object found = actor.scratch(this);
        if (found == null) {
            found = make.get();
            actor.keepScratch(this, found);
        }
        return (T) found;
    }
}
