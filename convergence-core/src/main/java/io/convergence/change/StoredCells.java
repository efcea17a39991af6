package io.convergence.change;

import io.convergence.store.internal.pages.DamagedPageException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Values in arrays of primitives, by row or by entry of a dictionary. Which arrays are filled depends on the type: {@code numbers} for
 * booleans, whole numbers, the bits of floats, epoch days, nanoseconds of a day, date-times in units and decimals that fit; {@code data}
 * between {@code starts} and {@code ends} for text (UTF-8), bytes and wide decimals (big-endian); {@code fractions} for nanoseconds beside
 * {@code numbers} in seconds. Not changed once a vector has them, but for texts that are kept once made: these a race makes twice at worst.
 */
final class StoredCells {
    static final long[] NO_NUMBERS = {};
    static final byte[] NO_DATA = {};
    static final int[] NO_PLACES = {};

    /** For columns without any value. */
    static final StoredCells NONE = new StoredCells(NO_NUMBERS, NO_DATA, NO_PLACES, NO_PLACES, NO_PLACES);

    private final long[] numbers;
    private final int[] starts;
    private final int[] ends;
    private final int[] fractions;
    private byte[] data;
    private int used;
    private @Nullable String @Nullable [] texts;

    StoredCells(long[] numbers, byte[] data, int[] starts, int[] ends, int[] fractions) {
        this.numbers = numbers;
        this.data = data;
        this.starts = starts;
        this.ends = ends;
        this.fractions = fractions;
    }

    long[] numbers() {
        return numbers;
    }

    byte[] data() {
        return data;
    }

    int[] starts() {
        return starts;
    }

    int[] ends() {
        return ends;
    }

    int[] fractions() {
        return fractions;
    }

    /** Bytes of data so far. */
    int used() {
        return used;
    }

    void append(byte[] bytes, int from, int length) {
        long needed = (long) used + length;
        if (needed > PlainCells.MAX_DATA) {
            throw new DamagedPageException("the values of one batch exceed 2 GB; read smaller batches");
        }
        if (needed > data.length) {
            data = Arrays.copyOf(data, (int) Math.min(PlainCells.MAX_DATA, Math.max(needed, data.length * 2L)));
        }
        System.arraycopy(bytes, from, data, used, length);
        used += length;
    }

    /** The values of these rows, in their order. */
    StoredCells keeping(int[] rows) {
        long[] keptNumbers = new long[numbers.length == 0 ? 0 : rows.length];
        int[] keptFractions = new int[fractions.length == 0 ? 0 : rows.length];
        int[] keptStarts = new int[starts.length == 0 ? 0 : rows.length];
        int[] keptEnds = new int[keptStarts.length];
        for (int i = 0; i < keptNumbers.length; i++) {
            keptNumbers[i] = numbers[rows[i]];
        }
        for (int i = 0; i < keptFractions.length; i++) {
            keptFractions[i] = fractions[rows[i]];
        }

        int size = 0;
        for (int i = 0; i < keptEnds.length; i++) {
            size += ends[rows[i]] - starts[rows[i]];
        }
        StoredCells kept = new StoredCells(keptNumbers, new byte[size], keptStarts, keptEnds, keptFractions);
        for (int i = 0; i < keptEnds.length; i++) {
            int row = rows[i];
            keptStarts[i] = kept.used;
            kept.append(data, starts[row], ends[row] - starts[row]);
            keptEnds[i] = kept.used;
        }

        return kept;
    }

    /** Lets go of memory that was taken in vain. */
    StoredCells trimmed() {
        if (data.length - used > used / 2) {
            data = Arrays.copyOf(data, used);
        }

        return this;
    }

    /** These values for many rows: their texts are made once each. */
    StoredCells shared() {
        texts = starts.length > 0 ? new @Nullable String[starts.length] : null;
        return this;
    }

    @Nullable
    String @Nullable [] texts() {
        return texts;
    }
}
