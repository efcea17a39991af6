package io.convergence.testkit.dms;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/** The database's types by object id; read again when an id is not known. Not thread-safe. */
final class PgTypeCatalog {
    private static final String TYPES = """
            SELECT t.oid, t.typname, t.typtype::text, t.typcategory::text, t.typbasetype, t.typtypmod
              FROM pg_catalog.pg_type t
            """;

    private final Connection connection;
    private final Map<Integer, Entry> types = new HashMap<>();

    private record Entry(String name, char kind, char category, int baseType, int baseModifier) {}

    PgTypeCatalog(Connection connection) {
        this.connection = connection;
    }

    /** The type of a column, domains followed down to what they are made of. */
    PgType resolve(int id, int modifier) throws SQLException {
        Entry entry = entry(id);
        int current = modifier;
        while (entry.kind() == 'd') {
            current = entry.baseModifier() == -1 ? current : entry.baseModifier();
            entry = entry(entry.baseType());
        }
        return new PgType(entry.name(), entry.kind(), entry.category(), current);
    }

    private Entry entry(int id) throws SQLException {
        Entry known = types.get(id);
        if (known != null) {
            return known;
        }

        load();
        Entry loaded = types.get(id);
        if (loaded == null) {
            throw new StandInException("Cannot replicate a column of type " + Integer.toUnsignedString(id)
                    + ": the database has no such type any more. Drop types only after the stand-in has caught up.");
        }
        return loaded;
    }

    private void load() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(TYPES)) {
            while (rows.next()) {
                types.put(
                        (int) rows.getLong(1),
                        new Entry(
                                rows.getString(2),
                                rows.getString(3).charAt(0),
                                rows.getString(4).charAt(0),
                                (int) rows.getLong(5),
                                rows.getInt(6)));
            }
        }
    }
}
