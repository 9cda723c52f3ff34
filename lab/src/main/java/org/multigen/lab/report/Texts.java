package org.multigen.lab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Words and numbers of pages. */
final class Texts {
    private static final double NS_PER_S = 1e9;
    private static final double MIB = 1 << 20;

    private Texts() {}

    static String count(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    static String decimals(double n, int digits) {
        return String.format(Locale.ROOT, "%,." + digits + "f", n);
    }

    static double seconds(long ns) {
        return ns / NS_PER_S;
    }

    static double mib(long pages, long pageBytes) {
        return pages * (double) pageBytes / MIB;
    }

    static List<String> strings(JsonNode array) {
        List<String> all = new ArrayList<>();
        array.forEach(n -> all.add(n.asString("")));
        return all;
    }
}
