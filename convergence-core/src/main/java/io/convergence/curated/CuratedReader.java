package io.convergence.curated;

import static java.util.Objects.requireNonNull;

import io.convergence.ledger.LedgerEntry;
import io.convergence.merge.RowCells;
import io.convergence.merge.RowLayout;
import io.convergence.store.ObjectStore;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads what one commit has published: the rows as every engine sees them, bucket by bucket, and in each, or in each of its
 * partitions, in key order, one row group in memory at a time. A cell that is unknown is null here; {@link CuratedTable#load} tells them
 * apart. Not thread-safe. Close it.
 */
public final class CuratedReader implements AutoCloseable {
    private final RowLayout layout;
    private final RowFileCursor cursor;

    private CuratedReader(RowLayout layout, RowFileCursor cursor) {
        this.layout = layout;
        this.cursor = cursor;
    }

    public static CuratedReader open(ObjectStore store, LedgerEntry.Merge published) {
        requireNonNull(store, "store");
        var schema = published.schema();
        return new CuratedReader(
                RowLayout.of(schema.columns()),
                new RowFileCursor(store, published.data(), ParquetSnapshotWriter.dataColumns(schema)));
    }

    /**
     * The next row; empty after the last.
     *
     * @throws CuratedTableException if a file is damaged
     */
    public Optional<RowCells> next() {
        @Nullable Object[] values = cursor.next();
        return values == null ? Optional.empty() : Optional.of(RowCells.of(layout, values));
    }

    @Override
    public void close() {
        cursor.close();
    }
}
