package io.convergence.store.internal.pages;

import java.util.Arrays;

/** Writes texts or bytes in {@code DELTA_BYTE_ARRAY}: without what they share with the one before. Not thread-safe. */
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
}
