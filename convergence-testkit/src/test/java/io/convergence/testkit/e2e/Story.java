package io.convergence.testkit.e2e;

import io.convergence.TableId;
import io.convergence.pipeline.Convergence;
import io.convergence.pipeline.LakeTable;
import io.convergence.pipeline.MergeOptions;
import io.convergence.pipeline.ProgressListener;
import io.convergence.pipeline.TableResult;
import io.convergence.reconcile.JdbcSourceRows;
import io.convergence.reconcile.Reconciler;
import io.convergence.reconcile.Reconciliation;
import io.convergence.schema.TableSchema;
import io.convergence.source.NullSuspicion;
import io.convergence.source.SourceSchema;
import io.convergence.source.SourceTable;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import io.convergence.store.WriteCondition;
import io.convergence.target.ReplicationSpec;
import io.convergence.testkit.dms.DmsStandIn;
import io.convergence.testkit.dms.EmbeddedSource;
import io.convergence.testkit.dms.LoadMode;
import io.convergence.testkit.dms.StandInProgress;
import io.convergence.testkit.dms.StandInReport;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A small shop's day in a real PostgreSQL, replicated as DMS would: all the changes that break naive merges. */
final class Story {
    static final TableId CUSTOMERS = TableId.of("public", "customers");
    static final TableId ITEMS = TableId.of("public", "items");

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration BATCH = Duration.ofMillis(20);

    private final EmbeddedSource source;

    /** What the story left behind. */
    record Landed(ReplicationSpec spec, SourceSchema schema, ObjectStore raw, StandInReport report) {}

    Story(EmbeddedSource source) {
        this.source = source;
    }

    void execute(String... statements) throws SQLException {
        try (Connection connection = source.dataSource().getConnection();
                Statement sql = connection.createStatement()) {
            for (String statement : statements) {
                sql.execute(statement);
            }
        }
    }

    private void together(String... statements) throws SQLException {
        try (Connection connection = source.dataSource().getConnection();
                Statement sql = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (String statement : statements) {
                sql.execute(statement);
            }
            connection.commit();
        }
    }

    private void rolledBack(String... statements) throws SQLException {
        try (Connection connection = source.dataSource().getConnection();
                Statement sql = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (String statement : statements) {
                sql.execute(statement);
            }
            connection.rollback();
        }
    }

