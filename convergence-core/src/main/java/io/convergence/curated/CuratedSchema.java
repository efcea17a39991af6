package io.convergence.curated;

import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;

/** How published columns may change from one commit to the next (rule S15). */
public final class CuratedSchema {
    private CuratedSchema() {}

    /**
     * The columns to publish once rows of the given columns are to be merged: published columns stay where they are and
     * widen, new ones follow and are nullable, because rows from before have no value for them. A column the newer schema
     * lacks stays: its rows keep their values.
     *
     * @throws CuratedTableException if a column's types have no common wider type, or the key differs
     */
    public static TableSchema evolve(TableSchema published, TableSchema newer) {
        if (!published.table().equals(newer.table())) {
            throw new IllegalArgumentException(
                    "Cannot evolve table " + published.table() + " to the columns of " + newer.table() + ".");
        }
        if (!published.primaryKey().equals(newer.primaryKey())) {
            throw CuratedTableException.schema(
                    "the key of " + published.table() + " changes from " + published.primaryKey() + " to "
                            + newer.primaryKey() + ".",
                    "Reload the table.");
        }
        List<Column> columns = new ArrayList<>();
        for (Column column : published.columns()) {
            columns.add(newer.column(column.name())
                    .map(other -> widen(column, other))
                    .orElse(column));
        }
        for (Column column : newer.columns()) {
            if (published.indexOf(column.name()) < 0) {
                columns.add(Column.nullable(column.name(), column.type()));
            }
        }
        return new TableSchema(published.table(), columns, published.primaryKey());
    }

    private static Column widen(Column column, Column other) {
        DataType type = column.type()
                .widen(other.type())
                .orElseThrow(() -> CuratedTableException.schema(
                        "column '" + column.name() + "' is published as " + column.type() + " and becomes "
                                + other.type() + ", and no type holds both.",
                        "Reload the table, or map the column to text."));
        return new Column(column.name(), type, column.nullable() || other.nullable());
    }
}
