package org.multigen.fidelity.script;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.multigen.lab.failure.Failure;

/** Writes a touch script; consecutive touches of consecutive pages become one run. */
final class ScriptWriter implements Closeable {
    private final Path file;
    private final OutputStream out;
    private long prepared;
    private long measured;
    private boolean measuring;
    private long pages;
    private long runPage;
    private int run;
    private boolean runStores;

    /** @throws Failure if the file cannot be written */
    ScriptWriter(Path file) {
        this.file = file;
        try {
            this.out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
            out.write(TouchScript.MAGIC);
        } catch (IOException e) {
            throw Failure.cannotWrite(file, e);
        }
    }

    void touch(long page, boolean store) {
        if (run > 0 && page == runPage + run && store == runStores && run < TouchScript.VALUE) {
            run++;
        } else {
            endRun();
            runPage = page;
            run = 1;
            runStores = store;
        }
        if (measuring) {
            measured++;
        } else {
            prepared++;
        }
    }

    void mapAnonymous(long page, long count) {
        map(TouchScript.MAP_ANONYMOUS, page, count);
    }

    void mapSharedMemory(long page, long count) {
        map(TouchScript.MAP_SHARED_MEMORY, page, count);
    }

    void mapFile(long page, long count, int number, long filePage, boolean shared) {
        map(shared ? TouchScript.MAP_FILE_SHARED : TouchScript.MAP_FILE_PRIVATE, page, count);
        word(number);
        word((int) filePage);
    }

    private void map(int operation, long page, long count) {
        operation(operation, page, count);
        pages = Math.max(pages, page + count);
    }

    void unmap(long page, long count) {
        operation(TouchScript.UNMAP, page, count);
    }

    void advise(long page, long count, int advice) {
        operation(TouchScript.ADVISE, page, count);
        word(advice);
    }

    void measure() {
        endRun();
        word(TouchScript.OPERATION << TouchScript.KIND_SHIFT | TouchScript.MEASURE);
        measuring = true;
    }

    private void operation(int operation, long page, long count) {
        endRun();
        word(TouchScript.OPERATION << TouchScript.KIND_SHIFT | operation);
        word((int) page);
        word((int) count);
    }

    private void endRun() {
        if (run > 1) {
            word(TouchScript.RUN << TouchScript.KIND_SHIFT | run);
        }
        if (run > 0) {
            int kind = runStores ? TouchScript.STORE : TouchScript.LOAD;
            word(kind << TouchScript.KIND_SHIFT | (int) runPage);
        }
        run = 0;
    }

    private void word(int word) {
        try {
            out.write(word);
            out.write(word >>> 8);
            out.write(word >>> 16);
            out.write(word >>> 24);
        } catch (IOException e) {
            throw Failure.cannotWrite(file, e);
        }
    }

    long prepared() {
        return prepared;
    }

    long measured() {
        return measured;
    }

    /** Pages up to the last one mapped so far. */
    long pages() {
        return pages;
    }

    @Override
    public void close() {
        endRun();
        try {
            out.close();
        } catch (IOException e) {
            throw Failure.cannotWrite(file, e);
        }
    }
}
