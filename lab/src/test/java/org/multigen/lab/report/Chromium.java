package org.multigen.lab.report;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A headless Chromium with one page, driven over its DevTools protocol. Debian: apt install chromium. */
final class Chromium implements AutoCloseable {
    private static final long TIMEOUT_S = 600;
    /** It reads messages from 3 and writes them to 4, each with a 0 behind it. */
    private static final String PIPES = "exec \"$0\" \"$@\" 3<&0 4>&1 >&2 2>/dev/null";

    private final Process process;
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> pending = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private @Nullable String session;

    /** Where it is, or null. */
    static @Nullable Path find() {
        return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    /** @param profile folder that it may fill */
    Chromium(Path profile) throws Exception {
        process = new ProcessBuilder(
                        "sh",
                        "-c",
                        PIPES,
                        String.valueOf(find()),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--hide-scrollbars",
                        "--remote-debugging-pipe",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        Thread.ofPlatform().daemon().name("chromium").start(this::listen);
        String target = send("Target.createTarget", Map.of("url", "about:blank"))
                .path("targetId")
                .asString();
        session = send("Target.attachToTarget", Map.of("targetId", target, "flatten", true))
                .path("sessionId")
                .asString();
        for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
            send(domain + ".enable", Map.of());
        }
    }

    private void listen() {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        byte[] some = new byte[1 << 16];
        try (InputStream in = process.getInputStream()) {
            for (int n = in.read(some); n >= 0; n = in.read(some)) {
                for (int i = 0; i < n; i++) {
                    if (some[i] != 0) {
                        message.write(some[i]);
                    } else {
                        received(JsonMapper.shared().readTree(message.toString(StandardCharsets.UTF_8)));
                        message.reset();
                    }
                }
            }
        } catch (IOException closed) {
            // ends with the browser
        }
    }

    /** Errors and warnings of the console, and what the page's policy refused. */
    List<String> complaints() {
        return complaints;
    }

    /** Addresses that were asked for. */
    List<String> requests() {
        return requests;
    }

    JsonNode send(String method, Map<String, ?> parameters) throws Exception {
        int id = ids.incrementAndGet();
        ObjectNode message = JsonMapper.shared().createObjectNode();
        message.put("id", id).put("method", method);
        message.set("params", JsonMapper.shared().valueToTree(parameters));
        if (session != null) {
            message.put("sessionId", session);
        }
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        pending.put(id, answer);
        OutputStream out = process.getOutputStream();
        out.write((message + "\0").getBytes(StandardCharsets.UTF_8));
        out.flush();
        JsonNode got = answer.get(TIMEOUT_S, TimeUnit.SECONDS);
        if (got.has("error")) {
            throw new IllegalStateException(method + ": " + got.path("error"));
        }
        return got.path("result");
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
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_S);
        while (!evaluate(condition).asBoolean(false)) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("never came true: " + condition);
            }
            Thread.sleep(50);
        }
    }

    void size(int width, int height, boolean mobile) throws Exception {
        send(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", mobile));
    }

    void colorScheme(String scheme) throws Exception {
        send(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    void moveMouse(double x, double y) throws Exception {
        send("Input.dispatchMouseEvent", Map.of("type", "mouseMoved", "x", x, "y", y));
    }

    private void received(JsonNode message) {
        CompletableFuture<JsonNode> answer = pending.remove(message.path("id").asInt(-1));
        if (answer != null) {
            answer.complete(message);
            return;
        }
        JsonNode p = message.path("params");
        switch (message.path("method").asString("")) {
            case "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded" ->
                complaints.add(p.toString());
            case "Network.requestWillBeSent" ->
                requests.add(p.path("request").path("url").asString(""));
            default -> {} // not asked for
        }
    }

    @Override
    public void close() throws Exception {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
        process.waitFor(TIMEOUT_S, TimeUnit.SECONDS);
    }
}
