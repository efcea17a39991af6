package io.convergence.compact;

import org.apache.parquet.schema.PrimitiveType;

/**
 * Where the cells of one column of an output come from in one source.
 *
 * @param target the output's column
 * @param source the source's column; {@link #ABSENT} if it has none: then all its rows have null
 */
record ColumnFeed(PrimitiveType target, int source, CellConversion conversion) {
    static final int ABSENT = -1;

    boolean isAbsent() {
        return source == ABSENT;
    }

    /** Whether cells are stored as the output stores them, so that pages can be copied. */
    boolean isSameType() {
        return conversion == CellConversion.NONE;
    }
}
