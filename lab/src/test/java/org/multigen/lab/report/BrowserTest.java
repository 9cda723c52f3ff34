package org.multigen.lab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * Reports in a real browser: nothing in the console, no request but for the page itself, a tooltip with figures over every chart, dark
 * and light, on a phone and on paper.
 */
class BrowserTest {
    /** The tooltip that is shown in a chart, or nothing. */
    static final String TIP = """
            (() => {
              for (const c of document.querySelectorAll('.chart')[%d].children) {
                if (c.style.zIndex && c.style.visibility !== 'hidden' && c.style.opacity !== '0' && c.innerText) {
                  return c.innerText;
                }
              }
              return '';
            })()""";

    /**
     * Where a chart has something, within the page that is seen; it is scrolled there. A value at an end of an axis lies on the edge of
     * the plot, and the browser rounds the mouse to whole pixels, which may be outside, where no tooltip is due: hence the 2 pixels.
     */
    static final String SOMEWHERE = """
            (() => {
              const place = document.querySelectorAll('.chart')[%d];
              place.scrollIntoView({ block: 'center' });
              const chart = echarts.getInstanceByDom(place);
              const option = chart.getOption();
              const kind = CHARTS[Number(place.dataset.chart)].kind;
              const i = kind === 'points' ? option.series.findIndex((s) => s.type === 'scatter') : 0;
              const data = option.series[i].data;
              const k = Math.floor(data.length / 2);
              const d = data[k] && data[k].value !== undefined ? data[k].value : data[k];
              const at = Array.isArray(d) ? [d[0], d[1]] : kind === 'hbar' || kind === 'hstack' ? [d, k] : [k, d];
              const p = chart.convertToPixel({ seriesIndex: i }, at);
              const box = place.getBoundingClientRect();
              const plot = chart.getModel().getComponent('grid').coordinateSystem.getRect();
              const within = (v, from, size) => Math.min(Math.max(v, from + 2), from + size - 2);
              return { x: box.left + within(p[0], plot.x, plot.width), y: box.top + within(p[1], plot.y, plot.height) };
            })()""";

    /** Color of the words in a chart, drawn with or without elements. */
    private static final String INK =
            "echarts.getInstanceByDom(document.querySelector('.chart')).getOption().textStyle.color";

    private static final String ONE_OF_EACH_SORT = """
            CHARTS.map((c, i) => i).filter((i) => CHARTS.findIndex((d) => d.kind === CHARTS[i].kind) === i)""";

    private static final int WIDTH = 1000;
    private static final int HEIGHT = 600;
    private static final int PAPER = 620;

    @TempDir(cleanup = CleanupMode.NEVER) // the browser may still write
    private static Path profile;

    @SuppressWarnings("NullAway.Init")
    private static Chromium browser;

    @TempDir
    private Path dir;

    @BeforeAll
    static void start() throws Exception {
        assumeThat(Chromium.find()).as("Chromium (apt install chromium)").isNotNull();
        browser = new Chromium(profile);
    }

    @AfterAll
    static void end() throws Exception {
        if (browser != null) {
            browser.close();
        }
    }

    /** One chart of each sort answers to the mouse. */
    @ParameterizedTest
    @ValueSource(strings = {"run", "mrc", "compare", "heatmap", "wss", "sweep", "fidelity"})
    void everyKind(String kind) throws Exception {
        check(kind, ONE_OF_EACH_SORT, tab -> {});
    }

