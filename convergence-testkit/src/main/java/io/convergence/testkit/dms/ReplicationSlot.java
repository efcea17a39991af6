package io.convergence.testkit.dms;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

/**
 * A publication and a logical slot, both of this stand-in alone. The slot is a temporary one: it ends with its
 * connection, so that a killed process does not make the server keep its log for ever.
 */
final class ReplicationSlot implements AutoCloseable {
    private static final Duration SLOT_GONE_WITHIN = Duration.ofSeconds(30);
    private static final Duration SLOT_POLL = Duration.ofMillis(2);

    private final PgDatabase database;
    private final Connection replication;
    private final String name = "convergence_" + UUID.randomUUID().toString().replace("-", "");
    private final List<String> publications = new ArrayList<>();
    private @Nullable String snapshot;
    private @Nullable PGReplicationStream stream;

    private ReplicationSlot(PgDatabase database, Connection replication) {
        this.database = database;
        this.replication = replication;
    }

    /** Creates both. Waits until transactions that run now have ended, as PostgreSQL demands for a new slot. */
    static ReplicationSlot create(PgDatabase database, Collection<CatalogTable> tables, LoadMode mode)
            throws SQLException {
        ReplicationSlot slot = new ReplicationSlot(database, database.connectForReplication());
        try {
            slot.publish(tables);
            slot.createSlot(mode);
            return slot;
        } catch (SQLException | RuntimeException e) {
            try {
                slot.close();
            } catch (SQLException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    /**
     * Publishing the updates of a table without replica identity makes PostgreSQL refuse them at the source: of such
     * tables only inserts are published.
     */
    private void publish(Collection<CatalogTable> tables) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            publish(
                    statement,
                    "_all",
                    "insert, update, delete, truncate",
                    tables.stream().filter(CatalogTable::updatesCanBePublished).toList());
            publish(
                    statement,
                    "_inserts",
                    "insert, truncate",
                    tables.stream()
                            .filter(table -> !table.updatesCanBePublished())
                            .toList());
        }
    }

    private void publish(Statement statement, String suffix, String operations, List<CatalogTable> members)
            throws SQLException {
        if (members.isEmpty()) {
            return;
        }

        String publication = name + suffix;
        statement.execute("CREATE PUBLICATION " + publication + " FOR TABLE "
                + members.stream()
                        .map(table -> "ONLY " + SqlNames.quote(table.id()))
                        .collect(Collectors.joining(", "))
                + " WITH (publish = '" + operations + "')");
        publications.add(publication);
    }

    private void createSlot(LoadMode mode) throws SQLException {
        String export = mode == LoadMode.SNAPSHOT ? "EXPORT_SNAPSHOT" : "NOEXPORT_SNAPSHOT";
        try (Statement statement = replication.createStatement();
                ResultSet result = statement.executeQuery(
                        "CREATE_REPLICATION_SLOT " + name + " TEMPORARY LOGICAL pgoutput " + export)) {
            if (!result.next()) {
                throw new StandInException(
                        "Cannot create replication slot '" + name + "': the server answered nothing.");
            }
            snapshot = result.getString("snapshot_name");
        }
    }

    /** The snapshot as of which capturing begins; valid until {@link #startStream}. */
    String snapshot() {
        if (snapshot == null) {
            throw new IllegalStateException("Cannot read as of the slot's snapshot: none was exported.");
        }
        return snapshot;
    }

    void startStream() throws SQLException {
        stream = replication
                .unwrap(PGConnection.class)
                .getReplicationAPI()
                .replicationStream()
                .logical()
                .withSlotName(name)
                .withSlotOption("proto_version", "1")
                .withSlotOption("publication_names", String.join(",", publications))
                .withSlotOption("messages", "true")
                .start();
    }

    /** The next message, or null if there is none yet. */
    @Nullable
    ByteBuffer poll() throws SQLException {
        return started().readPending();
    }

    /** Lets the server forget its log before this place. */
    void acknowledge(long lsn) {
        LogSequenceNumber place = LogSequenceNumber.valueOf(lsn);
        started().setAppliedLSN(place);
        started().setFlushedLSN(place);
    }

    private PGReplicationStream started() {
        if (stream == null) {
            throw new IllegalStateException("Cannot read changes: the stream is not started.");
        }
        return stream;
    }

    /** Closing the connection ends the stream and the temporary slot, however much the server still has to send. */
    @Override
    public void close() throws SQLException {
        replication.close();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            for (String publication : publications) {
                statement.execute("DROP PUBLICATION IF EXISTS " + publication);
            }
            awaitSlotGone(statement);
        }
    }

    private void awaitSlotGone(Statement statement) throws SQLException {
        long end = System.nanoTime() + SLOT_GONE_WITHIN.toNanos();
        while (slotExists(statement)) {
            if (System.nanoTime() - end > 0) {
                throw new StandInException(
                        "Cannot end the stand-in: its replication slot '" + name + "' is still there after "
                                + SLOT_GONE_WITHIN.toSeconds() + " s. Drop it with pg_drop_replication_slot.");
            }
            LockSupport.parkNanos(SLOT_POLL.toNanos());
        }
    }

    private boolean slotExists(Statement statement) throws SQLException {
        try (ResultSet rows =
                statement.executeQuery("SELECT 1 FROM pg_replication_slots WHERE slot_name = '" + name + "'")) {
            return rows.next();
        }
    }
}
