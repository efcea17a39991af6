package io.convergence.mapping;

import static java.util.Objects.requireNonNull;

import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.source.SourceColumn;

/**
 * A source column and what it is in the files.
 *
 * @param type the source's type, or what a change-data-type rule makes of it
 */
public record MappedColumn(SourceColumn source, String name, DataType type) {
    public MappedColumn {
        requireNonNull(source, "source");
        requireNonNull(name, "name");
        requireNonNull(type, "type");
    }

    public MappedColumn(SourceColumn source, String name) {
        this(source, name, source.type());
    }

    public Column toColumn() {
        return new Column(name, type, source.nullable());
    }
}
