package io.convergence.mapping;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which objects of the source a rule is about. Names are patterns, see {@link Wildcard}, except in explicit selections and
 * table-settings. Immutable and thread-safe.
 *
 * @param schemaName for MySQL, MariaDB, MongoDB and DocumentDB the database
 * @param tableName null where the rule is about a schema
 * @param columnName null where the rule is not about columns
 * @param tableTablespaceName Oracle; null where the rule is not about tablespaces of tables
 * @param indexTablespaceName Oracle; null where the rule is not about tablespaces of indexes
 * @param dataType only columns of this DMS type, e.g. {@code clob}; null for all types
 * @param otherKeys what else the rule's locator holds: JSON text by key, kept as it was read
 */
public record ObjectLocator(
        String schemaName,
        @Nullable String tableName,
        @Nullable String columnName,
        @Nullable String tableTablespaceName,
        @Nullable String indexTablespaceName,
        @Nullable String dataType,
        Map<String, String> otherKeys) {
    public ObjectLocator {
        requireNonNull(schemaName, "schemaName");
        otherKeys = Map.copyOf(otherKeys);
    }

    public static ObjectLocator ofSchema(String schemaName) {
        return new ObjectLocator(schemaName, null, null, null, null, null, Map.of());
    }

    public static ObjectLocator ofTable(String schemaName, String tableName) {
        return new ObjectLocator(schemaName, requireNonNull(tableName, "tableName"), null, null, null, null, Map.of());
    }

    public static ObjectLocator ofColumn(String schemaName, String tableName, String columnName) {
        return new ObjectLocator(
                schemaName,
                requireNonNull(tableName, "tableName"),
                requireNonNull(columnName, "columnName"),
                null,
                null,
                null,
                Map.of());
    }

    public Optional<String> table() {
        return Optional.ofNullable(tableName);
    }

    public Optional<String> column() {
        return Optional.ofNullable(columnName);
    }

    /** Whether the patterns fit a table's names, in their own case; a locator without a table is about all of them. */
    public boolean matchesTable(String schema, String table) {
        return Wildcard.of(schemaName).matches(schema)
                && (tableName == null || Wildcard.of(tableName).matches(table));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(schemaName);
        table().ifPresent(name -> text.append('.').append(name));
        column().ifPresent(name -> text.append('.').append(name));
        if (dataType != null) {
            text.append(" of type ").append(dataType);
        }
        return text.toString();
    }
}
