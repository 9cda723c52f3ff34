package org.multigen.lab.record;

import java.util.HashMap;
import java.util.Map;
import org.multigen.lab.trace.FileKind;
import org.multigen.lab.trace.TraceSink;

/** The numbers of the files of a recording, the same for all its processes. */
final class RecordedFiles {
    private record Key(String path, long inode) {}

    private final Map<Key, Integer> numbers = new HashMap<>();
    private final TraceSink sink;

    RecordedFiles(TraceSink sink) {
        this.sink = sink;
    }

    /** The number of a file; the trace learns of it when it is new. */
    int number(String path, long inode, FileKind kind, long bytes) {
        Key key = new Key(path, inode);
        Integer known = numbers.get(key);
        if (known != null) {
            return known;
        }
        int number = numbers.size();
        numbers.put(key, number);
        sink.file(number, kind, bytes, path);
        return number;
    }
}
