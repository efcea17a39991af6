package io.convergence.testkit.dms;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Touches the optional library; loaded only by {@link EmbeddedSource#start}. */
final class ZonkyServer implements EmbeddedSource.EmbeddedServer {
    private final EmbeddedPostgres postgres;

    private ZonkyServer(EmbeddedPostgres postgres) {
        this.postgres = postgres;
    }

    static EmbeddedSource.EmbeddedServer start() {
        try {
            return new ZonkyServer(EmbeddedPostgres.builder()
                    .setServerConfig("wal_level", "logical")
                    .setServerConfig("max_wal_senders", "20")
                    .setServerConfig("max_replication_slots", "20")
                    .setServerConfig("fsync", "off")
                    .setServerConfig("full_page_writes", "off")
                    .start());
        } catch (IOException | IllegalStateException e) {
            throw new StandInException(
                    "Cannot start an embedded PostgreSQL: " + e.getMessage()
                            + ". As root it needs user namespaces: where they are forbidden, run as an ordinary user.",
                    e);
        }
    }

    @Override
    public int port() {
        return postgres.getPort();
    }

    @Override
    public void close() {
        try {
            postgres.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
