package org.multigen.stress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.runners.TestList;

/**
 * The jcstress tests: the important ones for a moment each among the quick tests, all of them with every combination of compilers among
 * the long ones. A forbidden outcome fails; so does a control whose interesting outcome was not seen.
 */
class ProtocolsTest {
    /** Threads that hardly ever run at once show nothing: with fewer samples a control need not go wrong. */
    private static final long ENOUGH = 1_000_000;

    private static final JcstressRun.Effort QUICK = new JcstressRun.Effort(2, 250, false);
    private static final JcstressRun.Effort WHOLE = new JcstressRun.Effort(2, 250, true);

    /** Names of tests to run instead of all, a regular expression. */
    private static final String ONLY = System.getProperty("multigen.stress.only", ".*");

    @TestFactory
    Stream<DynamicTest> quick() {
        List<Class<?>> wanted =
                tests().stream().filter(t -> t.isAnnotationPresent(Quick.class)).toList();
        return run("quick", wanted, QUICK);
    }

    @TestFactory
    @Tag("long")
    Stream<DynamicTest> whole() {
        return run("whole", tests(), WHOLE);
    }

    /** A test that the annotation processor missed would never run. */
    @Test
    void testsAreFound() {
        assertThat(tests()).hasSizeGreaterThan(20).anyMatch(t -> t.isAnnotationPresent(Control.class));
        assertThat(tests()).allMatch(t -> t.isAnnotationPresent(JCStressTest.class));
    }

    private static Stream<DynamicTest> run(String name, List<Class<?>> tests, JcstressRun.Effort effort) {
        if (tests.isEmpty()) {
            return Stream.empty();
        }
        Path directory = Path.of("target", "jcstress", name).toAbsolutePath();
        Map<String, List<TestResult>> results = JcstressRun.of(directory, tests, effort);
        return tests.stream()
                .map(t -> dynamicTest(
                        shortName(t), () -> hold(t, results.getOrDefault(t.getCanonicalName(), List.of()))));
    }

    private static void hold(Class<?> test, List<TestResult> results) {
        assertThat(results).as("results of " + test.getName()).isNotEmpty();
        List<String> wrong = new ArrayList<>();
        boolean interesting = false;
        long samples = 0;
        for (TestResult r : results) {
            JcstressRun.wrong(r).forEach(w -> wrong.add(r.getConfig() + ": " + w));
            interesting |= r.grading().hasInteresting;
            samples += r.getTotalCount();
        }
        assertThat(wrong)
                .as(
                        "%s; again: mvn -o -pl stress -am test -Dtest=ProtocolsTest"
                                + " -Dsurefire.failIfNoSpecifiedTests=false -Dmultigen.stress.only=%s",
                        test.getName(), test.getSimpleName())
                .isEmpty();
        if (test.isAnnotationPresent(Control.class)) {
            assumeThat(interesting || samples >= ENOUGH)
                    .as("the machine is too busy: %d samples", samples)
                    .isTrue();
            assertThat(interesting)
                    .as(
                            "%s is to go wrong, so that the test beside it is known to be able to; outcomes: %s",
                            test.getName(),
                            results.stream().map(JcstressRun::outcomes).toList())
                    .isTrue();
        }
    }

    private static String shortName(Class<?> test) {
        String name = test.getName();
        return name.substring(name.lastIndexOf('.') + 1).replace('$', '.');
    }

    /** The tests that the annotation processor listed, by name. */
    private static List<Class<?>> tests() {
        List<Class<?>> tests = new ArrayList<>();
        for (String name : new TreeSet<>(TestList.tests())) {
            if (Pattern.compile(ONLY).matcher(name).find()) {
                tests.add(classOf(name));
            }
        }
        return tests;
    }

    /** jcstress names a nested class with a dot. */
    private static Class<?> classOf(String name) {
        int dot = name.lastIndexOf('.');
        try {
            return Class.forName(
                    name.substring(0, dot) + "$" + name.substring(dot + 1),
                    false,
                    ProtocolsTest.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("a jcstress test that is not nested: " + name, e);
        }
    }
}
