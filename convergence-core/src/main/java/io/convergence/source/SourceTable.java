package io.convergence.source;

import static java.util.Objects.requireNonNull;

import io.convergence.TableId;
import io.convergence.schema.TableSchema;
import java.util.List;
import java.util.Optional;

/**
 * A table as the source declares it. Column names are unique and case-sensitive. Immutable and thread-safe.
 *
 * @param id the name in the source, before DMS's transformations
 * @param primaryKey column names in the order of the key; empty if there is none
 * @param rowImages how much of the old row the source logs
 */
public record SourceTable(TableId id, List<SourceColumn> columns, List<String> primaryKey, RowImages rowImages) {
    public SourceTable {
        requireNonNull(id, "id");
        requireNonNull(rowImages, "rowImages");
        columns = List.copyOf(columns);
        primaryKey = List.copyOf(primaryKey);
        schemaOf(id, columns, primaryKey);
    }

    public static SourceTable of(TableId id, List<SourceColumn> columns, List<String> primaryKey, RowImages rowImages) {
        return new SourceTable(id, columns, primaryKey, rowImages);
    }

    public Optional<SourceColumn> column(String name) {
        return columns.stream().filter(column -> column.name().equals(name)).findFirst();
    }

    /** Names, DMS types and key, as they are before DMS's transformations. */
    public TableSchema toSchema() {
        return schemaOf(id, columns, primaryKey);
    }

    private static TableSchema schemaOf(TableId id, List<SourceColumn> columns, List<String> primaryKey) {
        return new TableSchema(id, columns.stream().map(SourceColumn::toColumn).toList(), primaryKey);
    }
}
