package io.convergence.source;

import io.convergence.TableId;
import io.convergence.source.PostgresTypes.CatalogType;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads tables, types, keys and replica identity from pg_catalog, in one query, so that all of it is of one moment. */
final class PostgresCatalog {
    /**
     * One row a column. Domains are followed down to the type they are made of; a domain's NOT NULL and default hold for the
     * column. A partitioned parent is left out: DMS reads its partitions. {@code identity_columns} are those of the index
     * whose columns are logged, where REPLICA IDENTITY names one.
     */
    private static final String COLUMNS = """
            WITH RECURSIVE resolved AS (
              SELECT a.attrelid, a.attnum, a.atttypid AS type, a.atttypmod AS typmod, a.attnotnull AS required, a.atthasdef AS has_default
                FROM pg_catalog.pg_attribute a
               WHERE a.attnum > 0 AND NOT a.attisdropped
              UNION ALL
              SELECT r.attrelid, r.attnum, t.typbasetype, CASE WHEN t.typtypmod <> -1 THEN t.typtypmod ELSE r.typmod END,
                     r.required OR t.typnotnull, r.has_default OR t.typdefault IS NOT NULL
                FROM resolved r JOIN pg_catalog.pg_type t ON t.oid = r.type AND t.typtype = 'd'
            )
            SELECT n.nspname, c.relname, c.relreplident::text AS relreplident,
                   coalesce(array_to_string(c.reloptions, ',') LIKE '%toast_tuple_target=%', false) AS own_toast_target,
                   a.attname, t.typname, t.typtype::text AS typtype, t.typcategory::text AS typcategory, t.typlen, r.typmod,
                   pg_catalog.format_type(r.type, r.typmod) AS native_type, r.required, r.has_default OR a.attidentity <> '' AS has_default,
                   (SELECT array_agg(k.attname::text ORDER BY p.place)
                      FROM pg_catalog.pg_index i, unnest(i.indkey) WITH ORDINALITY AS p(attnum, place), pg_catalog.pg_attribute k
                     WHERE i.indrelid = c.oid AND i.indisprimary AND p.place <= i.indnkeyatts
                       AND k.attrelid = c.oid AND k.attnum = p.attnum) AS primary_key,
                   (SELECT array_agg(k.attname::text)
                      FROM pg_catalog.pg_index i, unnest(i.indkey) WITH ORDINALITY AS p(attnum, place), pg_catalog.pg_attribute k
                     WHERE i.indrelid = c.oid AND i.indisreplident AND p.place <= i.indnkeyatts
                       AND k.attrelid = c.oid AND k.attnum = p.attnum) AS identity_columns
              FROM pg_catalog.pg_class c
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
              JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
              JOIN resolved r ON r.attrelid = a.attrelid AND r.attnum = a.attnum
              JOIN pg_catalog.pg_type t ON t.oid = r.type AND t.typtype <> 'd'
             WHERE c.relkind = 'r' AND c.relpersistence = 'p'
               AND c.relname NOT LIKE 'awsdms\\_%'
               AND CASE WHEN cardinality(?::text[]) = 0
                        THEN n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
                        ELSE n.nspname = ANY (?::text[]) END
             ORDER BY n.nspname, c.relname, a.attnum
            """;

    private final Connection connection;
    private final SourceOptions options;

    PostgresCatalog(Connection connection, SourceOptions options) {
        this.connection = connection;
        this.options = options;
    }

    SourceSchema read() throws SQLException {
        Map<TableId, TableRows> tables = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
            Array schemas = connection.createArrayOf("text", options.schemas().toArray());
            statement.setArray(1, schemas);
            statement.setArray(2, schemas);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    TableId id = TableId.of(rows.getString("nspname"), rows.getString("relname"));
                    TableRows table = tables.get(id);
                    if (table == null) {
                        List<String> key = names(rows.getArray("primary_key"));
                        table = new TableRows(
                                key,
                                images(rows.getString("relreplident"), key, names(rows.getArray("identity_columns"))),
                                new ArrayList<>());
                        tables.put(id, table);
                    }
                    table.columns().add(column(rows));
                }
            }
        }

        List<SourceTable> found = new ArrayList<>();
        tables.forEach(
                (id, rows) -> found.add(new SourceTable(id, rows.columns(), rows.primaryKey(), rows.rowImages())));
        return new SourceSchema(SourceEngine.POSTGRESQL, found);
    }

    private SourceColumn column(ResultSet row) throws SQLException {
        CatalogType type = new CatalogType(
                row.getString("typname"),
                row.getString("typtype").charAt(0),
                row.getString("typcategory").charAt(0),
                row.getInt("typlen"),
                row.getInt("typmod"));
        boolean fixedWidth = type.fixedBytes() > 0;
        // A table may ask for values to be moved out of far smaller rows: then no size below the pointer's is safe.
        boolean movedEarly = !fixedWidth && row.getBoolean("own_toast_target");
        return new SourceColumn(
                row.getString("attname"),
                PostgresTypes.toDms(type, options),
                !row.getBoolean("required"),
                nativeType(type, row.getString("native_type")),
                movedEarly ? SourceColumn.UNBOUNDED : PostgresTypes.maxBytes(type),
                fixedWidth,
                row.getBoolean("has_default"));
    }

    private static String nativeType(CatalogType type, String formatted) {
        return switch (type.kind()) {
            case 'e' -> "enum " + formatted;
            case 'c' -> "composite " + formatted;
            default -> formatted;
        };
    }

    private static RowImages images(String replicaIdentity, List<String> primaryKey, List<String> identityColumns) {
        return switch (replicaIdentity) {
            case "f" -> RowImages.FULL;
            case "n" -> RowImages.NONE;
            // The columns of a unique index: of use only if the key is among them.
            case "i" ->
                !primaryKey.isEmpty() && identityColumns.containsAll(primaryKey) ? RowImages.KEY_ONLY : RowImages.NONE;
            default -> primaryKey.isEmpty() ? RowImages.NONE : RowImages.KEY_ONLY;
        };
    }

    private static List<String> names(@Nullable Array array) throws SQLException {
        return array == null ? List.of() : List.of((String[]) array.getArray());
    }

    private record TableRows(List<String> primaryKey, RowImages rowImages, List<SourceColumn> columns) {}
}
