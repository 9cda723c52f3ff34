package org.multigen.lab.cli;

/** Command lines that a user can paste into a shell. */
public final class Shell {
    private Shell() {}

    /** Words as a line, quoted where a shell would take them apart. */
    public static String quoted(String... words) {
        StringBuilder line = new StringBuilder();
        for (String word : words) {
            String safe = word.matches("[A-Za-z0-9_./:=,@%+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
            line.append(line.isEmpty() ? "" : " ").append(safe);
        }
        return line.toString();
    }
}
