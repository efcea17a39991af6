package io.convergence.curated;

import static java.util.Objects.requireNonNull;

import io.convergence.ledger.LedgerEntry;
import io.convergence.merge.RowCells;
import io.convergence.merge.RowLayout;
import io.convergence.store.ObjectStore;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads what one commit of a table with soft delete has published: the rows that are not deleted, without the columns of
 * soft delete, in key order, one row group in memory at a time. Not thread-safe. Close it.
 */
public final class SoftDeleteReader implements AutoCloseable {
    private final RowLayout layout;
    private final RowFileCursor cursor;

    private SoftDeleteReader(RowLayout layout, RowFileCursor cursor) {
        this.layout = layout;
        this.cursor = cursor;
    }

    /** @throws IllegalArgumentException if the commit is of another style */
    public static SoftDeleteReader open(ObjectStore store, LedgerEntry.Merge published) {
        requireNonNull(store, "store");
        TableStyle style = TableStyle.of(published);
        var schema = published.schema();
        if (style.kind() != SnapshotStyle.SOFT_DELETE) {
            throw new IllegalArgumentException("Cannot read table " + schema.table()
                    + " as one with soft delete: its style is " + style.kind().label() + ".");
        }
        return new SoftDeleteReader(
                RowLayout.of(schema.columns()),
                new RowFileCursor(
                        store, published.data(), SoftDeleteFiles.dataColumns(schema, style.deletedColumns())));
    }

    /**
     * The next row that is not deleted; empty after the last.
     *
     * @throws CuratedTableException if a file is damaged
     */
    public Optional<RowCells> next() {
        for (@Nullable Object[] values = cursor.next(); values != null; values = cursor.next()) {
            if (Boolean.FALSE.equals(values[layout.size()])) {
                return Optional.of(RowCells.of(layout, Arrays.copyOf(values, layout.size())));
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        cursor.close();
    }
}
