package org.multigen.base;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.LongStream;

/**
 * Reservations of zeroed off-heap memory.
 *
 * <p>On Linux a reservation is address space only (mmap with MAP_NORESERVE): pages cost memory once they are written, so tables
 * can be reserved for the largest machine and stay addressable by arithmetic. Elsewhere the memory is allocated at once.
 */
public final class OffHeap {
    private static final ConcurrentSkipListMap<Long, Reservation> LIVE = new ConcurrentSkipListMap<>();
    private static final MmapCalls CALLS = MmapCalls.load();

    /** The same, ascending: address and end of each. Replaced at every change, so that checks need no lock. */
    private static volatile long[] bounds = new long[0];

    private record Reservation(long address, long bytes, Arena arena) {}

    private OffHeap() {}

    /**
     * Reserves zeroed memory.
     *
     * @param bytes size, more than 0
     * @return the address, 4096-aligned
     * @throws OutOfMemoryError if the operating system refuses
     */
    public static long reserve(long bytes) {
        Arena arena = CALLS.available() ? Arena.global() : Arena.ofShared();
        long address = CALLS.available()
                ? CALLS.map(bytes)
                : arena.allocate(bytes, 4096).address();
        LIVE.put(address, new Reservation(address, bytes, arena));
        publish();
        return address;
    }

    /** Returns a reservation; its address must not be used afterwards. */
    public static void release(long address) {
        Reservation r = LIVE.remove(address);
        if (r == null) {
            throw new IllegalArgumentException("not a live reservation: 0x" + Long.toHexString(address));
        }
        publish();
        if (CALLS.available()) {
            CALLS.unmap(r.address, r.bytes);
        } else {
            r.arena.close();
        }
    }

    /** Number of live reservations, for leak checks in tests. */
    public static int live() {
        return LIVE.size();
    }

    private static synchronized void publish() {
        bounds = LIVE.values().stream()
                .flatMapToLong(r -> LongStream.of(r.address, r.address + r.bytes))
                .toArray();
    }

    static void check(long address, long bytes) {
        long[] b = bounds;
        int lo = 0;
        int hi = b.length >> 1;
        while (lo < hi) {
            int mid = (lo + hi) >>> 1;
            if (b[2 * mid] <= address) {
                lo = mid + 1;
            } else {
                hi = mid;
            }
        }
        if (lo == 0 || address + bytes > b[2 * lo - 1]) {
            throw new IndexOutOfBoundsException(
                    "off-heap access outside any reservation: 0x" + Long.toHexString(address));
        }
    }

    private record MmapCalls(MethodHandle mmap, MethodHandle munmap, boolean available) {
        private static final int PROT_READ_WRITE = 3;
        private static final int PRIVATE_ANONYMOUS_NORESERVE = 0x02 | 0x20 | 0x4000;

        static MmapCalls load() {
            Linker linker = Linker.nativeLinker();
            MethodHandle mmap = linker.downcallHandle(
                    linker.defaultLookup().find("mmap").orElseThrow(),
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_LONG));
            MethodHandle munmap = linker.downcallHandle(
                    linker.defaultLookup().find("munmap").orElseThrow(),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
            return new MmapCalls(mmap, munmap, System.getProperty("os.name", "").startsWith("Linux"));
        }

        long map(long bytes) {
            try {
                long address = (long) mmap.invokeExact(0L, bytes, PROT_READ_WRITE, PRIVATE_ANONYMOUS_NORESERVE, -1, 0L);
                if (address == -1) {
                    throw new OutOfMemoryError("cannot reserve " + bytes + " bytes of address space");
                }
                return address;
            } catch (Error e) {
                throw e;
            } catch (Throwable t) {
                throw new IllegalStateException(t);
            }
        }

        void unmap(long address, long bytes) {
            try {
                int rc = (int) munmap.invokeExact(address, bytes);
                if (rc != 0) {
                    throw new IllegalStateException("munmap failed");
                }
            } catch (Error | RuntimeException e) {
                throw e;
            } catch (Throwable t) {
                throw new IllegalStateException(t);
            }
        }
    }

    /** A segment view of a reserved range, for bulk copies. */
    public static MemorySegment segment(long address, long bytes) {
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }
}
