package org.multigen.base;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Access to words of off-heap memory by absolute address, with the memory order in the method's name.
 *
 * <p>Addresses come from {@link OffHeap}. With {@code -Dmultigen.checked=true} (no build sets it) every access is checked against
 * the live reservations; without it the check folds away, because a fault or a touch is a handful of these calls.
 */
public final class Words {
    static final boolean CHECKED = Boolean.getBoolean("multigen.checked");

    private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
    /** Addresses are aligned; without the check for it a plain access is a few instructions shorter. */
    private static final VarHandle PLAIN_LONG = ValueLayout.JAVA_LONG_UNALIGNED.varHandle();

    private static final VarHandle PLAIN_INT = ValueLayout.JAVA_INT_UNALIGNED.varHandle();
    private static final VarHandle BYTE = ValueLayout.JAVA_BYTE.varHandle();

    private Words() {}

    public static long getLong(long address) {
        check(address, 8);
        return (long) PLAIN_LONG.get(ALL, address);
    }

    public static long getLongOpaque(long address) {
        check(address, 8);
        return (long) LONG.getOpaque(ALL, address);
    }

    /** The bits in which any of the eight words of a cache line differs from a value; each word is read once, opaque. */
    public static long lineDifference(long address, long value) {
        check(address, 64);
        return ((long) LONG.getOpaque(ALL, address) ^ value)
                | ((long) LONG.getOpaque(ALL, address + 8) ^ value)
                | ((long) LONG.getOpaque(ALL, address + 16) ^ value)
                | ((long) LONG.getOpaque(ALL, address + 24) ^ value)
                | ((long) LONG.getOpaque(ALL, address + 32) ^ value)
                | ((long) LONG.getOpaque(ALL, address + 40) ^ value)
                | ((long) LONG.getOpaque(ALL, address + 48) ^ value)
                | ((long) LONG.getOpaque(ALL, address + 56) ^ value);
    }

    public static long getLongAcquire(long address) {
        check(address, 8);
        return (long) LONG.getAcquire(ALL, address);
    }

    public static void setLong(long address, long value) {
        check(address, 8);
        PLAIN_LONG.set(ALL, address, value);
    }

    public static void setLongRelease(long address, long value) {
        check(address, 8);
        LONG.setRelease(ALL, address, value);
    }

    public static boolean casLong(long address, long expected, long value) {
        check(address, 8);
        return LONG.compareAndSet(ALL, address, expected, value);
    }

    /** Sets the bits of {@code mask} atomically and returns the word before. */
    public static long orLong(long address, long mask) {
        check(address, 8);
        return (long) LONG.getAndBitwiseOr(ALL, address, mask);
    }

    /** Keeps only the bits of {@code mask} atomically and returns the word before. */
    public static long andLong(long address, long mask) {
        check(address, 8);
        return (long) LONG.getAndBitwiseAnd(ALL, address, mask);
    }

    /** Exchanges the word atomically and returns the one before. */
    public static long swapLong(long address, long value) {
        check(address, 8);
        return (long) LONG.getAndSet(ALL, address, value);
    }

    public static int getInt(long address) {
        check(address, 4);
        return (int) PLAIN_INT.get(ALL, address);
    }

    public static int getIntAcquire(long address) {
        check(address, 4);
        return (int) INT.getAcquire(ALL, address);
    }

    public static void setInt(long address, int value) {
        check(address, 4);
        PLAIN_INT.set(ALL, address, value);
    }

    public static void setIntRelease(long address, int value) {
        check(address, 4);
        INT.setRelease(ALL, address, value);
    }

    /** Adds atomically and returns the value after. */
    public static int addInt(long address, int delta) {
        check(address, 4);
        return (int) INT.getAndAdd(ALL, address, delta) + delta;
    }

    public static boolean casInt(long address, int expected, int value) {
        check(address, 4);
        return INT.compareAndSet(ALL, address, expected, value);
    }

    public static byte getByte(long address) {
        check(address, 1);
        return (byte) BYTE.get(ALL, address);
    }

    public static void setByte(long address, byte value) {
        check(address, 1);
        BYTE.set(ALL, address, value);
    }

    /** Fills {@code bytes} bytes from {@code address} with zeros. */
    public static void clear(long address, long bytes) {
        check(address, bytes);
        ALL.asSlice(address, bytes).fill((byte) 0);
    }

    /** Copies {@code bytes} bytes between two ranges that do not overlap. */
    public static void copy(long from, long to, long bytes) {
        check(from, bytes);
        check(to, bytes);
        MemorySegment.copy(ALL, from, ALL, to, bytes);
    }

    private static void check(long address, long bytes) {
        if (CHECKED) {
            OffHeap.check(address, bytes);
        }
    }
}
