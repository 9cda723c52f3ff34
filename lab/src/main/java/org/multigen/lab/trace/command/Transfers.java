package org.multigen.lab.trace.command;

import org.multigen.lab.trace.PassingSink;
import org.multigen.lab.trace.TraceSink;
import tools.jackson.databind.node.ObjectNode;

/** Counts reads and writes of files by system calls as they pass. */
final class Transfers extends PassingSink {
    long reads;
    long writes;
    long pagesRead;
    long pagesWritten;

    Transfers(TraceSink to) {
        super(to);
    }

    @Override
    public void read(int process, int handle, int file, long page, long count) {
        reads++;
        pagesRead += count;
        to.read(process, handle, file, page, count);
    }

    @Override
    public void write(int process, int handle, int file, long page, long count) {
        writes++;
        pagesWritten += count;
        to.write(process, handle, file, page, count);
    }

    long calls() {
        return reads + writes;
    }

    void put(ObjectNode json) {
        json.put("reads", reads).put("writes", writes);
        json.put("pagesRead", pagesRead).put("pagesWritten", pagesWritten);
    }
}
