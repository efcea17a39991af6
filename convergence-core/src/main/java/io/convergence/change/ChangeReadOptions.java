package io.convergence.change;

import static java.util.Objects.requireNonNull;

import io.convergence.DataSize;
import io.convergence.raw.RawLayout;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How files are read. Immutable.
 *
 * @param batchRows most rows in a {@link ChangeBatch}; wide rows make smaller batches
 * @param rawLayout how keys of raw files inside compacted files are read; null if none is read
 * @param maxFooter largest footer that is read
 * @param maxColumnChunk largest column chunk, uncompressed, that is read: a limit on the memory one file can ask for
 * @param csv limits of CSV files
 */
public record ChangeReadOptions(
        int batchRows, @Nullable RawLayout rawLayout, DataSize maxFooter, DataSize maxColumnChunk, CsvLimits csv) {
    public static final int DEFAULT_BATCH_ROWS = 4096;

    public ChangeReadOptions {
        requireNonNull(maxFooter, "maxFooter");
        requireNonNull(maxColumnChunk, "maxColumnChunk");
        requireNonNull(csv, "csv");
        if (batchRows < 1) {
            throw new IllegalArgumentException("Cannot read batches of " + batchRows + " rows: give at least 1.");
        }
    }

    /** Batches of 4,096 rows, footers up to 64 MB, column chunks up to 2 GB, {@linkplain CsvLimits#defaults CSV}. */
    public static ChangeReadOptions defaults() {
        return new ChangeReadOptions(
                DEFAULT_BATCH_ROWS, null, DataSize.ofMegabytes(64), DataSize.ofGigabytes(2), CsvLimits.defaults());
    }

    public ChangeReadOptions withBatchRows(int rows) {
        return new ChangeReadOptions(rows, rawLayout, maxFooter, maxColumnChunk, csv);
    }

    /** Needed for {@link ChangeReader#openCompacted}: the layout the raw files were listed with. */
    public ChangeReadOptions withLayout(RawLayout layout) {
        return new ChangeReadOptions(batchRows, requireNonNull(layout, "layout"), maxFooter, maxColumnChunk, csv);
    }

    public ChangeReadOptions withMaxColumnChunk(DataSize size) {
        return new ChangeReadOptions(batchRows, rawLayout, maxFooter, size, csv);
    }

    public ChangeReadOptions withCsv(CsvLimits limits) {
        return new ChangeReadOptions(batchRows, rawLayout, maxFooter, maxColumnChunk, limits);
    }

    public Optional<RawLayout> layout() {
        return Optional.ofNullable(rawLayout);
    }
}
