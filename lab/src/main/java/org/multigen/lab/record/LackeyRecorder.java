package org.multigen.lab.record;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.multigen.lab.failure.Failure;
import org.multigen.lab.trace.TraceSink;

/**
 * Records with Valgrind's tool lackey, which prints every access as a line of text: about a million a second. The fallback
 * where QEMU is absent.
 *
 * <p>Each recorded program sends its lines over a connection of its own. Lackey is silent in a forked child until the child
 * executes a program; a child that never does is named as not followed.
 */
final class LackeyRecorder implements Recorder {
    private static final long IDLE_NS = 500_000;

    private final Path valgrind;
    private final long fold;
    private final Map<String, String> environment;

    /** @param fold guest instructions per fold window, 0 for no folding */
    LackeyRecorder(Path valgrind, long fold, Map<String, String> environment) {
        this.valgrind = valgrind;
        this.fold = fold;
        this.environment = environment;
    }

    /** Valgrind on the search path, or null. */
    static @Nullable Path find(Map<String, String> environment) {
        return CommandFile.onPath("valgrind", environment.getOrDefault("PATH", ""));
    }

    @Override
    public String tool() {
        return Ran.run(List.of(valgrind.toString(), "--version")).output() + " lackey";
    }

    @Override
    public long foldWindow() {
        return fold;
    }

    @Override
    public int record(List<String> command, TraceSink sink, Runnable tick, BooleanSupplier stopped) throws IOException {
        CommandFile.resolve(command, environment); // valgrind's own message would not say what was expected
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            server.configureBlocking(false);
            int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
            Process root = start(command, port);
            Session session = new Session(sink, fold);
            try {
                session.drain(server, root, tick, stopped);
                return root.waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return 128;
            } finally {
                session.killAll(root);
            }
        }
    }

    private Process start(List<String> command, int port) {
        List<String> line = new ArrayList<>(List.of(
                valgrind.toString(),
                "--tool=lackey",
                "--trace-mem=yes",
                "--basic-counts=no",
                "--trace-syscalls=yes",
                "--trace-children=yes",
                "--child-silent-after-fork=yes",
                "--log-socket=127.0.0.1:" + port));
        line.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(line).inheritIO();
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw Failure.unavailable(valgrind + " cannot be run: " + e.getMessage());
        }
    }

    /** The programs of one recording. */
    private static final class Session implements LackeyLines.Family {
        private final TraceSink sink;
        private final long fold;
        private final RecordedFiles files;
        private final OpenFiles.Handles handles = new OpenFiles.Handles();
        private final List<Connection> connections = new ArrayList<>();
        private final Map<Long, ProcessTranslator> byPid = new HashMap<>();
        private final Map<Long, Long> silent = new TreeMap<>(); // forked and not yet executed: child pid to parent pid
        private final Set<Long> started = new HashSet<>();
        private final long start = System.nanoTime();
        private int processes;
        private long wall;

        private record Connection(SocketChannel channel, LackeyLines lines) {}

        Session(TraceSink sink, long fold) {
            this.sink = sink;
            this.fold = fold;
            this.files = new RecordedFiles(sink);
        }

        void drain(ServerSocketChannel server, Process root, Runnable tick, BooleanSupplier stopped)
                throws IOException {
            boolean ending = false;
            while (true) {
                boolean alive = root.isAlive();
                boolean any = accept(server);
                for (Connection c : List.copyOf(connections)) {
                    any |= read(c);
                }
                tick.run();
                if (stopped.getAsBoolean() && !ending) {
                    ending = true;
                    killAll(root);
                }
                if (!any && !alive && connections.isEmpty()) {
                    break;
                }
                if (!any) {
                    LockSupport.parkNanos(IDLE_NS);
                }
            }
            silent.forEach((child, parent) -> nameUnfollowed(parent));
            if (processes == 0) {
                throw Failure.unavailable("valgrind ended without recording anything");
            }
        }

        private void nameUnfollowed(long parent) {
            ProcessTranslator t = byPid.get(parent);
            sink.unfollowed(
                    t == null ? 0 : t.process(),
                    "(a forked child)",
                    "lackey is silent in a child that executes nothing");
        }

        void killAll(Process root) {
            root.destroyForcibly();
            for (Connection c : connections) {
                ProcessHandle.of(c.lines().pid()).ifPresent(ProcessHandle::destroyForcibly);
            }
        }

        private boolean accept(ServerSocketChannel server) throws IOException {
            SocketChannel channel = server.accept();
            if (channel == null) {
                return false;
            }
            channel.configureBlocking(false);
            connections.add(new Connection(channel, new LackeyLines(this, fold)));
            return true;
        }

        /** Takes what has arrived; several programs that run at once are mixed as it comes. */
        private boolean read(Connection c) throws IOException {
            long ns = System.nanoTime() - start;
            if (ns - wall > 10_000_000) {
                wall = ns;
                sink.wall(ns);
            }
            int n = c.lines().fill(c.channel());
            if (n < 0) {
                c.lines().end();
                c.channel().close();
                connections.remove(c);
            }
            return n != 0;
        }

        @Override
        public ProcessTranslator started(long pid, long parent, String program) {
            ProcessTranslator before = byPid.get(pid);
            ProcessTranslator forker = byPid.get(parentOf(pid, parent));
            ProcessTranslator t;
            if (before != null) {
                sink.exec(before.process(), program);
                t = before.executed();
            } else if (forker != null) {
                silent.remove(pid);
                int child = processes++;
                sink.fork(forker.process(), child, pid);
                sink.exec(child, program);
                t = forker.forked(child).executed();
            } else {
                int number = processes++;
                sink.process(number, pid, program);
                t = new ProcessTranslator(number, sink, files, new OpenFiles(sink, handles));
            }
            byPid.put(pid, t);
            started.add(pid);
            t.maps(0, maps(pid));
            return t;
        }

        /** A program that has ended before its lines are read no longer says who its parent was. */
        private long parentOf(long pid, long parent) {
            if (byPid.containsKey(parent)) {
                return parent;
            }
            Long announced = silent.get(pid);
            if (announced != null) {
                return announced;
            }
            return byPid.size() == 1 ? byPid.keySet().iterator().next() : 0;
        }

        private static String maps(long pid) {
            try {
                return Files.readString(Path.of("/proc/" + pid + "/maps"));
            } catch (IOException e) {
                return ""; // it has ended already
            }
        }

        @Override
        public void forked(long parent, long child) {
            if (!started.contains(child)) {
                silent.put(child, parent);
            }
        }

        @Override
        public void ended(long pid, ProcessTranslator t, boolean executing) {
            if (byPid.get(pid) != t) {
                return; // the next program of the process has taken over
            }
            if (!executing) {
                byPid.remove(pid);
                t.exit(TraceSink.STATUS_UNKNOWN);
            }
        }
    }
}
