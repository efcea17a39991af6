package io.convergence.curated;

import static java.util.Objects.requireNonNull;

import io.convergence.change.ChangePosition;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerSnapshot;
import io.convergence.merge.LiveRow;
import io.convergence.merge.MergeKey;
import io.convergence.merge.MergeResult;
import io.convergence.merge.RowCells;
import io.convergence.merge.RowLayout;
import io.convergence.merge.StoredRow;
import io.convergence.merge.StoredRows;
import io.convergence.merge.Tombstone;
import io.convergence.schema.Column;
import io.convergence.schema.TableSchema;
import io.convergence.store.ObjectStore;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The whole state of a curated table: its rows with their bookkeeping, and its tombstones, in key order. Loaded from what
 * the ledger names, asked by the merge for the rows it touches, and changed by applying the merge's result, which makes
 * a new table. Immutable; thread-safe.
 *
 * <p>It holds the table in memory: for tests, and for what looks at small tables. Merges go through {@link SnapshotMerge}.
 */
public final class CuratedTable {
    private final TableSchema schema;
    private final RowLayout layout;
    private final TreeMap<MergeKey, StoredRow> rows;

    private CuratedTable(TableSchema schema, RowLayout layout, TreeMap<MergeKey, StoredRow> rows) {
        this.schema = schema;
        this.layout = layout;
        this.rows = rows;
    }

    /** @param schema the columns to publish; its primary key is the merge's key */
    public static CuratedTable empty(TableSchema schema) {
        if (requireNonNull(schema, "schema").primaryKey().isEmpty()) {
            throw new IllegalArgumentException("Cannot keep table " + schema.table()
                    + ": it has no key. Give the columns that tell its rows apart.");
        }
        return new CuratedTable(schema, RowLayout.of(schema.columns()), new TreeMap<>());
    }

    /**
     * What the ledger has published, in the columns to publish next; an empty table if nothing was published yet.
     *
     * @param schema see {@link CuratedSchema#evolve}
     * @throws CuratedTableException if a file is damaged, or a published column does not fit into the new ones
     */
    public static CuratedTable load(ObjectStore store, LedgerSnapshot snapshot, TableSchema schema) {
        return snapshot.published()
                .map(published -> load(store, published).evolve(schema))
                .orElseGet(() -> empty(schema));
    }

    /** What one commit has published, in its own columns. */
    public static CuratedTable load(ObjectStore store, LedgerEntry.Merge published) {
        CuratedTable table = empty(published.schema());
        PublishedTable.readAll(store, published, table.layout, row -> table.rows.put(row.key(), row));
        return table;
    }

    /**
     * The same rows in other columns.
     *
     * @throws CuratedTableException if a column would be lost or narrowed, or the key changes
     */
    public CuratedTable evolve(TableSchema target) {
        return evolve(target, Map.of());
    }

    /**
     * {@link #evolve(TableSchema)} with the values that rows hold in new columns, where that is known.
     *
     * @throws CuratedTableException as {@link #evolve(TableSchema)}
     * @throws IllegalArgumentException if a value is of another class than its column's
     */
    public CuratedTable evolve(TableSchema target, Map<String, ? extends @Nullable Object> defaults) {
        if (target.equals(schema)) {
            return this;
        }
        requireEvolves(schema, target);
        CuratedTable evolved = empty(target);
        rows.forEach((key, row) -> evolved.rows.put(key, evolve(row, evolved.layout, defaults)));
        return evolved;
    }

    /** @throws CuratedTableException if a column would be lost or narrowed, or the key changes */
    static void requireEvolves(TableSchema schema, TableSchema target) {
        TableSchema both = CuratedSchema.evolve(schema, target);
        for (Column column : both.columns()) {
            Optional<Column> kept = target.column(column.name());
            if (kept.filter(same -> same.type().equals(column.type())).isEmpty()) {
                throw CuratedTableException.schema(
                        "column '" + column.name() + "' of " + schema.table() + " would "
                                + kept.map(other -> "become " + other.type()).orElse("vanish") + ".",
                        "Publish " + both.columns() + ".");
            }
        }
    }

