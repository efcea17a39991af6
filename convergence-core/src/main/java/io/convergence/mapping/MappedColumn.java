package io.convergence.mapping;

import static java.util.Objects.requireNonNull;

import io.convergence.schema.Column;
import io.convergence.source.SourceColumn;

/** A source column and the name it has in the files. */
public record MappedColumn(SourceColumn source, String name) {
    public MappedColumn {
        requireNonNull(source, "source");
        requireNonNull(name, "name");
    }

    public Column toColumn() {
        return new Column(name, source.type(), source.nullable());
    }
}
