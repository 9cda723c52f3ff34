package org.multigen.storage;

/**
 * A file opened by a process: how it is read ahead and what was advised. Owned by the process that opened it. Kernel: struct
 * file.
 */
public final class OpenFile {
    private final BackingFile file;
    final ReadaheadState readahead;
    private boolean random;
    private boolean noReuse;

    public OpenFile(BackingFile file) {
        this.file = file;
        this.readahead = new ReadaheadState(file.readaheadPages(), file.locks());
    }

    public BackingFile file() {
        return file;
    }

    /** Reads take only what they ask for. Kernel: FMODE_RANDOM. */
    public boolean random() {
        return random;
    }

    /** Mappings of it carry no recency, where the kernel knows that. Kernel: FMODE_NOREUSE. */
    public boolean noReuse() {
        return noReuse;
    }

    /** Takes up advice that changes how later reads behave; WILLNEED and DONTNEED are carried out by the cache. */
    void take(FileAdvice advice) {
        switch (advice) {
            case NORMAL -> {
                readahead.pages = file.readaheadPages();
                random = false;
                noReuse = false;
            }
            case RANDOM -> random = true;
            case SEQUENTIAL -> {
                readahead.pages = 2 * file.readaheadPages();
                random = false;
            }
            case NOREUSE -> noReuse = true;
            case WILLNEED, DONTNEED -> {}
        }
    }
}