    @Test
    void darkOnAPhoneAndOnPaper() throws Exception {
        check("sweep", "[]", BrowserTest::looks);
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"run", "mrc", "compare", "heatmap", "wss", "sweep", "fidelity"})
    void everythingOfEveryKind(String kind) throws Exception {
        check(kind, "CHARTS.map((c, i) => i)", BrowserTest::looks);
    }

    private static void looks(Tab tab) throws Exception {
        darkAndLight(tab);
        phone(tab);
        paper(tab);
    }

    private interface Check {
        void of(Tab tab) throws Exception;
    }

    /** @param hovered script that gives the numbers of the charts to hover over */
    private void check(String kind, String hovered, Check more) throws Exception {
        Path page = Pages.of(kind, dir);
        try (Tab tab = browser.tab()) {
            tab.size(WIDTH, HEIGHT, false);
            tab.colorScheme("light");
            tab.open(page);
            int charts = tab.evaluate("CHARTS.length").asInt();
            assertThat(charts).isPositive();
            assertThat(tab.evaluate("document.documentElement.dataset.drawn").asString())
                    .isEqualTo(String.valueOf(charts));
            assertThat(tab.evaluate("document.querySelectorAll('.chart svg, .chart canvas').length")
                            .asInt())
                    .isEqualTo(charts);
            for (JsonNode chart : tab.evaluate(hovered)) {
                hover(tab, chart.asInt());
            }
            more.of(tab);
            assertThat(tab.complaints()).isEmpty();
            assertThat(tab.requests().stream().filter(r -> !r.startsWith("data:")))
                    .containsOnly(page.toUri().toString());
        }
    }

    /** Moves the mouse away until no tooltip is left, and then over a chart until its own is there. */
    private static void hover(Tab tab, int chart) throws Exception {
        // Charts over one time show their tooltips together: that of another chart does not count.
        String tip = TIP.formatted(chart);
        tab.await(tip + " === ''", i -> tab.moveMouse(0, i % 2));
        JsonNode at = tab.evaluate(SOMEWHERE.formatted(chart));
        double x = at.path("x").asDouble();
        double y = at.path("y").asDouble();
        assertThat(tab.evaluate("document.elementFromPoint(%f, %f).closest('svg')".formatted(x, y))
                        .isNull())
                .as(
                        "nothing that is drawn anew is under the mouse: the browser would not tell that the mouse leaves it")
                .isTrue();
        tab.await("/[0-9]/.test(" + tip + ")", i -> tab.moveMouse(x - i % 2, y));
    }

    private static void darkAndLight(Tab tab) throws Exception {
        String ground = "getComputedStyle(document.body).backgroundColor";
        String light = tab.evaluate(INK).asString();
        tab.colorScheme("dark");
        tab.await(ground + " === 'rgb(17, 19, 23)' && " + INK + " !== '" + light + "'");
        tab.colorScheme("light");
        tab.await(ground + " === 'rgb(244, 245, 247)' && " + INK + " === '" + light + "'");
    }

    private static void phone(Tab tab) throws Exception {
        tab.size(390, 844, true);
        tab.await("innerWidth === 390");
        tab.await(
                "[...document.querySelectorAll('.chart svg, .chart canvas')].every((s) => s.getBoundingClientRect().right <= 390)");
        assertThat(tab.evaluate("document.documentElement.scrollWidth").asInt())
                .as("the page does not scroll sideways")
                .isLessThanOrEqualTo(390);
        tab.size(WIDTH, HEIGHT, false);
    }

    /** On paper dark pages are light, and short tables open; afterwards the page is what it was. */
    private static void paper(Tab tab) throws Exception {
        String open = "document.querySelectorAll('details[open]').length";
        String shortClosed = "[...document.querySelectorAll('details:not([open]):not(.more)')]"
                + ".filter((d) => d.querySelectorAll('tr').length < 20).length";
        String light = tab.evaluate(INK).asString();
        int openBefore = tab.evaluate(open).asInt();
        tab.colorScheme("dark");
        tab.await(INK + " !== '" + light + "'");
        tab.evaluate("addEventListener('beforeprint', () => { window.onPaper = [" + INK + ", " + shortClosed + "]; })");
        String pdf = tab.send("Page.printToPDF", Map.of("printBackground", false))
                .path("data")
                .asString();
        assertThat(Base64.getDecoder().decode(pdf)).startsWith('%', 'P', 'D', 'F');
        JsonNode printed = tab.evaluate("window.onPaper");
        assertThat(printed.path(0).asString("")).as("color of words on paper").isEqualTo(light);
        assertThat(printed.path(1).asInt()).as("short tables closed on paper").isZero();
        tab.await(INK + " !== '" + light + "' && " + open + " === " + openBefore);
        fitsPaper(tab);
    }

    /** However narrow the paper, a drawing stays within its figure. */
    private static void fitsPaper(Tab tab) throws Exception {
        tab.size(PAPER, HEIGHT, false);
        tab.send("Emulation.setEmulatedMedia", Map.of("media", "print"));
        tab.evaluate("dispatchEvent(new Event('beforeprint'))");
        assertThat(tab.evaluate("""
                [...document.querySelectorAll('.chart svg, .chart canvas')].filter((d) => {
                  const box = d.getBoundingClientRect();
                  return box.right > innerWidth || box.bottom > d.closest('figure').getBoundingClientRect().bottom + 1;
                }).length""").asInt()).as("drawings that do not fit").isZero();
        tab.evaluate("dispatchEvent(new Event('afterprint'))");
        tab.colorScheme("light");
        tab.size(WIDTH, HEIGHT, false);
    }
}
