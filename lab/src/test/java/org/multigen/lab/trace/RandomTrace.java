package org.multigen.lab.trace;

import java.util.Random;

/** Sends seeded random events to a sink; every kind of event occurs, with small and with extreme numbers. */
final class RandomTrace {
    private static final String[] TEXTS = {"", "/bin/true", "ä/€/𝄞", "a\nb\0c", "x".repeat(5000)};

    private final Random random;
    private final TraceSink sink;
    private int processes;
    private int files;
    private long wall;

    RandomTrace(long seed, TraceSink sink) {
        this.random = new Random(seed);
        this.sink = sink;
    }

    void send(int events) {
        sink.process(processes++, 1234, "root");
        sink.file(files++, FileKind.REGULAR, 1 << 20, "/a");
        for (int i = 0; i < events; i++) {
            if (random.nextInt(20) > 0) {
                touchOrTime();
            } else {
                other();
            }
        }
    }

    private void touchOrTime() {
        int p = random.nextInt(processes);
        if (random.nextInt(8) == 0) {
            sink.time(p, random.nextInt(4) == 0 ? 1 + random.nextLong(1L << 40) : 1 + random.nextInt(20_000));
            return;
        }
        long page = switch (random.nextInt(4)) {
            case 0 -> random.nextLong(1L << 52);
            case 1 -> (1L << 23) * random.nextInt(1000) - (1 + random.nextInt(3)) + (1L << 23);
            default -> 0x7f0000 + random.nextInt(100);
        };
        int count = random.nextInt(4000) == 0 ? 70_000 : 1 + random.nextInt(3);
        sink.touch(p, page, count, random.nextBoolean());
    }

    private void other() {
        int p = random.nextInt(processes);
        int f = random.nextInt(files);
        long page = random.nextLong(1L << 36);
        long pages = 1 + random.nextInt(1000);
        if (pages % 20 == 0) {
            sink.sleep(p, page, f % 2 == 0);
        }
        switch (random.nextInt(20)) {
            case 0 -> sink.process(processes++, random.nextInt(99999), text());
            case 1 -> sink.fork(p, processes++, random.nextInt(99999));
            case 2 -> sink.exec(p, text());
            case 3 -> sink.exit(p, random.nextInt(257) - 1);
            case 4 -> sink.file(files++, FileKind.values()[random.nextInt(2)], random.nextLong(1L << 40), text());
            case 5 -> map(p, f, page, pages);
            case 6 -> sink.unmap(p, page, pages);
            case 7 -> sink.protect(p, page, pages, random.nextInt(8));
            case 8 -> sink.advise(p, page, pages, random.nextInt(26));
            case 9 -> sink.remap(p, page, pages, random.nextLong(1L << 36), 1 + random.nextInt(1000));
            case 10 -> sink.lock(p, page, random.nextInt(3));
            case 11 -> sink.unlock(p, page, random.nextInt(3));
            case 12 -> sink.open(p, random.nextInt(1 << 20), f);
            case 13 -> sink.close(random.nextInt(1 << 20));
            case 14 -> sink.read(p, random.nextInt(1 << 20), f, page, pages);
            case 15 -> sink.write(p, random.nextInt(1 << 20), f, page, pages);
            case 16 -> sink.fileAdvise(p, random.nextInt(1 << 20), f, page, pages, random.nextInt(6));
            case 17 -> sink.truncate(f, random.nextInt(1000));
            case 18 -> sink.unfollowed(p, text(), text());
            default -> sink.wall(wall += random.nextLong(1L << 35));
        }
        if (random.nextInt(20) == 0) {
            sink.sync(p, f);
        }
    }

    private void map(int p, int f, long page, long pages) {
        MappingKind kind = MappingKind.values()[random.nextInt(4)];
        int file = kind.hasFile() ? f : TraceSink.NO_FILE;
        sink.map(p, page, pages, kind, random.nextInt(8), random.nextInt(16), file, kind.hasFile() ? page / 2 : 0);
    }

    private String text() {
        return TEXTS[random.nextInt(TEXTS.length)];
    }
}
