package org.multigen.lab.scenario;

/** The table of keys in {@code docs/scenario.md}, made from {@link Keys}. */
public final class KeyReference {
    private KeyReference() {}

    /** A Markdown table with a row per key. */
    public static String markdown() {
        StringBuilder table = new StringBuilder("| key | value | default | unit | meaning |\n|---|---|---|---|---|\n");
        for (Key k : Keys.all()) {
            table.append("| `")
                    .append(k.path().replace("events.N.", "events[]."))
                    .append("` | ")
                    .append(k.type().notation())
                    .append(" | ")
                    .append(k.fallback())
                    .append(" | ")
                    .append(k.unit())
                    .append(" | ")
                    .append(k.meaning())
                    .append(" |\n");
        }
        return table.toString();
    }
}
