package io.convergence.compact;

import io.convergence.store.internal.pages.ByteSink;
import io.convergence.store.internal.pages.PlainValues;
import java.util.Arrays;
import org.apache.parquet.schema.PrimitiveType;

/** The merged dictionary of a column of an output's row group: values in {@code PLAIN} in the order they first came. Not thread-safe. */
class ColumnDictionary {
    /** As parquet-java limits dictionaries: larger ones do not stay in a processor's cache. */
    static final int MOST_BYTES = 1 << 20;

    private static final int FULL = -1;
    private static final int FIRST_SLOTS = 1 << 10;
    private static final int RECENT_BITS = 12;

    private final PlainValues entries;
    private final boolean prefixed;
    private final boolean numbers;
    private final ByteSink bytes = new ByteSink(1 << 10);
    private int[] starts = new int[FIRST_SLOTS];
    private int[] ends = new int[FIRST_SLOTS];
    private long[] hashes = new long[FIRST_SLOTS];
    private int[] slots = new int[2 * FIRST_SLOTS];

    /** Ids plus one of bytes met last, by their sketch: to hash bytes and to find their slot takes longer than to compare them. */
    private int[] recent = {};

    private long[] terms = {};
    private int termsKnown;
    private int size;

    ColumnDictionary(PrimitiveType type) {
        this.entries = new PlainValues(type);
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

    int start(int id) {
        return starts[id];
    }

    int end(int id) {
        return ends[id];
    }

    /**
     * What each entry adds to a {@link CellFold}, taken from the bytes that will be written and not from what they were taken up by: so
     * that an id which means another value than was read is noticed.
     */
    long[] terms() {
        if (terms.length < size) {
            terms = Arrays.copyOf(terms, starts.length);
        }
        if (termsKnown < size) {
            int from = starts[termsKnown] - (prefixed ? Integer.BYTES : 0);
            entries.set(bytes.bytes(), from, bytes.size(), size - termsKnown);
            for (int i = 0; termsKnown < size; i++, termsKnown++) {
                terms[termsKnown] = CellFold.term(entries, i);
            }
        }

        return terms;
    }

    /** Whether the bytes still hold, one after the other, the entries that {@link #terms} was told of. */
    boolean isAsFolded() {
        entries.set(bytes.bytes(), 0, bytes.size(), size);
        for (int i = 0; i < termsKnown; i++) {
            if (terms[i] != CellFold.term(entries, i)) {
                return false;
            }
        }

        return true;
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
        return numbers ? idsOfNumbers(values, target, from) : idsOfBytes(values, target, from);
    }

    /** The hash of a number is the number, so that most are found by a look at one slot. */
    private boolean idsOfNumbers(PlainValues values, int[] target, int from) {
        byte[] source = values.bytes();
        int width = values.width();
        int end = from + values.count();
        int at = values.start();
        for (int i = from; i < end; i++, at += width) {
            long number = width == Long.BYTES ? ByteSink.longAt(source, at) : ByteSink.intAt(source, at);
            int id = slots[spread(number) & slots.length - 1] - 1;
            if (id < 0 || hashes[id] != number) {
                id = id(source, at, at + width, number);
                if (id == FULL) {
                    return false;
                }
            }
            target[i] = id;
        }

        return true;
    }

    private boolean idsOfBytes(PlainValues values, int[] target, int from) {
        if (recent.length == 0) {
            recent = new int[1 << RECENT_BITS];
        }

        byte[] source = values.bytes();
        int prefix = prefixed ? Integer.BYTES : 0;
        int count = values.count();
        int next = values.start();
        for (int i = 0; i < count; i++) {
            int start = next + prefix;
            int end = values.end(i);
            int sketch = sketch(source, start, end);
            int id = recent[sketch] - 1;
            if (id < 0 || !same(id, source, start, end)) {
                id = id(source, start, end, CellFold.hash(source, start, end));
                if (id == FULL) {
                    return false;
                }
                recent[sketch] = id + 1;
            }
            target[from + i] = id;
            next = end;
        }

        return true;
    }

    /** Of the length and those bytes of a value that most likely differ from another's. */
    private static int sketch(byte[] source, int start, int end) {
        int length = end - start;
        int sketch = length;
        if (length > 0) {
            sketch = (sketch * 31 + source[start]) * 31 + source[end - 1];
        }
        if (length > 2) {
            sketch = ((sketch * 31 + source[end - 2]) * 31 + source[end - 3]) * 31 + source[start + length / 2];
        }

        return sketch * 0x9E3779B9 >>> Integer.SIZE - RECENT_BITS;
    }

    /** Most values are shorter than what a call to compare arrays costs. */
    private boolean same(int id, byte[] source, int start, int end) {
        int length = end - start;
        int entry = starts[id];
        if (ends[id] - entry != length) {
            return false;
        }
        byte[] entries = bytes.bytes();
        if (length > 2 * Long.BYTES) {
            return Arrays.equals(entries, entry, entry + length, source, start, end);
        }
        if (length >= Long.BYTES) {
            return ByteSink.longAt(entries, entry) == ByteSink.longAt(source, start)
                    && ByteSink.longAt(entries, entry + length - Long.BYTES)
                            == ByteSink.longAt(source, end - Long.BYTES);
        }
        for (int i = 0; i < length; i++) {
            if (entries[entry + i] != source[start + i]) {
                return false;
            }
        }
        return true;
    }

    private int id(byte[] source, int start, int end, long hash) {
        int mask = slots.length - 1;
        int slot = spread(hash) & mask;
        while (slots[slot] != 0) {
            int id = slots[slot] - 1;
            if (hashes[id] == hash && (numbers || same(id, source, start, end))) {
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
