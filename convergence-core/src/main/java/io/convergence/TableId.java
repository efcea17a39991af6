package io.convergence;

import static java.util.Objects.requireNonNull;

/**
 * The name of a table as it stands in the landing zone: {@code schema} and {@code table} after DMS's
 * transformations, in the case DMS wrote them. For MySQL and MariaDB the schema is the database name.
 */
public record TableId(String schema, String name) implements Comparable<TableId> {
    public TableId {
        requireNonNull(schema, "schema");
        requireNonNull(name, "name");
        if (schema.isEmpty() || name.isEmpty()) {
            throw new IllegalArgumentException(
                    "Cannot name a table '" + schema + "." + name + "': schema and table must not be empty.");
        }
    }

    public static TableId of(String schema, String name) {
        return new TableId(schema, name);
    }

    /**
     * Reads {@code schema.table}; the first dot separates, so a schema that holds a dot needs {@link #of}.
     *
     * @throws IllegalArgumentException if the text has no dot, or an empty part
     */
    public static TableId parse(String text) {
        int dot = requireNonNull(text, "text").indexOf('.');
        if (dot <= 0 || dot == text.length() - 1) {
            throw new IllegalArgumentException("Cannot parse table name '" + text
                    + "': it is not of the form schema.table. Write e.g. public.orders.");
        }

        return new TableId(text.substring(0, dot), text.substring(dot + 1));
    }

    @Override
    public int compareTo(TableId other) {
        int bySchema = schema.compareTo(other.schema);
        return bySchema != 0 ? bySchema : name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return schema + "." + name;
    }
}
