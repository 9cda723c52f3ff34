package org.multigen.storage;

import org.jspecify.annotations.Nullable;
import org.multigen.addrspace.MappedFile;
import org.multigen.base.Guard;
import org.multigen.base.LockClass;
import org.multigen.base.Locks;
import org.multigen.base.SharedGuard;

/**
 * A file with its page cache.
 *
 * <p>Under real threads {@link #inodeLock} keeps writers and changes of the size apart, {@link #invalidateLock} keeps pages from
 * being brought in or mapped while the file is cut off; both are taken where a system call or a fault begins. The size is read
 * without a lock. Kernel: struct inode.
 */
public final class BackingFile extends MappedFile {
    /** What kind of file system it is on. */
    public enum Kind {
        /** A disk file system with ordinary readahead. */
        EXT4,
        /** Memory: pages count as anonymous and go to swap. */
        TMPFS
    }

    private final String path;
    private final Kind kind;
    private final BlockDevice device;
    private final PageCache cache = new PageCache();
    private volatile long pages;
    /** Largest readahead window in pages; 0 reads single pages. */
    private final int readaheadPages;
    /** State of reads through mappings, shared by all of them. */
    private ReadaheadState mapped;

    private Locks locks = Locks.VIRTUAL;
    private Guard inodeLock = locks.guard(LockClass.INODE);
    private SharedGuard invalidateLock = locks.sharedGuard(LockClass.INVALIDATE);

    final DirtyPages dirty = new DirtyPages();
    /** Metadata of the file, null where they are not modelled. */
    Ext4Metadata.@Nullable Known known;

    private boolean blocksOfDevice;

    public BackingFile(int id, String path, long pages, Kind kind, BlockDevice device, int readaheadPages) {
        super(id, kind == Kind.TMPFS);
        this.path = path;
        this.pages = pages;
        this.kind = kind;
        this.device = device;
        this.readaheadPages = readaheadPages;
        this.mapped = new ReadaheadState(readaheadPages, locks);
    }

    /**
     * Lays the file's content out in blocks that have to be looked up, on a file system whose inodes are read when it is opened.
     *
     * @param deviceId number for the cache of the device's own blocks
     * @param sibling another file of the same file system, so that both find the same inodes, or null
     * @return that cache, to be registered
     */
    public BackingFile mapBlocks(int deviceId, @Nullable BackingFile sibling) {
        BackingFile blocks = new BackingFile(deviceId, path + ":blocks", Integer.MAX_VALUE, kind, device, 0);
        blocks.blocksOfDevice = true;
        Ext4Metadata.Known other = sibling == null ? null : sibling.known;
        known = new Ext4Metadata.Known(blocks, other == null ? blocks : other.inodes);
        return blocks;
    }

    @Override
    protected void use(Locks machine) {
        super.use(machine);
        cache.use(machine);
        locks = machine;
        inodeLock = machine.guard(LockClass.INODE);
        invalidateLock = machine.sharedGuard(LockClass.INVALIDATE);
        mapped = new ReadaheadState(readaheadPages, machine);
    }

    /** Those of the machine that it belongs to. */
    Locks locks() {
        return locks;
    }

    /** Whoever writes to the file or changes its size has it. Kernel: i_rwsem. */
    public Guard inodeLock() {
        return inodeLock;
    }

    /** Who brings pages in or maps them shares it, who cuts the file off has it alone. Kernel: invalidate_lock. */
    public SharedGuard invalidateLock() {
        return invalidateLock;
    }

    /** It holds a device's own blocks. */
    boolean isDevice() {
        return blocksOfDevice;
    }

    public String path() {
        return path;
    }

    public Kind kind() {
        return kind;
    }

    public BlockDevice device() {
        return device;
    }

    /** Size in pages. */
    public long pages() {
        return pages;
    }

    public void grow(long to) {
        if (to > pages) {
            pages = to;
        }
    }

    /** Ends the file earlier; whoever calls drops what lies behind. */
    public void shrink(long to) {
        pages = Math.min(pages, to);
    }

    public PageCache cache() {
        return cache;
    }

    public int readaheadPages() {
        return readaheadPages;
    }

    /** Pages dirty and not yet handed to the device. */
    public long dirtyPages() {
        return dirty.count();
    }

    /** Whether the page at an index is dirty and not yet handed to the device. */
    public boolean dirtyAt(long index) {
        return dirty.get(index);
    }

    public ReadaheadState mapped() {
        return mapped;
    }
}
