package io.convergence.merge;

import static java.util.Objects.requireNonNull;

import io.convergence.change.ChangePosition;
import io.convergence.schema.Column;
import io.convergence.schema.TableSchema;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one table's merge. Immutable; thread-safe.
 *
 * @param schema the columns to publish; changes of older, narrower types are widened to them
 * @param keyColumns names of the columns that tell rows apart
 * @param keyChanges how key changes show
 * @param floorPosition tombstones below it were given up (rule S12); null while none was
 */
public record MergePolicy(
        TableSchema schema,
        List<String> keyColumns,
        KeyChanges keyChanges,
        @Nullable ChangePosition floorPosition) {
    public MergePolicy {
        requireNonNull(schema, "schema");
        requireNonNull(keyChanges, "keyChanges");
        keyColumns = List.copyOf(keyColumns);
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

    /** By the schema's primary key, with before-images of key changes, no tombstone given up yet. */
    public static MergePolicy of(TableSchema schema) {
        return new MergePolicy(schema, schema.primaryKey(), KeyChanges.BEFORE_IMAGES, null);
    }

    public MergePolicy withKeyColumns(List<String> columns) {
        return new MergePolicy(schema, columns, keyChanges, floorPosition);
    }

    public MergePolicy withKeyChanges(KeyChanges changes) {
        return new MergePolicy(schema, keyColumns, changes, floorPosition);
    }

    public MergePolicy withFloor(ChangePosition floor) {
        return new MergePolicy(schema, keyColumns, keyChanges, requireNonNull(floor, "floor"));
    }

    public Optional<ChangePosition> floor() {
        return Optional.ofNullable(floorPosition);
    }

    List<Column> columns() {
        return schema.columns();
    }
}
