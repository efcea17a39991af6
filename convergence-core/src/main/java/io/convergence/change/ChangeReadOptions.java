package io.convergence.change;

import static java.util.Objects.requireNonNull;

import io.convergence.DataSize;
import io.convergence.raw.RawLayout;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How files are read. Immutable.
 *
 * @param batchRows most rows in a {@link ChangeBatch}; wide rows make smaller batches
 * @param rawLayout how keys of raw files inside compacted files are read; null if none is read
 * @param parquet limits of Parquet files
 * @param csv limits of CSV files
 * @param badInput what is done with what cannot be read
 * @param badInputListener gets each row and file that is left out, in the thread that reads
 * @param columnNames the table's columns that are delivered; null for all
 * @param filter the changes that are delivered
 */
public record ChangeReadOptions(
        int batchRows,
        @Nullable RawLayout rawLayout,
        ParquetLimits parquet,
        CsvLimits csv,
        BadInputPolicy badInput,
        Consumer<BadInput> badInputListener,
        @Nullable Set<String> columnNames,
        ChangeFilter filter) {
    public static final int DEFAULT_BATCH_ROWS = 4096;

    public ChangeReadOptions {
        requireNonNull(parquet, "parquet");
        requireNonNull(csv, "csv");
        requireNonNull(badInput, "badInput");
        requireNonNull(badInputListener, "badInputListener");
        requireNonNull(filter, "filter");
        columnNames = columnNames == null ? null : Collections.unmodifiableSet(new LinkedHashSet<>(columnNames));
        if (batchRows < 1) {
            throw new IllegalArgumentException("Cannot read batches of " + batchRows + " rows: give at least 1.");
        }
    }

    /**
     * All changes with all columns in batches of 4,096 rows; {@linkplain ParquetLimits#defaults Parquet} and {@linkplain
     * CsvLimits#defaults CSV} within limits; bad input fails.
     */
    public static ChangeReadOptions defaults() {
        return new ChangeReadOptions(
                DEFAULT_BATCH_ROWS,
                null,
                ParquetLimits.defaults(),
                CsvLimits.defaults(),
                BadInputPolicy.FAIL,
                ignored -> {},
                null,
                ChangeFilter.all());
    }

    public ChangeReadOptions withBatchRows(int rows) {
        return new ChangeReadOptions(rows, rawLayout, parquet, csv, badInput, badInputListener, columnNames, filter);
    }

    /** Needed for {@link ChangeReader#openCompacted}: the layout the raw files were listed with. */
    public ChangeReadOptions withLayout(RawLayout layout) {
        return new ChangeReadOptions(
                batchRows,
                requireNonNull(layout, "layout"),
                parquet,
                csv,
                badInput,
                badInputListener,
                columnNames,
                filter);
    }

    public ChangeReadOptions withParquet(ParquetLimits limits) {
        return new ChangeReadOptions(
                batchRows, rawLayout, limits, csv, badInput, badInputListener, columnNames, filter);
    }

    /** @see ParquetLimits#maxColumnChunk() */
    public ChangeReadOptions withMaxColumnChunk(DataSize size) {
        return withParquet(parquet.withMaxColumnChunk(size));
    }

    public ChangeReadOptions withCsv(CsvLimits limits) {
        return new ChangeReadOptions(
                batchRows, rawLayout, parquet, limits, badInput, badInputListener, columnNames, filter);
    }

    /** What is left out by the policy is counted, and the first of it listed: see {@link ReadCounts#badInput()}. */
    public ChangeReadOptions withBadInput(BadInputPolicy policy) {
        return withBadInput(policy, badInputListener);
    }

    /** @param each gets every row and file that is left out, in the thread that reads */
    public ChangeReadOptions withBadInput(BadInputPolicy policy, Consumer<BadInput> each) {
        return new ChangeReadOptions(batchRows, rawLayout, parquet, csv, policy, each, columnNames, filter);
    }

    /**
     * Delivers only these of the table's columns; of Parquet files only what is needed for them is fetched and decoded. Columns a
     * file lacks are not in its images. The key before a change is delivered whole. What is not read is not checked either.
     *
     * @param names for example those {@link RecordView#columnsOf} gives
     */
    public ChangeReadOptions withColumns(Collection<String> names) {
        return new ChangeReadOptions(
                batchRows, rawLayout, parquet, csv, badInput, badInputListener, new LinkedHashSet<>(names), filter);
    }

    /**
     * Delivers only changes that the filter takes, with the positions and origins they have anyway; row groups of Parquet files
     * that cannot hold any are not fetched. What is not read is not checked either. A table merged from some of its changes only
     * is not the source's.
     */
    public ChangeReadOptions withFilter(ChangeFilter wanted) {
        return new ChangeReadOptions(
                batchRows, rawLayout, parquet, csv, badInput, badInputListener, columnNames, wanted);
    }

    /** For reading what a file holds, whatever is to be delivered of it. */
    ChangeReadOptions withoutSelection() {
        return new ChangeReadOptions(
                batchRows, rawLayout, parquet, csv, badInput, badInputListener, null, ChangeFilter.all());
    }

    public Optional<RawLayout> layout() {
        return Optional.ofNullable(rawLayout);
    }

    /** Empty if all are delivered. */
    public Optional<Set<String>> columns() {
        return Optional.ofNullable(columnNames);
    }
}
