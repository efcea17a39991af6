package io.convergence.curated;

import static java.util.Objects.requireNonNull;

import io.convergence.change.ChangePosition;
import io.convergence.ledger.LedgerEntry;
import io.convergence.merge.DeletedRow;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The whole state of a table with soft delete: live rows, deleted rows that are kept, and tombstones of keys that rows have
 * left, in key order. Held in memory, and written anew by every commit. Immutable; thread-safe.
 */
public final class SoftDeleteTable {
    private final TableSchema schema;
    private final RowLayout layout;
    private final TreeMap<MergeKey, StoredRow> rows;

    private SoftDeleteTable(TableSchema schema, RowLayout layout, TreeMap<MergeKey, StoredRow> rows) {
        this.schema = schema;
        this.layout = layout;
        this.rows = rows;
    }

    /** @param schema the columns to publish, without those of soft delete; its primary key is the merge's key */
    public static SoftDeleteTable empty(TableSchema schema) {
        requireNonNull(schema, "schema");
        return new SoftDeleteTable(schema, RowLayout.of(schema.columns()), new TreeMap<>());
    }

    /**
     * What one commit has published, in its own columns.
     *
     * @throws CuratedTableException if a file is damaged
     */
    public static SoftDeleteTable load(ObjectStore store, LedgerEntry.Merge published) {
        SoftDeleteTable table = empty(published.schema());
        SoftDeleteFiles.read(store, published, row -> table.rows.put(row.key(), row));
        return table;
    }

    /**
     * The start of a newer load: every row there was, as deleted. Those that the load has come back to life.
     *
     * @param target the columns to publish next; a column that is gone, or whose values the new type cannot hold, is null
     *     in the rows kept
     */
    public SoftDeleteTable replacedBy(Instant generation, TableSchema target) {
        SoftDeleteTable next = empty(target);
        for (StoredRow row : rows.values()) {
            Instant deletedAt = row instanceof Tombstone tombstone && tombstone.deleted() != null
                    ? tombstone.deleted().time()
                    : null;
            shown(row)
                    .flatMap(cells -> fit(cells, target, next.layout))
                    .ifPresent(cells ->
                            next.rows.put(row.key(), DeletedRow.missingIn(generation, row.key(), cells, deletedAt)));
        }
        return next;
    }

    /** Without what changes of the present load told: what a merge of all of them starts from. */
    public SoftDeleteTable ofEarlierLoads() {
        var kept = new TreeMap<MergeKey, StoredRow>();
        rows.forEach((key, row) -> {
            if (row instanceof Tombstone tombstone && tombstone.ofEarlierLoad()) {
                kept.put(key, row);
            }
        });
        return new SoftDeleteTable(schema, layout, kept);
    }

    /** What can be kept of a row; empty if not even its key can. */
    private Optional<RowCells> fit(RowCells cells, TableSchema target, RowLayout to) {
        if (!target.primaryKey().equals(schema.primaryKey())) {
            return Optional.empty();
        }
        var values = new @Nullable Object[to.size()];
        var unknown = new BitSet();
        for (int i = 0; i < to.size(); i++) {
            Column column = to.columns().get(i);
            int from = layout.indexOf(column.name());
            Object value = from < 0 ? null : cells.published(from);
            Object fitting = value == null ? null : RowCells.converted(value, column.type());
            values[i] = fitting;
            unknown.set(
                    i,
                    fitting == null
                            && (value != null || (from >= 0 && cells.unknown().get(from))));
        }
        for (String name : target.primaryKey()) {
            if (values[to.indexOf(name)] == null) {
                return Optional.empty();
            }
        }
        return Optional.of(RowCells.of(to, values, new BitSet(0), unknown));
    }

    /**
     * The same rows in other columns.
     *
     * @param defaults what rows hold in new columns, where that is known
     * @throws CuratedTableException if a column would be lost or narrowed, or the key changes
     */
    public SoftDeleteTable evolve(TableSchema target, Map<String, ? extends @Nullable Object> defaults) {
        if (target.equals(schema)) {
            return this;
        }
        CuratedTable.empty(schema).evolve(target);
        RowLayout wide = RowLayout.of(target.columns());
        return with(target, wide, cells -> cells.in(wide, defaults));
    }

