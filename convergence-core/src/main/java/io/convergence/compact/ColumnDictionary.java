package io.convergence.compact;

import io.convergence.store.internal.pages.ByteSink;
import io.convergence.store.internal.pages.PlainValues;
import java.util.Arrays;
import org.apache.parquet.schema.PrimitiveType;

/** The merged dictionary of a column of an output's row group: values in {@code PLAIN} in the order they first came. Not thread-safe. */
final class ColumnDictionary {
    /** As parquet-java limits dictionaries: larger ones do not stay in a processor's cache. */
    static final int MOST_BYTES = 1 << 20;

    private static final int FULL = -1;
    private static final int FIRST_SLOTS = 1 << 10;

    private final boolean prefixed;
    private final boolean numbers;
    private final ByteSink bytes = new ByteSink(1 << 10);
    private int[] starts = new int[FIRST_SLOTS];
    private int[] ends = new int[FIRST_SLOTS];
    private long[] hashes = new long[FIRST_SLOTS];
    private int[] slots = new int[2 * FIRST_SLOTS];
    private int size;

    ColumnDictionary(PrimitiveType type) {
        int width = PlainValues.width(type);
        this.prefixed = width == 0;
        this.numbers = width == Integer.BYTES || width == Long.BYTES;
    }

    int size() {
        return size;
    }

    ByteSink bytes() {
        return bytes;
    }

    /** Whether an entry, as it will be written, is this value. */
    boolean holds(int id, PlainValues values, int index) {
        return Arrays.equals(
                bytes.bytes(), starts[id], ends[id], values.bytes(), values.start(index), values.end(index));
    }

    int start(int id) {
        return starts[id];
    }

    int end(int id) {
        return ends[id];
    }

    /** The id of a value, which is taken up if it is new; -1 if there is no room for it. */
    int id(PlainValues values, int index) {
        return id(values.bytes(), values.start(index), values.end(index), CellFold.hash(values, index));
    }

    /**
     * The ids of all values, which are taken up if they are new.
     *
     * @param target gets them from {@code from} on
     * @return false if there is no room for one; the ids are of no use then
     */
    boolean ids(PlainValues values, int[] target, int from) {
        int count = values.count();
        long before = 0;
        int id = FULL;
        for (int i = 0; i < count; i++) {
            long hash = CellFold.hash(values, i);
            // The hash of a number is the number.
            boolean again = id != FULL
                    && hash == before
                    && (values.width() == Integer.BYTES || values.width() == Long.BYTES || holds(id, values, i));
            if (!again) {
                id = id(values.bytes(), values.start(i), values.end(i), hash);
                before = hash;
                if (id == FULL) {
                    return false;
                }
            }
            target[from + i] = id;
        }

        return true;
    }

    private int id(byte[] source, int start, int end, long hash) {
        int mask = slots.length - 1;
        int slot = spread(hash) & mask;
        while (slots[slot] != 0) {
            int id = slots[slot] - 1;
            if (hashes[id] == hash
                    && (numbers || Arrays.equals(bytes.bytes(), starts[id], ends[id], source, start, end))) {
                return id;
            }
            slot = slot + 1 & mask;
        }

        int length = end - start;
        if (bytes.size() + length + (prefixed ? Integer.BYTES : 0) > MOST_BYTES) {
            return FULL;
        }
        if (size == starts.length) {
            grow();
            return id(source, start, end, hash);
        }
        if (prefixed) {
            bytes.putInt(length);
        }
        starts[size] = bytes.size();
        bytes.put(source, start, length);
        ends[size] = bytes.size();
        hashes[size] = hash;
        slots[slot] = size + 1;
        return size++;
    }

    private static int spread(long hash) {
        long spread = hash * 0x9E3779B97F4A7C15L;
        return (int) (spread >>> 32);
    }

    private void grow() {
        starts = Arrays.copyOf(starts, size * 2);
        ends = Arrays.copyOf(ends, size * 2);
        hashes = Arrays.copyOf(hashes, size * 2);
        slots = new int[size * 4];
        int mask = slots.length - 1;
        for (int id = 0; id < size; id++) {
            int slot = spread(hashes[id]) & mask;
            while (slots[slot] != 0) {
                slot = slot + 1 & mask;
            }
            slots[slot] = id + 1;
        }
    }
}
