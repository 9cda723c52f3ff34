package org.multigen.fidelity.replay;

import java.io.Serial;

/** An operation of a transcript that is understood, but that the engine has no counterpart for. */
final class Unmodelled extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    Unmodelled(String what) {
        super(what, null, false, false);
    }
}
