package io.convergence.schema;

import static java.util.Objects.requireNonNull;

import io.convergence.TableId;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A table's columns in order and its key. Column names are unique and case-sensitive. An empty key means the table has none. */
public record TableSchema(TableId table, List<Column> columns, List<String> primaryKey) {
    public TableSchema {
        requireNonNull(table, "table");
        columns = List.copyOf(columns);
        primaryKey = List.copyOf(primaryKey);
        Set<String> names = new HashSet<>();
        for (Column column : columns) {
            if (!names.add(column.name())) {
                throw new IllegalArgumentException(
                        "Cannot describe table " + table + ": column '" + column.name() + "' is given twice.");
            }
        }
        for (String key : primaryKey) {
            if (!names.contains(key)) {
                throw new IllegalArgumentException(
                        "Cannot describe table " + table + ": key column '" + key + "' is not among its columns "
                                + names.stream().sorted().toList() + ".");
            }
        }
    }

    public Optional<Column> column(String name) {
        return columns.stream().filter(column -> column.name().equals(name)).findFirst();
    }

    /** The column's place from 0, or -1. */
    public int indexOf(String name) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(name)) {
                return i;
            }
        }

        return -1;
    }

    public List<String> columnNames() {
        return columns.stream().map(Column::name).toList();
    }
}
