package io.convergence.pipeline;

import io.convergence.change.ChangeRecord;
import java.time.Instant;
import java.util.Arrays;

/** The contents of consecutive rows as 128 bits each: 16 bytes a row, so that millions can be compared. Not thread-safe. */
final class RowHashes {
    private static final int FIRST = 64;

    private long[] bits = new long[2 * FIRST];
    private int size;

    void add(long high, long low) {
        if (2 * size == bits.length) {
            bits = Arrays.copyOf(bits, Math.multiplyExact(bits.length, 2));
        }
        bits[2 * size] = high;
        bits[2 * size + 1] = low;
        size++;
    }

    int size() {
        return size;
    }

    /** A copy of those from this row on. */
    RowHashes from(int row) {
        RowHashes rest = new RowHashes();
        rest.bits = Arrays.copyOfRange(bits, 2 * row, Math.max(2 * size, 2 * row + 2));
        rest.size = size - row;
        return rest;
    }

    boolean same(int row, RowHashes other, int otherRow) {
        return bits[2 * row] == other.bits[2 * otherRow] && bits[2 * row + 1] == other.bits[2 * otherRow + 1];
    }

    /** A row's commit time as it is told: by the timestamp column, else by the change sequence; null if by neither. */
    static @org.jspecify.annotations.Nullable Instant timeOf(ChangeRecord change) {
        return change.timestamp()
                .or(() -> change.sequence().map(sequence -> sequence.commitTime()))
                .orElse(null);
    }
}
