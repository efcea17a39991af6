package io.convergence.mapping;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which objects of the source a rule is about. Names are patterns, see {@link Wildcard}, except in explicit selections.
 * Immutable and thread-safe.
 *
 * @param schemaName for MySQL and MariaDB the database
 * @param tableName null where the rule is about a schema
 * @param columnName null where the rule is not about columns
 * @param otherKeys what else the rule's locator holds: JSON text by key, kept as it was read
 */
public record ObjectLocator(
        String schemaName,
        @Nullable String tableName,
        @Nullable String columnName,
        Map<String, String> otherKeys) {
    public ObjectLocator {
        requireNonNull(schemaName, "schemaName");
        otherKeys = Map.copyOf(otherKeys);
    }

    public static ObjectLocator ofSchema(String schemaName) {
        return new ObjectLocator(schemaName, null, null, Map.of());
    }

    public static ObjectLocator ofTable(String schemaName, String tableName) {
        return new ObjectLocator(schemaName, requireNonNull(tableName, "tableName"), null, Map.of());
    }

    public static ObjectLocator ofColumn(String schemaName, String tableName, String columnName) {
        return new ObjectLocator(
                schemaName, requireNonNull(tableName, "tableName"), requireNonNull(columnName, "columnName"), Map.of());
    }

    public Optional<String> table() {
        return Optional.ofNullable(tableName);
    }

    public Optional<String> column() {
        return Optional.ofNullable(columnName);
    }

    boolean matchesSchema(String schema) {
        return Wildcard.of(schemaName).matches(schema);
    }

    /** A locator without a table is about all of them. */
    public boolean matchesTable(String schema, String table) {
        return matchesSchema(schema)
                && (tableName == null || Wildcard.of(tableName).matches(table));
    }

    boolean matchesColumn(String schema, String table, String column) {
        return matchesTable(schema, table)
                && columnName != null
                && Wildcard.of(columnName).matches(column);
    }
}
