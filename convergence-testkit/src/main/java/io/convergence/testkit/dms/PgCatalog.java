package io.convergence.testkit.dms;

import io.convergence.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads tables, columns and keys from the catalog. Not thread-safe. */
final class PgCatalog {
    private static final String TABLES = """
            SELECT c.oid, n.nspname, c.relname, c.relreplident::text
              FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind = 'r' AND c.relpersistence = 'p'
               AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%' AND c.relname NOT LIKE 'awsdms\\_%'
             ORDER BY n.nspname, c.relname
            """;
    private static final String COLUMNS = """
            SELECT a.attname, a.atttypid, a.atttypmod, a.attgenerated::text
              FROM pg_catalog.pg_attribute a
             WHERE a.attrelid = ? AND a.attnum > 0 AND NOT a.attisdropped
             ORDER BY a.attnum
            """;
    private static final String KEY = """
            SELECT a.attname
              FROM pg_catalog.pg_index i, unnest(i.indkey) WITH ORDINALITY AS k(attnum, place), pg_catalog.pg_attribute a
             WHERE i.indrelid = ? AND i.indisprimary AND k.place <= i.indnkeyatts
               AND a.attrelid = i.indrelid AND a.attnum = k.attnum
             ORDER BY k.place
            """;

    private final Connection connection;
    private final PgTypeCatalog types;

    PgCatalog(Connection connection) {
        this.connection = connection;
        this.types = new PgTypeCatalog(connection);
    }

    PgType type(int id, int modifier) throws SQLException {
        return types.resolve(id, modifier);
    }

    /** The tables of these names, in their order. */
    List<CatalogTable> tables(Collection<TableId> names) throws SQLException {
        Map<TableId, CatalogTable> found = new LinkedHashMap<>();
        record Row(int id, TableId name, char identity) {}

        List<Row> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(TABLES)) {
            while (result.next()) {
                TableId name = TableId.of(result.getString(2), result.getString(3));
                if (names.contains(name)) {
                    rows.add(new Row(
                            (int) result.getLong(1), name, result.getString(4).charAt(0)));
                }
            }
        }
        for (Row row : rows) {
            found.put(
                    row.name(),
                    new CatalogTable(
                            row.id(), row.name(), row.identity(), columns(row.id(), row.name()), primaryKey(row.id())));
        }

        List<CatalogTable> ordered = new ArrayList<>();
        for (TableId name : names) {
            CatalogTable table = found.get(name);
            if (table == null) {
                throw new StandInException(
                        "Cannot replicate table " + name
                                + ": the database has no ordinary, permanent table of that name. Create it before the stand-in starts.");
            }
            ordered.add(table);
        }
        return ordered;
    }

    private List<TableShape.SourceColumn> columns(int table, TableId name) throws SQLException {
        List<TableShape.SourceColumn> columns = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
            statement.setLong(1, Integer.toUnsignedLong(table));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    String column = rows.getString(1);
                    if (!rows.getString(4).isEmpty()) {
                        throw new StandInException(
                                "Cannot replicate table " + name + ": column '" + column
                                        + "' is generated, and logical replication does not carry generated columns. Leave the table out.");
                    }
                    columns.add(new TableShape.SourceColumn(column, type((int) rows.getLong(2), rows.getInt(3))));
                }
            }
        }
        return columns;
    }

    List<String> primaryKey(int table) throws SQLException {
        List<String> key = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(KEY)) {
            statement.setLong(1, Integer.toUnsignedLong(table));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    key.add(rows.getString(1));
                }
            }
        }
        return key;
    }
}
