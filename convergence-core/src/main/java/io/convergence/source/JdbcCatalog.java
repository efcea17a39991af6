package io.convergence.source;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Chooses the catalog reader by what the driver says it is connected to. */
final class JdbcCatalog {
    private JdbcCatalog() {}

    static SourceSchema read(DataSource dataSource, SourceOptions options) {
        try (Connection connection = dataSource.getConnection()) {
            String product = connection.getMetaData().getDatabaseProductName();
            if (!"PostgreSQL".equals(product)) {
                throw new UnsupportedOperationException("Cannot read the schema of a '" + product
                        + "' database through JDBC: only PostgreSQL can be read so far. "
                        + "Describe the tables in JSON and use SourceSchema.parse, or build SourceSchema by hand.");
            }

            return new PostgresCatalog(connection, options).read();
        } catch (SQLException e) {
            throw new SourceAccessException(
                    "Cannot read the schema of the source database: " + e.getMessage()
                            + " Check that the database is reachable and that the user may read pg_catalog.",
                    e);
        }
    }
}
