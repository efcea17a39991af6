package io.convergence.schema;

import static java.util.Objects.requireNonNull;

/** A column: its name in the case DMS writes it, its type, and whether the source allows null in it. */
public record Column(String name, DataType type, boolean nullable) {
    public Column {
        if (requireNonNull(name, "name").isEmpty()) {
            throw new IllegalArgumentException("Cannot make a column without a name.");
        }
        requireNonNull(type, "type");
    }

    public static Column nullable(String name, DataType type) {
        return new Column(name, type, true);
    }

    public static Column required(String name, DataType type) {
        return new Column(name, type, false);
    }

    @Override
    public String toString() {
        return name + " " + type + (nullable ? "" : " not null");
    }
}
