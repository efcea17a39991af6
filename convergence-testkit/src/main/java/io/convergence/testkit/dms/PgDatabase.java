package io.convergence.testkit.dms;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.ds.common.BaseDataSource;

/** Opens connections whose texts do not depend on the machine's or the server's settings. */
record PgDatabase(String url, String user, @Nullable String password) {
    /** Parameters of the URL that would win over what a connection here needs. */
    private static final Set<String> OWN_PARAMETERS = Set.of(
            PGProperty.REPLICATION.getName(),
            PGProperty.ASSUME_MIN_SERVER_VERSION.getName(),
            PGProperty.PREFER_QUERY_MODE.getName(),
            PGProperty.APPLICATION_NAME.getName(),
            PGProperty.USER.getName(),
            PGProperty.PASSWORD.getName());

    /** The styles that {@link CellConverter} reads. Money in locale C: with a sign of dollar and two digits. */
    private static final List<String> STYLES = List.of(
            "SET DateStyle = 'ISO, YMD'",
            "SET IntervalStyle = 'postgres'",
            "SET TimeZone = 'UTC'",
            "SET extra_float_digits = 1",
            "SET bytea_output = 'hex'",
            "SET lc_monetary = 'C'",
            "SET xmloption = 'content'");

    PgDatabase {
        url = withoutOwnParameters(url);
    }

    private static String withoutOwnParameters(String url) {
        int query = url.indexOf('?');
        if (query < 0) {
            return url;
        }

        String kept = Arrays.stream(url.substring(query + 1).split("&"))
                .filter(parameter -> !OWN_PARAMETERS.contains(parameter.split("=", 2)[0]))
                .collect(Collectors.joining("&"));
        return kept.isEmpty() ? url.substring(0, query) : url.substring(0, query + 1) + kept;
    }

    Connection connect() throws SQLException {
        return open(properties());
    }

    /** A connection that speaks the replication protocol as well. */
    Connection connectForReplication() throws SQLException {
        Properties properties = properties();
        PGProperty.REPLICATION.set(properties, "database");
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "10");
        PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
        Connection connection = open(properties);
        try (Statement statement = connection.createStatement()) {
            // The worker may be busy writing files for longer than the server waits for a sign of life.
            statement.execute("SET wal_sender_timeout = 0");
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        return connection;
    }

    DataSource dataSource() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url);
        source.setUser(user);
        if (password != null) {
            source.setPassword(password);
        }
        return source;
    }

    /**
     * Where a data source of pgjdbc leads.
     *
     * @throws StandInException if it is none of pgjdbc's
     */
    static PgDatabase of(DataSource source) {
        try {
            if (source instanceof BaseDataSource || source.isWrapperFor(BaseDataSource.class)) {
                BaseDataSource pg =
                        source instanceof BaseDataSource known ? known : source.unwrap(BaseDataSource.class);
                return new PgDatabase(pg.getURL(), pg.getUser() == null ? "" : pg.getUser(), pg.getPassword());
            }
        } catch (SQLException e) {
            throw notPgjdbc(source, e);
        }
        throw notPgjdbc(source, null);
    }

    private static StandInException notPgjdbc(DataSource source, @Nullable Throwable cause) {
        return new StandInException(
                "Cannot open a replication connection from a "
                        + source.getClass().getName()
                        + ": it does not tell URL and password. Give the JDBC URL, user and password instead.",
                cause);
    }

    private Connection open(Properties properties) throws SQLException {
        Connection connection = DriverManager.getConnection(url, properties);
        try (Statement statement = connection.createStatement()) {
            for (String style : STYLES) {
                statement.execute(style);
            }
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        return connection;
    }

    private Properties properties() {
        Properties properties = new Properties();
        PGProperty.USER.set(properties, user);
        if (password != null) {
            PGProperty.PASSWORD.set(properties, password);
        }
        PGProperty.APPLICATION_NAME.set(properties, "convergence-stand-in");
        return properties;
    }
}
