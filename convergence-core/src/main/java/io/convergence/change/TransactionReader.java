package io.convergence.change;

import static java.util.Objects.requireNonNull;

import io.convergence.TableId;
import io.convergence.raw.FileContext;
import io.convergence.raw.RawFile;
import io.convergence.store.ObjectStore;
import io.convergence.target.ReplicationSpec;
import io.convergence.target.RowShape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads transaction files ({@code PreserveTransactions}): changes of all tables in the order in which they were committed. Each row
 * names its table; its fields after that are told by the table's {@link io.convergence.target.CsvForm}. {@link ChangeReader} reads one
 * table's rows out of them. Thread-safe; cursors are not.
 */
public final class TransactionReader {
    /** Where the changes of a table in a file stand in the table's history. */
    @FunctionalInterface
    public interface Places {
        FileContext of(TableId table, RawFile.Transaction file);
    }

    private final ObjectStore store;
    private final RowShape common;
    private final Function<TableId, Optional<RowShape>> shapes;
    private final ChangeReadOptions options;

    private TransactionReader(
            ObjectStore store,
            RowShape common,
            Function<TableId, Optional<RowShape>> shapes,
            ChangeReadOptions options) {
        this.store = store;
        this.common = common;
        this.shapes = shapes;
        this.options = options;
    }

    /**
     * Reads the tables that have a shape.
     *
     * @param common what holds for the rows of all tables: delimiters, and whether there are timestamp and sequence columns
     * @param shapes by table; rows of tables without one are passed over and counted
     * @throws IllegalArgumentException if there is neither a timestamp nor a sequence column: transactions cannot be told apart then
     */
    public static TransactionReader create(
            ObjectStore store,
            RowShape common,
            Function<TableId, Optional<RowShape>> shapes,
            ChangeReadOptions options) {
        if (common.timestamp().isEmpty() && common.sequence().isEmpty()) {
            throw new IllegalArgumentException(
                    "Cannot tell transactions apart without a timestamp and a sequence column. Name one of them, or read table by table with ChangeReader.");
        }

        return new TransactionReader(
                requireNonNull(store, "store"),
                common,
                requireNonNull(shapes, "shapes"),
                requireNonNull(options, "options"));
    }

    /** Reads the tables of a spec's source schema. */
    public static TransactionReader of(ObjectStore store, ReplicationSpec spec, ChangeReadOptions options) {
        return create(store, spec.rowShapeWithoutSchema(), spec::rowShape, options);
    }

    /**
     * Opens files as one stream of changes, one file at a time.
     *
     * @param files in the order of their instants, as a {@link io.convergence.raw.RawListing} has them
     * @throws IllegalArgumentException if they are in another order
     */
    public TransactionCursor open(List<RawFile.Transaction> files, Places places) {
        for (int i = 1; i < files.size(); i++) {
            if (files.get(i).instant().isBefore(files.get(i - 1).instant())) {
                throw new IllegalArgumentException(
                        "Cannot read '" + files.get(i).key() + "' after '"
                                + files.get(i - 1).key() + "': it is older. Sort them by instant.");
            }
        }

        return new TransactionFilesCursor(
                List.copyOf(files),
                file -> TransactionFile.open(
                        store, file, common, shapes, requireNonNull(places, "places"), options, CsvCursor.Scope.ALL),
                options);
    }

    /**
     * Reads the timestamp and sequence columns of a file once.
     *
     * @return by table, those with a shape that occur in it; a file's instant and row give their places
     * @throws RawFileException if it is no transaction file of these tables
     */
    public Map<TableId, FileProfile> profile(RawFile.Transaction file) {
        FileContext unplaced = new FileContext(FileContext.NO_LOAD, FileContext.NO_LOAD);
        try (TransactionFile rows = TransactionFile.open(
                store,
                file,
                common,
                shapes,
                (table, any) -> unplaced,
                options.withoutSelection(),
                CsvCursor.Scope.DMS_COLUMNS)) {
            return rows.profiles();
        }
    }
}