    /** The same rows with columns under new names. */
    public SoftDeleteTable renamed(Map<String, String> names) {
        TableSchema target = CuratedTable.renamed(schema, names);
        if (target.equals(schema)) {
            return this;
        }
        RowLayout named = RowLayout.of(target.columns());
        return with(target, named, cells -> cells.named(named));
    }

    private SoftDeleteTable with(TableSchema target, RowLayout to, UnaryOperator<RowCells> change) {
        var changed = new TreeMap<MergeKey, StoredRow>();
        rows.forEach((key, row) -> changed.put(key, with(row, change)));
        return new SoftDeleteTable(target, to, changed);
    }

    private static StoredRow with(StoredRow row, UnaryOperator<RowCells> change) {
        if (row instanceof LiveRow live) {
            return new LiveRow(
                    live.key(),
                    live.position(),
                    live.lastKeyChange(),
                    live.overTransaction(),
                    change.apply(live.cells()));
        }
        Tombstone tombstone = (Tombstone) row;
        DeletedRow deleted = tombstone.deleted();
        return deleted == null
                ? tombstone
                : new Tombstone(
                        tombstone.key(),
                        tombstone.position(),
                        tombstone.lastKeyChange(),
                        new DeletedRow(change.apply(deleted.cells()), deleted.position(), deleted.time()));
    }

    /**
     * The table after a merge.
     *
     * @param floor tombstones below it that keep no row are given up (rule S12); null gives up none
     */
    public SoftDeleteTable apply(MergeResult.Merged result, @Nullable ChangePosition floor) {
        var next = new TreeMap<>(rows);
        result.upserts().forEach(row -> next.put(row.key(), row));
        result.tombstones().forEach(row -> next.put(row.key(), row));
        if (floor != null) {
            next.values()
                    .removeIf(row -> row instanceof Tombstone tombstone
                            && tombstone.deleted() == null
                            && row.position().compareTo(floor) < 0);
        }
        return new SoftDeleteTable(schema, layout, next);
    }

    /** The same table, whose schema allows null in each column where a row holds it. */
    public SoftDeleteTable withNullsAllowed() {
        var nulls = new BitSet();
        rows.values()
                .forEach(row -> shown(row).ifPresent(cells -> {
                    for (int i = 0; i < layout.size(); i++) {
                        if (cells.published(i) == null) {
                            nulls.set(i);
                        }
                    }
                }));
        List<Column> columns = new ArrayList<>(schema.columns());
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            columns.set(i, new Column(column.name(), column.type(), column.nullable() || nulls.get(i)));
        }
        return evolve(new TableSchema(schema.table(), columns, schema.primaryKey()), new LinkedHashMap<>());
    }

    private static Optional<RowCells> shown(StoredRow row) {
        return row instanceof LiveRow live
                ? Optional.of(live.cells())
                : ((Tombstone) row).deletedRow().map(DeletedRow::cells);
    }

    public TableSchema schema() {
        return schema;
    }

    /** For the merge: what is stored of a key. */
    public StoredRows storedRows() {
        return StoredRows.of(rows);
    }

    /** Live rows, deleted rows and tombstones in key order. */
    public Collection<StoredRow> entries() {
        return Collections.unmodifiableCollection(rows.values());
    }

    /** What readers see that pass deleted rows over, in key order. */
    public Stream<LiveRow> rows() {
        return rows.values().stream().filter(LiveRow.class::isInstance).map(LiveRow.class::cast);
    }

    /** Rows that are there, deleted ones not counted. */
    public long rowCount() {
        return rows().count();
    }

    /** Counts only: cell contents stay out of logs. */
    @Override
    public String toString() {
        return "table " + schema.table() + ": " + rowCount() + " rows of " + rows.size() + " keys";
    }
}
