package org.multigen.testkit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.multigen.memory.FolioFlags;

/** Names of a folio's flags, for messages. */
final class FlagNames {
    private static final Map<Long, String> NAMES = new LinkedHashMap<>();

    static {
        NAMES.put(FolioFlags.LOCKED, "locked");
        NAMES.put(FolioFlags.REFERENCED, "referenced");
        NAMES.put(FolioFlags.DIRTY, "dirty");
        NAMES.put(FolioFlags.LRU, "lru");
        NAMES.put(FolioFlags.ACTIVE, "active");
        NAMES.put(FolioFlags.WORKINGSET, "workingset");
        NAMES.put(FolioFlags.WRITEBACK, "writeback");
        NAMES.put(FolioFlags.RECLAIM, "reclaim");
        NAMES.put(FolioFlags.SWAPBACKED, "swapbacked");
        NAMES.put(FolioFlags.SWAPCACHE, "swapcache");
        NAMES.put(FolioFlags.UNEVICTABLE, "unevictable");
        NAMES.put(FolioFlags.MLOCKED, "mlocked");
        NAMES.put(FolioFlags.READAHEAD, "readahead");
        NAMES.put(FolioFlags.EXCLUSIVE, "exclusive");
        NAMES.put(FolioFlags.HEAD, "head");
        NAMES.put(FolioFlags.TAIL, "tail");
        NAMES.put(FolioFlags.FREE, "free");
    }

    private FlagNames() {}

    static String of(long flags) {
        List<String> set = new ArrayList<>();
        NAMES.forEach((mask, name) -> {
            if ((flags & mask) != 0) {
                set.add(name);
            }
        });
        return String.join("|", set);
    }
}
