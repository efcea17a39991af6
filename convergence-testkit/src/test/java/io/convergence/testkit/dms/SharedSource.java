package io.convergence.testkit.dms;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One PostgreSQL for all test classes of the JVM, stopped with the last of them; each test works in a schema of its own. */
final class SharedSource implements BeforeAllCallback {
    private EmbeddedSource source;

    @Override
    public void beforeAll(ExtensionContext context) {
        source = context.getRoot()
                .getStore(ExtensionContext.Namespace.create(SharedSource.class))
                .getOrComputeIfAbsent("source", key -> new Closing(EmbeddedSource.start()), Closing.class)
                .source();
    }

    private record Closing(EmbeddedSource source) implements AutoCloseable {
        @Override
        public void close() {
            source.close();
        }
    }

    EmbeddedSource source() {
        return source;
    }

    void execute(String... statements) throws SQLException {
        try (Connection connection = source.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** All statements in one transaction. */
    void inTransaction(String... statements) throws SQLException {
        try (Connection connection = source.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (String sql : statements) {
                statement.execute(sql);
            }
            connection.commit();
        }
    }

    List<List<String>> query(String sql) throws SQLException {
        try (Connection connection = source.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<List<String>> rows = new ArrayList<>();
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    row.add(result.getString(i));
                }
                rows.add(row);
            }
            return rows;
        }
    }
}
