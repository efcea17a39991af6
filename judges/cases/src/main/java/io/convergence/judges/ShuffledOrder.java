package io.convergence.judges;

/**
 * A known order that no engine would produce by sorting or by chance: column {@code ordinal} of the case {@code order-shuffled}.
 * An engine's scan that keeps it is one whose order is the file's.
 */
public final class ShuffledOrder {
    public static final String CASE = "order-shuffled";
    public static final int ROWS = 10_007;
    private static final long STEP = 7_919;

    private ShuffledOrder() {}

    /** The ordinal of a row, from 0 to {@link #ROWS} - 1: a permutation, since both numbers are prime. */
    public static long ordinal(int row) {
        return row * STEP % ROWS;
    }
}
