package org.multigen.lab.bench;

import java.util.List;

/** Something that {@code multigen bench} can measure. */
interface Bench {
    /** Its name on the command line. */
    String name();

    /** One line for the help. */
    String meaning();

    List<Figure> run(Effort effort);
}
