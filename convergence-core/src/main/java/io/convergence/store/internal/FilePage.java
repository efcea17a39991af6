package io.convergence.store.internal;

import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.Statistics;
import org.jspecify.annotations.Nullable;

/**
 * A data page as {@link PageFile} writes it. Of version 2 if its levels stand outside of the body.
 *
 * @param levels null for a page of version 1, whose body holds them
 * @param bytes hold the body from {@code start} on; they are not changed
 * @param size of the body, uncompressed
 * @param statistics null if they are not known
 */
public record FilePage(
        int rows,
        int nulls,
        Encoding encoding,
        byte @Nullable [] levels,
        byte[] bytes,
        int start,
        int length,
        int size,
        boolean compressed,
        @Nullable Statistics<?> statistics) {}
