package io.convergence.curated;

import io.convergence.store.internal.pages.ByteSink;
import java.util.Arrays;

/** Distinct values of a column chunk in {@code PLAIN}, in the order they first came. Not thread-safe. */
final class ValueDictionary {
    private static final int MOST_BYTES = 1 << 20;
    private static final int FIRST_SLOTS = 1 << 9;

    private final int width;
    private final ByteSink bytes = new ByteSink(1 << 10);
    private int[] starts = new int[FIRST_SLOTS];
    private int[] ends = new int[FIRST_SLOTS];
    private int[] hashes = new int[FIRST_SLOTS];
    private int[] slots = new int[2 * FIRST_SLOTS];
    private int size;
    private int epoch;

    /** @param width of each value; 0 if they differ */
    ValueDictionary(int width) {
        this.width = width;
    }

    void clear() {
        bytes.clear();
        size = 0;
        epoch++;
        Arrays.fill(slots, 0);
    }

    int size() {
        return size;
    }

    int epoch() {
        return epoch;
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

    /** The id of a value, which is taken up if it is new; -1 if there is no room for it. */
    int id(byte[] source, int from, int length) {
        int hash = hash(source, from, length);
        int mask = slots.length - 1;
        int slot = hash & mask;
        while (slots[slot] != 0) {
            int id = slots[slot] - 1;
            if (hashes[id] == hash && isEntry(id, source, from, length)) {
                return id;
            }
            slot = slot + 1 & mask;
        }
        if (bytes.size() + length + Integer.BYTES > MOST_BYTES) {
            return -1;
        }
        if (size == starts.length) {
            grow();
            return id(source, from, length);
        }
        if (width == 0) {
            bytes.putInt(length);
        }
        starts[size] = bytes.size();
        bytes.put(source, from, length);
        ends[size] = bytes.size();
        hashes[size] = hash;
        slots[slot] = size + 1;
        return size++;
    }

    private boolean isEntry(int id, byte[] source, int from, int length) {
        byte[] own = bytes.bytes();
        if (width == Long.BYTES) {
            return ByteSink.longAt(own, starts[id]) == ByteSink.longAt(source, from);
        }
        if (width == Integer.BYTES) {
            return ByteSink.intAt(own, starts[id]) == ByteSink.intAt(source, from);
        }
        return Arrays.equals(own, starts[id], ends[id], source, from, from + length);
    }

    /** Eight bytes at a time; what is left of longer values with some of the bytes before it. */
    private static int hash(byte[] source, int from, int length) {
        if (length == Integer.BYTES) {
            return (int) (mix(length, ByteSink.intAt(source, from)) >>> 32);
        }
        long hash = length;
        int at = from;
        int end = from + length;
        for (; end - at >= Long.BYTES; at += Long.BYTES) {
            hash = mix(hash, ByteSink.longAt(source, at));
        }
        if (at < end && length >= Long.BYTES) {
            hash = mix(hash, ByteSink.longAt(source, end - Long.BYTES));
        } else {
            for (; at < end; at++) {
                hash = mix(hash, source[at]);
            }
        }
        return (int) (hash >>> 32);
    }

    private static long mix(long hash, long more) {
        long mixed = (hash ^ more) * 0x9E3779B97F4A7C15L;
        return (mixed ^ mixed >>> 29) * 0xBF58476D1CE4E5B9L;
    }

    private void grow() {
        starts = Arrays.copyOf(starts, size * 2);
        ends = Arrays.copyOf(ends, size * 2);
        hashes = Arrays.copyOf(hashes, size * 2);
        slots = new int[size * 4];
        int mask = slots.length - 1;
        for (int id = 0; id < size; id++) {
            int slot = hashes[id] & mask;
            while (slots[slot] != 0) {
                slot = slot + 1 & mask;
            }
            slots[slot] = id + 1;
        }
    }
}
