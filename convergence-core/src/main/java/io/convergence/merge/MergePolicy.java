package io.convergence.merge;

import static java.util.Objects.requireNonNull;

import io.convergence.change.ChangePosition;
import io.convergence.schema.Column;
import io.convergence.schema.TableSchema;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one table's merge. Immutable; thread-safe.
 *
 * @param schema the columns to publish; changes of older, narrower types are widened to them
 * @param keyColumns names of the columns that tell rows apart
 * @param keyChanges how key changes show
 * @param keyUniqueness when the source makes sure of it
 * @param floorPosition tombstones below it were given up (rule S12); null while none was
 * @param loadEndTime by the source's clock, exclusive: every row of the full load was read before it; null if unknown, so
 *     that any change may be one the load had seen
 * @param runsByCounter runs whose changes follow their counter alone, as was declared, whatever their rows' order (rule S2)
 * @param deletedRows what becomes of deleted rows
 */
public record MergePolicy(
        TableSchema schema,
        List<String> keyColumns,
        KeyChanges keyChanges,
        KeyUniqueness keyUniqueness,
        @Nullable ChangePosition floorPosition,
        @Nullable Instant loadEndTime,
        Set<Instant> runsByCounter,
        DeletedRows deletedRows) {
    public MergePolicy {
        requireNonNull(schema, "schema");
        requireNonNull(keyChanges, "keyChanges");
        requireNonNull(keyUniqueness, "keyUniqueness");
        requireNonNull(deletedRows, "deletedRows");
        keyColumns = List.copyOf(keyColumns);
        runsByCounter = Set.copyOf(runsByCounter);
        if (keyColumns.isEmpty()) {
            throw new IllegalArgumentException("Cannot merge table " + schema.table()
                    + ": it has no key. Give the columns that tell its rows apart.");
        }
        for (String name : keyColumns) {
            if (schema.indexOf(name) < 0) {
                throw new IllegalArgumentException("Cannot merge table " + schema.table() + " by key column '" + name
                        + "': it is not among its columns " + schema.columnNames() + ".");
            }
        }
        if (new HashSet<>(keyColumns).size() != keyColumns.size()) {
            throw new IllegalArgumentException(
                    "Cannot merge table " + schema.table() + ": a key column is given twice in " + keyColumns + ".");
        }
    }

    /**
     * By the schema's primary key, with before-images of key changes, keys unique at commits, the end of the load unknown,
     * no tombstone given up yet, deleted rows removed.
     */
    public static MergePolicy of(TableSchema schema) {
        return new MergePolicy(
                schema,
                schema.primaryKey(),
                KeyChanges.BEFORE_IMAGES,
                KeyUniqueness.AT_COMMIT,
                null,
                null,
                Set.of(),
                DeletedRows.REMOVED);
    }

    public MergePolicy withKeyColumns(List<String> columns) {
        return new MergePolicy(
                schema, columns, keyChanges, keyUniqueness, floorPosition, loadEndTime, runsByCounter, deletedRows);
    }

    public MergePolicy withKeyChanges(KeyChanges changes) {
        return new MergePolicy(
                schema, keyColumns, changes, keyUniqueness, floorPosition, loadEndTime, runsByCounter, deletedRows);
    }

    public MergePolicy withKeyUniqueness(KeyUniqueness uniqueness) {
        return new MergePolicy(
                schema, keyColumns, keyChanges, uniqueness, floorPosition, loadEndTime, runsByCounter, deletedRows);
    }

    public MergePolicy withFloor(ChangePosition floor) {
        return new MergePolicy(
                schema,
                keyColumns,
                keyChanges,
                keyUniqueness,
                requireNonNull(floor, "floor"),
                loadEndTime,
                runsByCounter,
                deletedRows);
    }

    /**
     * With a bound of the time in which the load read its rows. Changes committed from then on are never taken for ones it
     * had seen. The last-modified time of the newest LOAD file is such a bound, plus what the clocks may differ by. It must
     * be the same for all merges of a generation.
     */
    public MergePolicy withLoadEnd(Instant end) {
        return new MergePolicy(
                schema,
                keyColumns,
                keyChanges,
                keyUniqueness,
                floorPosition,
                requireNonNull(end, "end"),
                runsByCounter,
                deletedRows);
    }

    /** With runs of which it was declared that the counter decides: row order and counter need not agree in their files. */
    public MergePolicy withRunsByCounter(Set<Instant> runs) {
        return new MergePolicy(
                schema, keyColumns, keyChanges, keyUniqueness, floorPosition, loadEndTime, runs, deletedRows);
    }

    /** Deleted rows stay, marked as deleted. It must be the same for all merges of a table. */
    public MergePolicy keepingDeletedRows() {
        return new MergePolicy(
                schema,
                keyColumns,
                keyChanges,
                keyUniqueness,
                floorPosition,
                loadEndTime,
                runsByCounter,
                DeletedRows.KEPT);
    }

    public Optional<ChangePosition> floor() {
        return Optional.ofNullable(floorPosition);
    }

    public Optional<Instant> loadEnd() {
        return Optional.ofNullable(loadEndTime);
    }

    List<Column> columns() {
        return schema.columns();
    }
}