    private static StoredRow evolve(StoredRow row, RowLayout layout, Map<String, ? extends @Nullable Object> defaults) {
        return row instanceof LiveRow live ? with(live, live.cells().in(layout, defaults)) : row;
    }

    private static LiveRow with(LiveRow row, RowCells cells) {
        return new LiveRow(row.key(), row.position(), row.lastKeyChange(), row.overTransaction(), cells);
    }

    /**
     * The same rows with columns under new names.
     *
     * @param names new names by old ones; others stay, also where the table has the new name already
     */
    public CuratedTable renamed(Map<String, String> names) {
        TableSchema target = renamed(schema, names);
        if (target.equals(schema)) {
            return this;
        }

        CuratedTable renamed = empty(target);
        rows.forEach((key, row) -> renamed.rows.put(
                key, row instanceof LiveRow live ? with(live, live.cells().named(renamed.layout)) : row));
        return renamed;
    }

    /** The columns of {@link #renamed(Map)}. */
    public static TableSchema renamed(TableSchema schema, Map<String, String> names) {
        List<Column> columns = schema.columns().stream()
                .map(column -> new Column(nameNow(schema, column.name(), names), column.type(), column.nullable()))
                .toList();
        List<String> key = schema.primaryKey().stream()
                .map(name -> nameNow(schema, name, names))
                .toList();
        return new TableSchema(schema.table(), columns, key);
    }

    private static String nameNow(TableSchema schema, String name, Map<String, String> names) {
        String now = names.getOrDefault(name, name);
        return schema.indexOf(now) < 0 ? now : name;
    }

    /** The same table, whose schema allows null in each column where a row holds it. */
    public CuratedTable withNullsAllowed() {
        BitSet nulls = new BitSet();
        rows().forEach(row -> {
            for (int i = 0; i < layout.size(); i++) {
                if (row.cells().published(i) == null) {
                    nulls.set(i);
                }
            }
        });
        List<Column> columns = new ArrayList<>(schema.columns());
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            columns.set(i, new Column(column.name(), column.type(), column.nullable() || nulls.get(i)));
        }
        return evolve(new TableSchema(schema.table(), columns, schema.primaryKey()));
    }

    /**
     * The table after a merge.
     *
     * @param floor tombstones below it are given up (rule S12); null gives up none
     * @throws IllegalArgumentException if the rows are not of this table's columns
     */
    public CuratedTable apply(MergeResult.Merged result, @Nullable ChangePosition floor) {
        var next = new TreeMap<>(rows);
        for (LiveRow row : result.upserts()) {
            if (!row.cells().columns().equals(schema.columns())) {
                throw new IllegalArgumentException(
                        "Cannot apply a merge with columns " + row.cells().columns() + " to table " + schema.table()
                                + " with columns " + schema.columns() + ": evolve the table before the merge.");
            }
            next.put(row.key(), row);
        }
        result.tombstones().forEach(tombstone -> next.put(tombstone.key(), tombstone));
        if (floor != null) {
            next.values()
                    .removeIf(row -> row instanceof Tombstone && row.position().compareTo(floor) < 0);
        }
        return new CuratedTable(schema, layout, next);
    }

    public TableSchema schema() {
        return schema;
    }

    /** For the merge: what is stored of a key. */
    public StoredRows storedRows() {
        return StoredRows.of(rows);
    }

    /** Live rows and tombstones in key order. */
    public Collection<StoredRow> entries() {
        return Collections.unmodifiableCollection(rows.values());
    }

    /** What readers see, in key order. */
    public Stream<LiveRow> rows() {
        return rows.values().stream().filter(LiveRow.class::isInstance).map(LiveRow.class::cast);
    }

    public long rowCount() {
        return rows().count();
    }

    public long tombstoneCount() {
        return rows.size() - rowCount();
    }

    /** Cells published as null although the source may have a value (rule S9). */
    public long unknownCells() {
        return rows().mapToLong(row -> row.cells().unknown().cardinality()).sum();
    }

    RowLayout layout() {
        return layout;
    }

    /** Counts only: cell contents stay out of logs. */
    @Override
    public String toString() {
        return "table " + schema.table() + ": " + rowCount() + " rows, " + tombstoneCount() + " tombstones";
    }
}
