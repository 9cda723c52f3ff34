package org.multigen.lab.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.multigen.lab.trace.FileKind;
import org.multigen.lab.trace.MappingKind;
import org.multigen.lab.trace.TraceSink;

/** What goes into the buffer comes out of it. */
final class EventBufferTest {
    /** Writes down every call. */
    private static TraceSink writingTo(List<String> lines) {
        return (TraceSink) Proxy.newProxyInstance(
                TraceSink.class.getClassLoader(), new Class<?>[] {TraceSink.class}, (proxy, method, args) -> {
                    lines.add(method.getName() + Arrays.toString(args));
                    return null;
                });
    }

    private static void send(TraceSink to) {
        long big = (1L << 47) - 1;
        to.process(0, 0, "first");
        to.file(3, FileKind.TMPFS, 123_456, "/some/file");
        to.map(0, big, 77, MappingKind.FILE_SHARED, 5, 8, 3, 9);
        to.touch(0, big, 5, false);
        to.touch(1000, big + 1, 65_536, true);
        to.time(0, Long.MAX_VALUE);
        to.sleep(0, 1_000_000_000_000L, true);
        to.sleep(7, 3, false);
        to.wall(5);
        to.fork(0, 7, 0);
        to.exec(7, "second");
        to.protect(7, big, 3, 7);
        to.advise(70_000, big, 4, 21);
        to.remap(7, 1, 2, 3, 4);
        to.lock(7, 8, 0);
        to.unlock(7, 8, 9);
        to.open(7, 11, 3);
        to.read(7, 11, 3, 5, 6);
        to.write(7, 11, 3, 7, 8);
        to.fileAdvise(7, 11, 3, 0, 0, 4);
        to.close(11);
        to.truncate(3, 2);
        to.sync(7, 3);
        to.unmap(7, big, 1);
        to.exit(7, -1);
    }

    @Test
    void everyEventComesOutAsItWent() {
        List<String> sent = new ArrayList<>();
        send(writingTo(sent));
        EventBuffer buffer = new EventBuffer();
        for (int round = 0; round < 2; round++) {
            send(buffer);
            List<String> got = new ArrayList<>();
            while (!buffer.isEmpty()) {
                buffer.deliver(writingTo(got));
                buffer.skip();
            }
            assertThat(got).isEqualTo(sent);
            buffer.clear();
        }
    }

    @Test
    void itGrows() {
        EventBuffer buffer = new EventBuffer();
        for (int i = 0; i < 100_000; i++) {
            buffer.touch(0, i, 1, false);
        }
        long sum = 0;
        for (; !buffer.isEmpty(); buffer.skip()) {
            sum += buffer.arg(1);
        }
        assertThat(sum).isEqualTo(99_999L * 100_000 / 2);
    }
}
