package io.convergence.change;

/**
 * What a reader does with what cannot be read. Whatever is left out is told by {@link ReadCounts#badInput()}: a table is not
 * whole without it, and must not be published as if it were.
 */
public enum BadInputPolicy {
    /** Stops with a {@link RawFileException}. */
    FAIL,
    /**
     * Leaves out the rest of a file from where it cannot be read; rows that came before stay. A file that cannot even be opened has
     * no rows.
     */
    SKIP_FILE,
    /**
     * Leaves out single rows that cannot be read while their neighbours can: rows of CSV, and in Parquet those with a value that
     * is none of its column's type, a wrong operation, timestamp or sequence. Other damage is the file's, as for {@link #SKIP_FILE}.
     */
    QUARANTINE_ROWS
}
