package io.convergence.curated;

import static java.util.Objects.requireNonNull;

import io.convergence.ledger.LedgerEntry;
import io.convergence.merge.RowCells;
import io.convergence.merge.RowLayout;
import io.convergence.schema.Column;
import io.convergence.schema.TableSchema;
import io.convergence.store.ObjectStore;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a change log in the order in which it was written, one row group in memory at a time; the order of the changes is
 * that of their positions. Rows have the log's newest columns; a column that a file lacks is null. Not thread-safe. Close
 * it.
 */
public final class ChangeLogReader implements AutoCloseable {
    private final ObjectStore store;
    private final TableSchema schema;
    private final LogColumns names;
    private final RowLayout layout;
    private final Iterator<ChangeLogIndex.Entry> files;
    private @Nullable RowFileCursor cursor;
    private RowLayout ofFile;

    private ChangeLogReader(
            ObjectStore store,
            TableSchema schema,
            LogColumns names,
            RowLayout layout,
            List<ChangeLogIndex.Entry> files) {
        this.store = store;
        this.schema = schema;
        this.names = names;
        this.layout = layout;
        this.ofFile = layout;
        this.files = files.iterator();
    }

    /** @throws IllegalArgumentException if the commit is no change log */
    public static ChangeLogReader open(ObjectStore store, LedgerEntry.Merge published) {
        requireNonNull(store, "store");
        TableStyle style = TableStyle.of(published);
        if (style.kind() != SnapshotStyle.APPEND) {
            throw new IllegalArgumentException(
                    "Cannot read table " + published.schema().table() + " as a change log: its style is "
                            + style.kind().label() + ".");
        }
        TableSchema schema = published.schema();
        return new ChangeLogReader(
                store,
                schema,
                style.logColumns(),
                RowLayout.of(columns(published)),
                ChangeLogIndex.read(store, published));
    }

    /** The columns of a commit's rows: those of {@link LogColumns}, then the table's own. */
    public static List<Column> columns(LedgerEntry.Merge published) {
        return TableStyle.of(published).logColumns().of(published.schema());
    }

    /**
     * The next row; empty after the last.
     *
     * @throws CuratedTableException if a file is damaged
     */
    public Optional<RowCells> next() {
        while (true) {
            @Nullable RowFileCursor open = cursor;
            @Nullable Object @Nullable [] values = open == null ? null : open.next();
            if (values != null) {
                return Optional.of(RowCells.of(ofFile, values).in(layout));
            }
            close();
            if (!files.hasNext()) {
                return Optional.empty();
            }

            ChangeLogIndex.Entry file = files.next();
            List<Column> columns = ChangeLogFiles.columns(schema, file.columns(), names);
            ofFile = RowLayout.of(columns);
            cursor = new RowFileCursor(store, List.of(file.file()), columns);
        }
    }

    @Override
    public void close() {
        RowFileCursor open = cursor;
        cursor = null;
        if (open != null) {
            open.close();
        }
    }
}
