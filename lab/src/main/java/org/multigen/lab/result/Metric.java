package org.multigen.lab.result;

/**
 * A measure of a run.
 *
 * @param name as in {@code /proc/vmstat}, or with the prefix {@code mg_} if the kernel has no such measure
 * @param label for people
 * @param unit of its values
 * @param better whether less or more of it is better, for colours
 * @param meaning one sentence for the reference
 */
public record Metric(String name, String label, Unit unit, Better better, String meaning) {

    /** What a value counts. */
    public enum Unit {
        COUNT("events"),
        PAGES("pages"),
        NANOS("ns of virtual time"),
        PER_SECOND("per second of virtual time");

        private final String text;

        Unit(String text) {
            this.text = text;
        }

        /** For the reference. */
        public String text() {
            return text;
        }
    }

    /** Which direction a reader hopes for. */
    public enum Better {
        LESS,
        MORE,
        NEITHER
    }
}
