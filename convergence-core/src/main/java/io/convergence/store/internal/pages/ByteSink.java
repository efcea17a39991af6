package io.convergence.store.internal.pages;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Bytes that grow at their end; the array is used again after {@link #clear}. Not thread-safe. */
public final class ByteSink {
    static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int MOST = Integer.MAX_VALUE - 16;

    private byte[] bytes;
    private int size;

    public ByteSink(int expected) {
        bytes = new byte[expected];
    }

    public static int intAt(byte[] bytes, int at) {
        return (int) INTS.get(bytes, at);
    }

    public static long longAt(byte[] bytes, int at) {
        return (long) LONGS.get(bytes, at);
    }

    public static void setInt(byte[] bytes, int at, int value) {
        INTS.set(bytes, at, value);
    }

    public static void setLong(byte[] bytes, int at, long value) {
        LONGS.set(bytes, at, value);
    }

    /** The array, of which the first {@link #size} bytes are in use; it changes when the sink grows. */
    public byte[] bytes() {
        return bytes;
    }

    public int size() {
        return size;
    }

    public void clear() {
        size = 0;
    }

    /** Forgets all, and makes room for so many bytes and a few more: what follows is mostly of about that size. */
    byte[] clearFor(int expected) {
        size = 0;
        if (expected > bytes.length) {
            bytes = new byte[(int) Math.min(MOST, expected + (long) expected / 8)];
        }

        return bytes;
    }

    /** Forgets what comes after. */
    public void cut(int to) {
        size = to;
    }

    public byte[] copy() {
        return Arrays.copyOf(bytes, size);
    }

    /** Makes room, so that so many bytes can be written into the array directly. */
    public byte[] reserve(int more) {
        long needed = (long) size + more;
        if (needed > bytes.length) {
            if (needed > MOST) {
                throw new DamagedPageException("the values of one page exceed 2 GB");
            }
            bytes = Arrays.copyOf(bytes, (int) Math.min(MOST, Math.max(needed, bytes.length * 2L)));
        }

        return bytes;
    }

    /** Takes bytes into use that were written into the array. */
    public void advance(int written) {
        size += written;
    }

    public void put(int one) {
        reserve(1);
        bytes[size++] = (byte) one;
    }

    public void put(byte[] source, int from, int length) {
        reserve(length);
        System.arraycopy(source, from, bytes, size, length);
        size += length;
    }

    public void putInt(int value) {
        reserve(Integer.BYTES);
        INTS.set(bytes, size, value);
        size += Integer.BYTES;
    }

    public void putLong(long value) {
        reserve(Long.BYTES);
        LONGS.set(bytes, size, value);
        size += Long.BYTES;
    }

    /** Overwrites four bytes. */
    public void setInt(int at, int value) {
        INTS.set(bytes, at, value);
    }

    public void putVarint(long value) {
        reserve(10);
        long left = value;
        while ((left & ~0x7FL) != 0) {
            bytes[size++] = (byte) (left | 0x80);
            left >>>= 7;
        }
        bytes[size++] = (byte) left;
    }

    public void putZigzag(long value) {
        putVarint(value << 1 ^ value >> 63);
    }
}
