package org.multigen.lab.experiment;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.multigen.rules.KernelRules;
import org.multigen.rules.Kernels;

/** How the rules of the kernels differ: asked of the rules, so that the table cannot be wrong about them. */
final class KernelTable {
    private KernelTable() {}

    static void print(PrintWriter out) {
        List<KernelRules> kernels = Kernels.all();
        for (KernelRules k : kernels) {
            out.printf(Locale.ROOT, "%-6s rules and recordings of %s%n", k.name(), k.release());
        }
        out.println();
        List<String> same = new ArrayList<>();
        for (Method question : questions()) {
            Map<String, List<String>> answers = new LinkedHashMap<>();
            kernels.forEach(k -> answers.computeIfAbsent(answer(question, k), a -> new ArrayList<>())
                    .add(k.name()));
            if (answers.size() == 1) {
                same.add(words(question.getName()));
            } else {
                print(out, words(question.getName()), answers);
            }
        }
        if (!same.isEmpty()) {
            out.println();
            ListCommand.row(out, 18, "the same in all:", String.join(", ", same));
        }
    }

    private static void print(PrintWriter out, String question, Map<String, List<String>> answers) {
        String label = question;
        for (Map.Entry<String, List<String>> a : answers.entrySet()) {
            out.printf(Locale.ROOT, "%-38s  %-30s  %s%n", label, a.getKey(), String.join(" ", a.getValue()));
            label = "";
        }
    }

    private static List<Method> questions() {
        return Arrays.stream(KernelRules.class.getMethods())
                .filter(m -> m.getParameterCount() == 0)
                .filter(m -> !List.of("name", "release").contains(m.getName()))
                .filter(m ->
                        m.getReturnType().isPrimitive() || m.getReturnType().isEnum())
                .sorted(Comparator.comparing(Method::getName))
                .toList();
    }

    private static String answer(Method question, KernelRules rules) {
        try {
            Object answer = question.invoke(rules);
            if (answer instanceof Boolean yes) {
                return yes ? "yes" : "no";
            }
            boolean unlimited = answer.equals(Integer.MAX_VALUE);
            return unlimited ? "unlimited" : words(String.valueOf(answer));
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(question.getName(), e);
        }
    }

    /** {@code keepReferencedWithoutRmap} and {@code TWO_SIGHTINGS} as words. */
    private static String words(String identifier) {
        return identifier
                .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                .replace('_', ' ')
                .toLowerCase(Locale.ROOT);
    }
}
