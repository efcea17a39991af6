package io.convergence.change;

/** What is known of a cell (rule S8). */
public enum CellState {
    /** Has a value. */
    PRESENT,
    /** Is null at the source. */
    NULL,
    /** The source has some value that was not written: keep what the row had. */
    UNKNOWN,
    /** The file has no such column, or a key-only delete did not fill it. */
    ABSENT
}
