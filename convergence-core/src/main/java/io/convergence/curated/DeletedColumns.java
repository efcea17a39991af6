package io.convergence.curated;

import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The names of the columns that a table with soft delete has after its own. Immutable; thread-safe.
 *
 * @param deleted true if the row was deleted at the source
 * @param deletedAt when its delete was committed; null for rows that are there, and where it is not known: the files have
 *     no timestamp column, or a reload no longer had the row
 */
public record DeletedColumns(String deleted, String deletedAt) {
    public static final String DEFAULT_DELETED = "_deleted";
    public static final String DEFAULT_DELETED_AT = "_deleted_at";

    public DeletedColumns {
        if (deleted.isEmpty()
                || deletedAt.isEmpty()
                || deleted.toLowerCase(Locale.ROOT).equals(deletedAt.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("Cannot name the columns of soft delete '" + deleted + "' and '"
                    + deletedAt + "': each needs a name of its own, whatever its case.");
        }
    }

    /** {@value #DEFAULT_DELETED} and {@value #DEFAULT_DELETED_AT}. */
    public static DeletedColumns defaults() {
        return new DeletedColumns(DEFAULT_DELETED, DEFAULT_DELETED_AT);
    }

    /**
     * The columns of data files.
     *
     * @throws CuratedTableException if one of these has the name of a column of the table
     */
    List<Column> after(List<Column> own, TableSchema schema) {
        List<Column> columns = new ArrayList<>(own);
        columns.add(Column.required(deleted, DataType.of(DataType.Kind.BOOLEAN)));
        columns.add(Column.nullable(deletedAt, DataType.datetime(6)));
        LogColumns.requireDifferent(schema, columns, "soft delete", "DeletedColumns");
        return columns;
    }
}
