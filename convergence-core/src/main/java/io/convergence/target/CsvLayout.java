package io.convergence.target;

import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The columns of headerless CSV rows in their order: source columns, those of add-column rules, before-images (DMS guide, S3
 * target; the order was seen in real files). {@code Op} and the timestamp column, which stand before them, are not
 * among them. Immutable and thread-safe.
 */
public record CsvLayout(List<Column> columns) {
    public CsvLayout {
        columns = List.copyOf(columns);
        if (columns.isEmpty()) {
            throw new IllegalArgumentException("Cannot describe CSV rows without columns: give at least one.");
        }
        Set<String> names = new HashSet<>();
        for (Column column : columns) {
            if (!names.add(column.name())) {
                throw new IllegalArgumentException(
                        "Cannot describe CSV rows: column '" + column.name() + "' is given twice.");
            }
        }
    }

    /** A table's columns, followed by text columns such as the change sequence. */
    public static CsvLayout of(TableSchema schema, String... furtherText) {
        List<Column> columns = new ArrayList<>(schema.columns());
        for (String name : furtherText) {
            columns.add(Column.nullable(name, DataType.of(DataType.Kind.STRING)));
        }

        return new CsvLayout(columns);
    }

    /** Number of columns, without {@code Op} and timestamp. */
    public int width() {
        return columns.size();
    }
}
