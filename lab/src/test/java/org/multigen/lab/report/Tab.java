package org.multigen.lab.report;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import tools.jackson.databind.JsonNode;

/** A page in a {@link Chromium}. */
final class Tab implements AutoCloseable {
    private static final String STATE = "({ready: document.readyState, drawn: document.documentElement.dataset.drawn,"
            + " width: innerWidth, dark: matchMedia('(prefers-color-scheme: dark)').matches, shown: document.visibilityState})";

    private final Chromium browser;
    private final String target;
    private final String session;
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    Tab(Chromium browser, String target, String session) {
        this.browser = browser;
        this.target = target;
        this.session = session;
    }

    String target() {
        return target;
    }

    String session() {
        return session;
    }

    /** Errors and warnings of the console, and what the page's policy refused. */
    List<String> complaints() {
        return complaints;
    }

    /** Addresses that were asked for. */
    List<String> requests() {
        return requests;
    }

    void received(String method, JsonNode p) {
        switch (method) {
            case "Runtime.consoleAPICalled",
                    "Runtime.exceptionThrown",
                    "Log.entryAdded",
                    "Page.javascriptDialogOpening" -> complaints.add(method + " " + p);
            case "Network.requestWillBeSent" ->
                requests.add(p.path("request").path("url").asString(""));
            default -> {} // not asked for
        }
    }

    JsonNode send(String method, Map<String, ?> parameters) throws Exception {
        return browser.send(session, method, parameters);
    }

    /** Opens a page whose charts say when they are drawn. */
    void open(Path page) throws Exception {
        send("Page.navigate", Map.of("url", page.toUri().toString()));
        await("document.readyState === 'complete' && document.documentElement.dataset.drawn !== undefined");
    }

    JsonNode evaluate(String script) throws Exception {
        JsonNode answer = send("Runtime.evaluate", Map.of("expression", script, "returnByValue", true));
        if (answer.has("exceptionDetails")) {
            throw new IllegalStateException(script + ": " + answer.path("exceptionDetails"));
        }
        return answer.path("result").path("value");
    }

    void await(String condition) throws Exception {
        await(condition, i -> {});
    }

    /** @param attempt what is done before each look, with the number of the look */
    void await(String condition, IntConsumer attempt) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Chromium.PATIENCE_S);
        for (int i = 0; ; i++) {
            attempt.accept(i);
            Thread.sleep(Math.min(10 + 10 * i, 200));
            if (evaluate(condition).asBoolean(false)) {
                return;
            }
            if (System.nanoTime() > end) {
                throw new IllegalStateException("never came true in " + Chromium.PATIENCE_S + " s: " + condition
                        + "; the page is " + evaluate(STATE) + " and complains " + complaints);
            }
        }
    }

    void size(int width, int height, boolean mobile) throws Exception {
        send(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", mobile));
    }

    /** @param scheme dark or light; nothing moves slowly */
    void colorScheme(String scheme) throws Exception {
        send(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of("name", "prefers-color-scheme", "value", scheme),
                                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
    }

    /** Moves the mouse there. Nobody waits for the answer, which comes with the next frame: look at what the page makes of it. */
    void moveMouse(double x, double y) {
        browser.post(session, "Input.dispatchMouseEvent", Map.of("type", "mouseMoved", "x", x, "y", y));
    }

    @Override
    public void close() throws Exception {
        browser.close(this);
    }
}
