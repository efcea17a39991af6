package io.convergence.change;

import static java.util.Objects.requireNonNull;

import io.convergence.DataSize;

/**
 * What a Parquet file may ask for before it is refused; all of it is checked before memory is taken for it. Immutable.
 *
 * @param maxFooter largest footer
 * @param maxRowGroups most row groups
 * @param maxColumns most columns, groups of nested ones counted too
 * @param maxDepth deepest nesting of the schema; DMS's columns lie at depth 1
 * @param maxColumnChunk largest column chunk, uncompressed: a limit on the memory one file can ask for
 * @param maxPage largest page, uncompressed
 * @param maxRatio how many times its stored size a column chunk or page may claim to have, where it claims more than 64 MB:
 *     smaller ones do no harm, and constant columns compress very well
 */
public record ParquetLimits(
        DataSize maxFooter,
        int maxRowGroups,
        int maxColumns,
        int maxDepth,
        DataSize maxColumnChunk,
        DataSize maxPage,
        int maxRatio) {
    private static final long RATIO_CHECKED_FROM = 64L << 20;

    public ParquetLimits {
        requireNonNull(maxFooter, "maxFooter");
        requireNonNull(maxColumnChunk, "maxColumnChunk");
        requireNonNull(maxPage, "maxPage");
        if (maxRowGroups < 1 || maxColumns < 1 || maxDepth < 1 || maxRatio < 1) {
            throw new IllegalArgumentException("Cannot limit Parquet files to " + maxRowGroups + " row groups, "
                    + maxColumns + " columns, depth " + maxDepth + " and ratio " + maxRatio
                    + ": give at least 1 of each.");
        }
    }

    /** Footers up to 64 MB, 100,000 row groups, 5,000 columns, depth 64, column chunks up to 2 GB, pages up to 1 GB, ratio 1,000. */
    public static ParquetLimits defaults() {
        return new ParquetLimits(
                DataSize.ofMegabytes(64), 100_000, 5_000, 64, DataSize.ofGigabytes(2), DataSize.ofGigabytes(1), 1_000);
    }

    public ParquetLimits withMaxFooter(DataSize size) {
        return new ParquetLimits(size, maxRowGroups, maxColumns, maxDepth, maxColumnChunk, maxPage, maxRatio);
    }

    public ParquetLimits withMaxRowGroups(int count) {
        return new ParquetLimits(maxFooter, count, maxColumns, maxDepth, maxColumnChunk, maxPage, maxRatio);
    }

    public ParquetLimits withMaxColumns(int count) {
        return new ParquetLimits(maxFooter, maxRowGroups, count, maxDepth, maxColumnChunk, maxPage, maxRatio);
    }

    public ParquetLimits withMaxDepth(int depth) {
        return new ParquetLimits(maxFooter, maxRowGroups, maxColumns, depth, maxColumnChunk, maxPage, maxRatio);
    }

    public ParquetLimits withMaxColumnChunk(DataSize size) {
        return new ParquetLimits(maxFooter, maxRowGroups, maxColumns, maxDepth, size, maxPage, maxRatio);
    }

    public ParquetLimits withMaxPage(DataSize size) {
        return new ParquetLimits(maxFooter, maxRowGroups, maxColumns, maxDepth, maxColumnChunk, size, maxRatio);
    }

    public ParquetLimits withMaxRatio(int ratio) {
        return new ParquetLimits(maxFooter, maxRowGroups, maxColumns, maxDepth, maxColumnChunk, maxPage, ratio);
    }

    /** Whether so many stored bytes may unpack to so many. */
    boolean allows(long stored, long unpacked) {
        return unpacked <= RATIO_CHECKED_FROM || (unpacked - 1) / maxRatio < stored;
    }
}