    /** Tells it once. */
    Landed tell(LoadMode mode, UnaryOperator<ReplicationSpec.Builder> settings) throws SQLException {
        execute(
                "DROP TABLE IF EXISTS customers, items",
                "CREATE TABLE customers (id bigint PRIMARY KEY, nick varchar(6), vip boolean NOT NULL, bio text NOT NULL)",
                "ALTER TABLE customers ALTER COLUMN bio SET STORAGE EXTERNAL",
                "INSERT INTO customers SELECT i, 'n' || i, i % 2 = 0, repeat(md5(i::text), 80) FROM generate_series(1, 60) i",
                "CREATE TABLE items (order_id bigint, line int, price numeric(10,2), made timestamptz NOT NULL, PRIMARY KEY (order_id, line))",
                "INSERT INTO items SELECT i, l, i / 3.0, timestamptz '2024-03-31 00:30+00' + i * interval '7 min' FROM generate_series(1, 40) i, generate_series(1, 2) l");
        SourceSchema before = SourceSchema.fromJdbc(source.dataSource());
        ReplicationSpec spec = settings.apply(ReplicationSpec.lakeReady("bucket", "raw")
                        .sourceSchema(before)
                        .tableMappings(mappings -> mappings.include("public", "%")))
                .build();
        // Real time: the names of DMS's files and the times of their storage must agree.
        var store = new InMemoryObjectStore(Instant::now);
        StandInProgress meanwhile = new StandInProgress() {
            @Override
            public void loadStarted(TableId table) {
                try {
                    if (table.equals(CUSTOMERS)) {
                        // Captured already and read by the load as well: DMS writes it again over the LOAD rows.
                        execute(
                                "UPDATE customers SET vip = NOT vip WHERE id BETWEEN 1 AND 5",
                                "DELETE FROM customers WHERE id = 6");
                        execute(
                                "UPDATE customers SET id = 1007 WHERE id = 7",
                                "INSERT INTO customers VALUES (2001, 'new', true, 'short')");
                    }
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
        try (DmsStandIn dms = DmsStandIn.builder()
                .spec(spec)
                .database(source)
                .store(store)
                .loadMode(mode)
                .batchInterval(BATCH)
                .loadFileRows(25)
                .progress(meanwhile)
                .build()) {
            dms.start();
            dms.awaitFullLoad(PATIENCE);
            day(dms);
            dms.awaitCaptured(PATIENCE);
            dms.stop();
            return new Landed(spec, SourceSchema.fromJdbc(source.dataSource()), store, dms.report());
        }
    }

    private void day(DmsStandIn dms) throws SQLException {
        execute(
                "UPDATE customers SET vip = NOT vip WHERE id IN (10, 11)",
                "UPDATE customers SET nick = NULL WHERE id = 12");
        dms.awaitCaughtUp(PATIENCE);
        execute(
                "UPDATE customers SET nick = 'second' WHERE id = 10",
                "UPDATE customers SET bio = repeat('x', 2500) WHERE id = 13");
        execute("DELETE FROM customers WHERE id IN (20, 21)", "DELETE FROM items WHERE order_id = 3");
        dms.awaitCaughtUp(PATIENCE);
        together(
                "INSERT INTO customers VALUES (3001, 'a', true, 'one')",
                "UPDATE customers SET nick = 'b' WHERE id = 3001",
                "DELETE FROM customers WHERE id = 3001",
                "INSERT INTO customers VALUES (3001, 'c', false, 'two')",
                "UPDATE customers SET nick = 'd' WHERE id = 3001");
        together("DELETE FROM items WHERE order_id = 4", "INSERT INTO items VALUES (4, 1, 9.99, now())");
        rolledBack("UPDATE customers SET nick = 'never'", "DELETE FROM items");
        dms.awaitCaughtUp(PATIENCE);
        execute("UPDATE customers SET id = 1030 WHERE id = 30", "UPDATE customers SET vip = NOT vip WHERE id = 1030");
        execute("ALTER TABLE items ADD COLUMN note varchar(5)", "UPDATE items SET note = 'late' WHERE order_id = 8");
        dms.awaitCaughtUp(PATIENCE);
        execute(
                "UPDATE customers SET nick = 'third' WHERE id = 10",
                "UPDATE items SET price = price + 1 WHERE order_id BETWEEN 10 AND 15");
        execute("DELETE FROM customers WHERE id = 22", "INSERT INTO customers VALUES (22, 'back', true, 'again')");
    }

    static Convergence lake(Landed landed, ObjectStore raw, ObjectStore lake) {
        return Convergence.builder()
                .spec(landed.spec())
                .schema(landed.schema())
                .store(raw)
                .lake(lake)
                .build();
    }

    static TableResult merge(LakeTable table) {
        return table.merge(MergeOptions.defaults().declareComplete(), ProgressListener.none());
    }

    /** Compares a published table with PostgreSQL as it is now. */
    Reconciliation compare(Landed landed, LakeTable table) {
        return compare(landed, table, rows -> rows);
    }

    Reconciliation compare(Landed landed, LakeTable table, UnaryOperator<JdbcSourceRows> reading) {
        SourceTable declared = landed.schema().table(table.id()).orElseThrow();
        TableSchema columns = declared.toSchema();
        var unseen = new HashSet<>(
                NullSuspicion.of(landed.schema().engine(), declared).suspect());
        var rows = reading.apply(
                JdbcSourceRows.of(source.dataSource(), columns, landed.spec().lobMaxSize()));
        return Reconciler.create().unknownOnNull(unseen).compare(rows, table.published());
    }

    static List<List<@Nullable Object>> published(LakeTable table) {
        try (Stream<List<@Nullable Object>> rows = table.published().rows()) {
            return rows.toList();
        }
    }

    /** Copies objects with their times of storage. */
    static void copy(ObjectStore from, InMemoryObjectStore to, SettableTime time, List<ObjectStat> objects) {
        for (ObjectStat object : objects) {
            time.set(object.lastModified());
            to.put(object.key(), from.get(object.key()).orElseThrow().content(), WriteCondition.none());
        }
    }

    /** Raw files of a table in key order. */
    static List<ObjectStat> files(ObjectStore store, TableId table, Consumer<ObjectStat> each) {
        try (Stream<ObjectStat> objects = store.listAll("raw/" + table.schema() + "/" + table.name() + "/")) {
            List<ObjectStat> all = objects.toList();
            all.forEach(each);
            return all;
        }
    }

    /** A store's clock that tests set. */
    static final class SettableTime implements java.time.InstantSource {
        private Instant now = Instant.EPOCH;

        void set(Instant instant) {
            now = instant;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
