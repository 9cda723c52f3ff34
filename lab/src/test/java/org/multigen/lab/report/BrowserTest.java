package org.multigen.lab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
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
    private static final int ATTEMPTS = 20;

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
              const at = Array.isArray(d) ? [d[0], d[1]] : kind === 'hbar' ? [d, k] : [k, d];
              const p = chart.convertToPixel({ seriesIndex: i }, at);
              const box = place.getBoundingClientRect();
              const plot = chart.getModel().getComponent('grid').coordinateSystem.getRect();
              const within = (v, from, size) => Math.min(Math.max(v, from + 2), from + size - 2);
              return { x: box.left + within(p[0], plot.x, plot.width), y: box.top + within(p[1], plot.y, plot.height) };
            })()""";

    @TempDir(cleanup = CleanupMode.NEVER) // the browser may still write
    private Path profile;

    @TempDir
    private Path dir;

    /** The quick one: whatever else a page has, a run's has most. */
    @Test
    @Tag("long")
    void aRun() throws Exception {
        check("run");
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"mrc", "compare", "heatmap", "wss", "sweep", "fidelity"})
    void everyOtherKind(String kind) throws Exception {
        check(kind);
    }

    private void check(String kind) throws Exception {
        assumeThat(Chromium.find()).as("Chromium (apt install chromium)").isNotNull();
        Path page = Pages.of(kind, dir);
        try (Chromium browser = new Chromium(profile)) {
            browser.size(1200, 900, false);
            browser.colorScheme("light");
            browser.open(page);
            int charts = browser.evaluate("CHARTS.length").asInt();
            assertThat(charts).isPositive();
            assertThat(browser.evaluate("document.documentElement.dataset.drawn")
                            .asString())
                    .isEqualTo(String.valueOf(charts));
            assertThat(browser.evaluate("document.querySelectorAll('.chart svg').length")
                            .asInt())
                    .isEqualTo(charts);
            for (int i = 0; i < charts; i++) {
                hover(browser, i);
            }
            darkAndLight(browser);
            phone(browser);
            paper(browser);
            assertThat(browser.complaints()).isEmpty();
            assertThat(browser.requests().stream().filter(r -> !r.startsWith("data:")))
                    .containsOnly(page.toUri().toString());
        }
    }

    /** Moves the mouse over a chart until the tooltip is there; a busy machine may lag behind. */
    private static void hover(Chromium browser, int chart) throws Exception {
        // Charts over one time show their tooltips together: that of another chart does not count.
        String tip = "another's";
        for (int i = 0; i < ATTEMPTS && !tip.isEmpty(); i++) {
            browser.moveMouse(0, i % 2);
            Thread.sleep(50L << Math.min(i, 4));
            tip = browser.evaluate(TIP.formatted(chart)).asString("");
        }
        assertThat(tip)
                .as("tooltip of chart " + chart + " with the mouse elsewhere")
                .isEmpty();
        for (int i = 0; i < ATTEMPTS && tip.isEmpty(); i++) {
            JsonNode at = browser.evaluate(SOMEWHERE.formatted(chart));
            browser.moveMouse(at.path("x").asDouble() - 1, at.path("y").asDouble());
            browser.moveMouse(at.path("x").asDouble(), at.path("y").asDouble());
            Thread.sleep(50L << Math.min(i, 4));
            tip = browser.evaluate(TIP.formatted(chart)).asString("");
        }
        assertThat(tip).as("tooltip of chart " + chart).containsPattern("[0-9]");
    }

    private static void darkAndLight(Chromium browser) throws Exception {
        String ground = "getComputedStyle(document.body).backgroundColor";
        String axis = "document.querySelector('.chart svg text').getAttribute('fill')";
        String light =
                browser.evaluate(ground).asString() + browser.evaluate(axis).asString();
        browser.colorScheme("dark");
        browser.await(axis + " !== '" + browser.evaluate(axis).asString() + "' || " + axis + " === '#e8eaed'");
        assertThat(browser.evaluate(ground).asString()).isEqualTo("rgb(17, 19, 23)");
        browser.colorScheme("light");
        browser.await(ground + " + " + axis + " === '" + light + "'");
    }

    private static void phone(Chromium browser) throws Exception {
        browser.size(390, 844, true);
        browser.await("innerWidth === 390");
        browser.await(
                "[...document.querySelectorAll('.chart svg')].every((s) => s.getBoundingClientRect().right <= 390)");
        assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt())
                .as("the page does not scroll sideways")
                .isLessThanOrEqualTo(390);
        browser.size(1200, 900, false);
    }

    /** On paper dark pages are light, and short tables open. */
    private static void paper(Chromium browser) throws Exception {
        browser.colorScheme("dark");
        browser.evaluate("addEventListener('afterprint', () => { window.printed = window.onPaper; })");
        browser.evaluate("addEventListener('beforeprint', () => { window.onPaper ="
                + " document.querySelectorAll('details:not([open]) tr').length + ' '"
                + " + document.querySelector('.chart svg text').getAttribute('fill'); })");
        String pdf = browser.send("Page.printToPDF", Map.of("printBackground", false))
                .path("data")
                .asString();
        assertThat(Base64.getDecoder().decode(pdf)).startsWith('%', 'P', 'D', 'F');
        browser.await("window.printed !== undefined");
        assertThat(browser.evaluate("window.printed").asString()).doesNotContain("#e8eaed");
        browser.colorScheme("light");
    }
}
