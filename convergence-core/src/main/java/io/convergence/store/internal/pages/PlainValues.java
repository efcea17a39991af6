package io.convergence.store.internal.pages;

import org.apache.parquet.schema.PrimitiveType;

/**
 * Values that stand one after the other in {@code PLAIN}: each of one width, or of any length with four bytes of it before. Booleans take a
 * byte each here, not a bit. Used again for other values. Not thread-safe.
 */
public final class PlainValues {
    private final int width;
    private byte[] bytes = {};
    private int start;
    private int end;
    private int count;
    private int[] ends = {};

    public PlainValues(PrimitiveType type) {
        width = width(type);
    }

    /** Bytes of each value; 0 if they differ. */
    public static int width(PrimitiveType type) {
        return switch (type.getPrimitiveTypeName()) {
            case BOOLEAN -> 1;
            case INT32, FLOAT -> 4;
            case INT64, DOUBLE -> 8;
            case INT96 -> 12;
            case FIXED_LEN_BYTE_ARRAY -> type.getTypeLength();
            case BINARY -> 0;
        };
    }

    /** The fewest bytes so many values need. */
    static long leastBytes(PrimitiveType type, long count) {
        return type.getPrimitiveTypeName() == PrimitiveType.PrimitiveTypeName.BOOLEAN
                ? (count + 7) / 8
                : count * (type.getPrimitiveTypeName() == PrimitiveType.PrimitiveTypeName.BINARY ? 4 : width(type));
    }

    /**
     * Takes values; they are not copied.
     *
     * @throws DamagedPageException if there are not exactly so many values between start and end
     */
    public void set(byte[] newBytes, int newStart, int newEnd, int newCount) {
        bytes = newBytes;
        start = newStart;
        end = newEnd;
        count = newCount;
        if (width > 0) {
            demand((long) newCount * width == newEnd - newStart);
            return;
        }

        if (ends.length < newCount) {
            ends = new int[Math.max(newCount, 1024)];
        }
        int at = newStart;
        for (int i = 0; i < newCount; i++) {
            demand(newEnd - at >= Integer.BYTES);
            int length = ByteSink.intAt(newBytes, at);
            at += Integer.BYTES;
            demand(length >= 0 && length <= newEnd - at);
            at += length;
            ends[i] = at;
        }
        demand(at == newEnd);
    }

    private void demand(boolean given) {
        if (!given) {
            throw new DamagedPageException(
                    (end - start) + " bytes of a page do not hold exactly the " + count + " values they should");
        }
    }

    /** The array they lie in. */
    public byte[] bytes() {
        return bytes;
    }

    /** Where the first begins, with its length if it has one. */
    public int start() {
        return start;
    }

    /** After the last. */
    public int end() {
        return end;
    }

    public int count() {
        return count;
    }

    /** Bytes of each value; 0 if they differ. */
    public int width() {
        return width;
    }

    /** Where a value begins, after its length. */
    public int start(int value) {
        return width > 0 ? start + value * width : Integer.BYTES + (value == 0 ? start : ends[value - 1]);
    }

    public int end(int value) {
        return width > 0 ? start + (value + 1) * width : ends[value];
    }

    public int intAt(int value) {
        return ByteSink.intAt(bytes, start + value * Integer.BYTES);
    }

    public long longAt(int value) {
        return ByteSink.longAt(bytes, start + value * Long.BYTES);
    }
}
