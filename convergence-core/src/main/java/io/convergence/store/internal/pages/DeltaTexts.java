package io.convergence.store.internal.pages;

import java.util.Arrays;

/** Texts or bytes in {@code DELTA_BYTE_ARRAY}, without what they share with the one before, and {@code DELTA_LENGTH_BYTE_ARRAY}. Not thread-safe. */
public final class DeltaTexts {
    private final DeltaNumbers numbers = new DeltaNumbers();
    private final ByteSink prefixes = new ByteSink(1024);
    private final ByteSink lengths = new ByteSink(1024);
    private final ByteSink suffixes = new ByteSink(1024);

    /** @param values of no fixed width */
    public void write(PlainValues values, ByteSink target) {
        prefixes.clear();
        lengths.clear();
        suffixes.clear();
        byte[] bytes = values.bytes();
        int before = 0;
        int beforeEnd = 0;
        for (int i = 0; i < values.count(); i++) {
            int start = values.start(i);
            int end = values.end(i);
            int shared = Arrays.mismatch(bytes, before, beforeEnd, bytes, start, end);
            if (shared < 0) {
                shared = end - start;
            }
            prefixes.putInt(shared);
            lengths.putInt(end - start - shared);
            suffixes.put(bytes, start + shared, end - start - shared);
            before = start;
            beforeEnd = end;
        }
        numbers.writeInts(prefixes.bytes(), 0, values.count(), target);
        numbers.writeInts(lengths.bytes(), 0, values.count(), target);
        target.put(suffixes.bytes(), 0, suffixes.size());
    }

    /**
     * Appends values in {@code PLAIN}.
     *
     * @param count how many there must be
     * @param width bytes of each; 0 if they differ and each gets its length before it
     */
    void read(byte[] bytes, int start, int end, int count, int width, ByteSink target) {
        prefixes.clear();
        int at = numbers.read(bytes, start, end, count, Integer.BYTES, prefixes);
        readSuffixes(bytes, at, end, count, width, true, target);
    }

    /** The same, of values that share nothing. */
    void readLengths(byte[] bytes, int start, int end, int count, ByteSink target) {
        readSuffixes(bytes, start, end, count, 0, false, target);
    }

    private void readSuffixes(byte[] bytes, int start, int end, int count, int width, boolean shared, ByteSink target) {
        lengths.clear();
        int at = numbers.read(bytes, start, end, count, Integer.BYTES, lengths);
        int before = 0;
        int beforeLength = 0;
        for (int i = 0; i < count; i++) {
            int prefix = shared ? ByteSink.intAt(prefixes.bytes(), i * Integer.BYTES) : 0;
            int suffix = ByteSink.intAt(lengths.bytes(), i * Integer.BYTES);
            if (prefix < 0 || prefix > beforeLength || suffix < 0 || suffix > end - at) {
                throw new DamagedPageException("a value shares " + prefix + " bytes with one of " + beforeLength
                        + " and claims " + suffix + " more, " + (end - at) + " are left");
            }

            int length = prefix + suffix;
            if (width == 0) {
                target.putInt(length);
            } else if (length != width) {
                throw new DamagedPageException("a value has " + length + " bytes instead of " + width);
            }
            byte[] room = target.reserve(length);
            int to = target.size();
            System.arraycopy(room, before, room, to, prefix);
            System.arraycopy(bytes, at, room, to + prefix, suffix);
            target.advance(length);
            before = to;
            beforeLength = length;
            at += suffix;
        }
    }
}
