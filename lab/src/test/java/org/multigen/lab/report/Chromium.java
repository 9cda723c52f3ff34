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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A headless Chromium, driven over its DevTools protocol. Debian: apt install chromium.
 *
 * <p>Whoever waits for it learns at once that it has ended, and gives up after {@link #PATIENCE_S}.
 */
final class Chromium implements AutoCloseable {
    /** Seconds that anything may take on a machine that is busy with other things. */
    static final long PATIENCE_S = 60;
    /** It reads messages from 3 and writes them to 4, each with a 0 behind it. */
    private static final String PIPES = "exec \"$0\" \"$@\" 3<&0 4>&1 >&2";

    private static final List<String> OPTIONS = List.of(
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--no-default-browser-check",
            "--disable-extensions",
            "--disable-sync",
            "--disable-component-update",
            "--disable-background-networking",
            "--disable-background-timer-throttling",
            "--disable-backgrounding-occluded-windows",
            "--disable-renderer-backgrounding",
            "--password-store=basic",
            "--hide-scrollbars",
            "--remote-debugging-pipe");

    private record Question(@Nullable String session, String method, CompletableFuture<JsonNode> answer) {}

    private final Process process;
    private final Path errors;
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, Question> pending = new ConcurrentHashMap<>();
    private final Map<String, Tab> tabs = new ConcurrentHashMap<>();
    private volatile @Nullable String end;

    /** Where it is, or null. */
    static @Nullable Path find() {
        return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    /** @param profile folder that it may fill */
    Chromium(Path profile) throws IOException {
        errors = profile.resolve("errors.txt");
        List<String> command = new ArrayList<>(List.of("sh", "-c", PIPES, String.valueOf(find())));
        command.addAll(OPTIONS);
        command.add("--user-data-dir=" + profile);
        command.add("about:blank");
        process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        Thread.ofPlatform().daemon().name("chromium").start(this::listen);
        process.onExit().thenAccept(p -> ended("ended with " + p.exitValue()));
    }

    private void listen() {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        byte[] some = new byte[1 << 16];
        String why = "closed its pipe";
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
        } catch (IOException | RuntimeException e) {
            why = "can no longer be read: " + e;
        }
        ended(why);
    }

    private void ended(String why) {
        if (end == null) {
            end = "the browser " + why + lastErrors();
        }
        fail(null, String.valueOf(end));
    }

    /** What it said last on standard error. */
    private String lastErrors() {
        try {
            List<String> lines = Files.readAllLines(errors, StandardCharsets.ISO_8859_1);
            return "; " + String.join(" | ", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
        } catch (IOException e) {
            return "";
        }
    }

    /** Whoever waits for that session, or for any if null, waits in vain. */
    private void fail(@Nullable String session, String why) {
        pending.values()
                .removeIf(q -> (session == null || session.equals(q.session()))
                        && q.answer().completeExceptionally(new IllegalStateException(q.method() + ": " + why)));
    }

    /** Opens an empty page in front of all others. */
    Tab tab() throws Exception {
        String target = send(null, "Target.createTarget", Map.of("url", "about:blank"))
                .path("targetId")
                .asString();
        String session = send(null, "Target.attachToTarget", Map.of("targetId", target, "flatten", true))
                .path("sessionId")
                .asString();
        Tab tab = new Tab(this, target, session);
        tabs.put(session, tab);
        for (String domain : List.of("Page", "Runtime", "Log", "Network", "Inspector")) {
            send(session, domain + ".enable", Map.of());
        }
        return tab;
    }

    void close(Tab tab) throws Exception {
        tabs.remove(tab.session());
        send(null, "Target.closeTarget", Map.of("targetId", tab.target()));
    }

    /** Tells a page, or the browser if null, to do something; the answer comes later. */
    CompletableFuture<JsonNode> post(@Nullable String session, String method, Map<String, ?> parameters) {
        int id = ids.incrementAndGet();
        ObjectNode message = JsonMapper.shared().createObjectNode();
        message.put("id", id).put("method", method);
        message.set("params", JsonMapper.shared().valueToTree(parameters));
        if (session != null) {
            message.put("sessionId", session);
        }
        Question question = new Question(session, method, new CompletableFuture<>());
        pending.put(id, question);
        try {
            OutputStream out = process.getOutputStream();
            out.write((message + "\0").getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            ended("reads no more: " + e);
        }
        if (end != null) { // it may have ended before the question was pending
            fail(null, String.valueOf(end));
        }
        return question.answer();
    }

    JsonNode send(@Nullable String session, String method, Map<String, ?> parameters) throws Exception {
        try {
            JsonNode got = post(session, method, parameters).get(PATIENCE_S, TimeUnit.SECONDS);
            if (got.has("error")) {
                throw new IllegalStateException(method + ": " + got.path("error"));
            }
            return got.path("result");
        } catch (ExecutionException e) {
            throw new IllegalStateException(String.valueOf(e.getCause()), e);
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    method + " " + parameters + ": no answer in " + PATIENCE_S + " s; also without one: "
                            + pending.values().stream().map(Question::method).toList() + lastErrors(),
                    e);
        }
    }

    private void received(JsonNode message) {
        Question question = pending.remove(message.path("id").asInt(-1));
        if (question != null) {
            question.answer().complete(message);
            return;
        }
        String session = message.path("sessionId").asString("");
        String method = message.path("method").asString("");
        if (method.equals("Inspector.targetCrashed") || method.equals("Inspector.detached")) {
            fail(session, "the page is gone: " + message + lastErrors());
        }
        Tab tab = tabs.get(session);
        if (tab != null) {
            tab.received(method, message.path("params"));
        }
    }

    @Override
    public void close() throws InterruptedException {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
        process.waitFor(PATIENCE_S, TimeUnit.SECONDS);
    }
}
