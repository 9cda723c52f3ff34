package org.multigen.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pages of {@code docs}: links lead somewhere, the index or README.md knows every page, commands exist. */
class DocsTest {
    private static final Path ROOT =
            Path.of(System.getProperty("multigen.root")).normalize();
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern FENCE = Pattern.compile("(?ms)^```.*?^```$");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.*)$");

    static Stream<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(
                List.of(ROOT.resolve("README.md"), ROOT.resolve("CONTRIBUTING.md"), ROOT.resolve("CHANGELOG.md")));
        for (String folder : List.of("docs", "scenarios")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
                files.filter(f -> f.toString().endsWith(".md")).forEach(pages::add);
            }
        }
        return pages.stream().sorted();
    }

    private static String text(Path page) throws IOException {
        return FENCE.matcher(Files.readString(page)).replaceAll("");
    }

    private static List<String> links(Path page) throws IOException {
        return LINK.matcher(text(page))
                .results()
                .map(m -> m.group(1))
                .filter(l -> !l.matches("[a-z]+:.*"))
                .toList();
    }

    /** As GitHub makes them. */
    private static Set<String> anchors(Path page) throws IOException {
        return HEADING.matcher(text(page))
                .results()
                .map(m -> m.group(1).replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1"))
                .map(h -> h.strip()
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @MethodSource("pages")
    void linksLeadSomewhere(Path page) throws IOException {
        for (String link : links(page)) {
            int hash = link.indexOf('#');
            String file = hash < 0 ? link : link.substring(0, hash);
            Path target = file.isEmpty() ? page : page.resolveSibling(file).normalize();
            assertThat(target).as("%s in %s", link, ROOT.relativize(page)).exists();
            if (hash >= 0) {
                assertThat(anchors(target))
                        .as("%s in %s", link, ROOT.relativize(page))
                        .contains(link.substring(hash + 1));
            }
        }
    }

    @Test
    void everyPageIsLedTo() throws IOException {
        Set<Path> reached = new TreeSet<>();
        for (Path index : List.of(ROOT.resolve("docs/index.md"), ROOT.resolve("README.md"))) {
            for (String link : links(index)) {
                reached.add(index.resolveSibling(link.replaceFirst("#.*", "")).normalize());
            }
        }
        try (Stream<Path> files = Files.list(ROOT.resolve("docs"))) {
            List<Path> pages = files.filter(f -> f.toString().endsWith(".md"))
                    .filter(f -> !f.endsWith("index.md"))
                    .toList();
            assertThat(reached).containsAll(pages);
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void scenariosThatAreNamedAreThere(Path page) throws IOException {
        Matcher m = Pattern.compile("scenarios/[a-z0-9/-]+\\.(?:yaml|mgt|md)").matcher(Files.readString(page));
        while (m.find()) {
            assertThat(ROOT.resolve(m.group()))
                    .as("in %s", ROOT.relativize(page))
                    .exists();
        }
    }
}
