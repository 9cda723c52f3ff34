package org.multigen.lab.report;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.multigen.lab.cli.Main;
import tools.jackson.databind.JsonNode;

/**
 * The pictures of {@code docs/img}: runs the bundled scenarios and cuts from the report of each what it shows best. Started by {@code
 * build/screenshots}; what ran before stands in the folder for results and is drawn again.
 */
public final class Screenshots {
    private static final int WIDTH = 1000;
    private static final String FIRST = "first";
    private static final String GENERATIONS = "Pages per generation over time";
    private static final String FAULTS = "Major faults over time";
    private static final String FUNCTIONS = "CPU time of reclaim, by kernel function, after the warm-up";
    private static final String SUMS = "Run time and major faults, after the warm-up";
    private static final String GUESTS = "Guests, after the warm-up";
    private static final String TIERS = "Memory tiers, after the warm-up";
    private static final String HEAT = "Heat map, with the generations laid over it";
    private static final String SCANNED = "What was scanned, and what was found";

    /** The section that is cut out. */
    private static final Map<String, String> SECTIONS = new TreeMap<>(Map.ofEntries(
            Map.entry("ablation", FUNCTIONS),
            Map.entry("cxl-hot-gib", TIERS),
            Map.entry("fio-buffered", GENERATIONS),
            Map.entry(FIRST, GENERATIONS),
            Map.entry("guest-aging", FUNCTIONS),
            Map.entry("guest-aging-proactive", GUESTS),
            Map.entry("guest-bitmap", GUESTS),
            Map.entry("guest-locks", SUMS),
            Map.entry("guest-scatter", SUMS),
            Map.entry("kernel-upgrade", SUMS),
            Map.entry("madv-random", FAULTS),
            Map.entry("memcached-anon", SCANNED),
            Map.entry("scanhot", FAULTS),
            Map.entry("tiering", TIERS),
            Map.entry("tiering-recording", TIERS),
            Map.entry("tiering-shift", TIERS),
            Map.entry("tlb", FAULTS)));

    private Screenshots() {}

    /** Arguments: the folder of scenarios, one for results, one for pictures, and the scenarios wanted (none: all). */
    public static void main(String[] args) throws Exception {
        Path scenarios = Path.of(args[0]);
        Path results = Files.createDirectories(Path.of(args[1]));
        Path pictures = Files.createDirectories(Path.of(args[2]));
        List<String> wanted = List.of(args).subList(3, args.length);
        Path profile = Files.createTempDirectory("screenshots");
        try (Chromium browser = new Chromium(profile)) {
            for (Map.Entry<String, String> s : SECTIONS.entrySet()) {
                if (wanted.isEmpty() || wanted.contains(s.getKey())) {
                    Path page = page(scenarios.resolve(s.getKey() + ".yaml"), results);
                    if (s.getKey().equals(FIRST)) {
                        cut(browser, page, GENERATIONS, pictures.resolve("generations.png"));
                        cut(browser, page, HEAT, pictures.resolve("heat-generations.png"));
                    } else {
                        cut(browser, page, s.getValue(), pictures.resolve(s.getKey() + ".png"));
                    }
                }
            }
            if (wanted.isEmpty() || wanted.contains("heatmap")) {
                Path json = results.resolve("heatmap.json");
                String recording = scenarios.resolve("recordings/redis.mgt").toString();
                run("heatmap", recording, "--regions", "1", "--format", "json", "-o", json.toString());
                run("report", json.toString());
                cut(browser, results.resolve("heatmap.html"), "", pictures.resolve("heatmap.png"));
            }
        }
    }

    private static Path page(Path scenario, Path results) {
        String name = scenario.getFileName().toString().replace(".yaml", "");
        Path json = results.resolve(name + ".json");
        if (!Files.exists(json)) {
            List<String> command =
                    new ArrayList<>(List.of("run", scenario.toString(), "--format", "json", "-o", json.toString()));
            if (name.equals(FIRST)) {
                command.add("--heat");
            }
            run(command.toArray(String[]::new));
        }
        run("report", json.toString());
        return results.resolve(name + ".html");
    }

    private static void run(String... args) {
        StringWriter err = new StringWriter();
        int code = Main.run(new PrintWriter(new StringWriter()), new PrintWriter(err), args);
        if (code != 0) {
            throw new IllegalStateException(String.join(" ", args) + ": " + err);
        }
    }

    /**
     * Question, verdict and one section, with what is closed left out.
     *
     * @param section its heading, or empty: the first
     */
    private static void cut(Chromium browser, Path page, String section, Path picture) throws Exception {
        try (Tab tab = browser.tab()) {
            tab.size(WIDTH, WIDTH, false);
            tab.colorScheme("light");
            tab.open(page);
            JsonNode found = tab.evaluate("""
                    (() => {
                      let found = false;
                      document.querySelectorAll('section').forEach((s) => {
                        const title = s.querySelector('h2').textContent;
                        const it = title === '%1$s' || ('%1$s' === '' && !found);
                        found = found || it;
                        s.style.display = it ? '' : 'none';
                      });
                      document.querySelectorAll('details:not([open]), footer').forEach((d) => { d.style.display = 'none'; });
                      return found;
                    })()""".formatted(section));
            if (!found.asBoolean()) {
                throw new IllegalStateException(page + ": no section " + section);
            }
            double height =
                    tab.evaluate("document.body.getBoundingClientRect().height").asDouble();
            Map<String, Object> clip = Map.of("x", 0, "y", 0, "width", WIDTH, "height", height, "scale", 1);
            String png = tab.send(
                            "Page.captureScreenshot",
                            Map.of("format", "png", "captureBeyondViewport", true, "clip", clip))
                    .path("data")
                    .asString();
            Files.write(picture, Base64.getDecoder().decode(png));
        }
    }
}
