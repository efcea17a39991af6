package io.convergence.testkit.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.Finding;
import io.convergence.TableId;
import io.convergence.pipeline.Convergence;
import io.convergence.pipeline.LakeTable;
import io.convergence.pipeline.TableResult;
import io.convergence.pipeline.TableState;
import io.convergence.reconcile.Loss;
import io.convergence.reconcile.LossyCase;
import io.convergence.reconcile.Reconciliation;
import io.convergence.source.SourceSchema;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.target.CompressionType;
import io.convergence.target.CsvForm;
import io.convergence.target.DataFormat;
import io.convergence.target.ReplicationSpec;
import io.convergence.target.S3TargetSettings;
import io.convergence.testkit.dms.DmsStandIn;
import io.convergence.testkit.dms.EmbeddedSource;
import io.convergence.testkit.dms.StandInProgress;
import io.convergence.testkit.e2e.Story.Landed;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** S19 for CSV and transaction files: the lake equals the source, and what CSV cannot say is reported. */
class CsvLakeTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final TableId ORDERS = TableId.of("shop", "orders");
    private static final TableId LINES = TableId.of("shop", "lines");
    private static EmbeddedSource source;
    private static Story story;

    @BeforeAll
    static void start() {
        source = EmbeddedSource.start();
        story = new Story(source);
    }

    @AfterAll
    static void stop() {
        source.close();
    }

    private static Landed replicate(Consumer<S3TargetSettings.Builder> settings, String... changes)
            throws SQLException {
        ReplicationSpec spec = ReplicationSpec.lakeReady("bucket", "raw")
                .sourceSchema(SourceSchema.fromJdbc(source.dataSource(), options -> options.schemas("shop")))
                .tableMappings(mappings -> mappings.include("shop", "%"))
                .settings(settings)
                .build();
        var store = new InMemoryObjectStore(Instant::now);
        StandInProgress meanwhile = new StandInProgress() {
            @Override
            public void loadStarted(TableId table) {
                try {
                    if (table.equals(ORDERS)) {
                        story.execute(
                                "UPDATE shop.orders SET note = 'while loading' WHERE id = 1",
                                "DELETE FROM shop.orders WHERE id = 2");
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
                .batchInterval(Duration.ofMillis(50))
                .loadFileRows(25)
                .progress(changes.length > 3 ? meanwhile : new StandInProgress() {})
                .build()) {
            dms.start();
            dms.awaitFullLoad(PATIENCE);
            for (String change : changes) {
                story.execute(change);
                dms.awaitCaughtUp(PATIENCE);
            }
            dms.awaitCaptured(PATIENCE);
            dms.stop();
            return new Landed(
                    spec,
                    SourceSchema.fromJdbc(source.dataSource(), options -> options.schemas("shop")),
                    store,
                    dms.report());
        }
    }

    private static Convergence lake(Landed landed) {
        return Convergence.builder()
                .spec(landed.spec())
                .store(landed.raw())
                .lake(new InMemoryObjectStore(Instant::now))
                .build();
    }

    private static Reconciliation compare(Landed landed, LakeTable table) {
        return story.compare(
                landed, table, rows -> rows.csv(CsvForm.from(landed.spec().settings())));
    }

    private static List<String> names(Landed landed) {
        try (Stream<ObjectStat> objects = landed.raw().listAll("raw/")) {
            return objects.map(ObjectStat::key).toList();
        }
    }

    static Stream<Arguments> forms() {
        return Stream.of(
                form("CSV with a null marker", ".csv", s -> s.csv(c -> c.nullValue("NULL"))),
                form(
                        "gzip CSV with header, other delimiter and a marker of what is not logged",
                        ".csv.gz",
                        s -> s.compressionType(CompressionType.GZIP)
                                .csv(c -> c.addColumnName()
                                        .delimiter("|")
                                        .nullValue("NULL")
                                        .noSupValue("NOT LOGGED"))),
                form(
                        "transaction files",
                        "CDC_TXN-",
                        s -> s.withoutDatePartition()
                                .csv(c -> c.nullValue("NULL"))
                                .cdc(c -> c.preserveTransactions("txn"))));
    }

    private static Arguments form(String name, String inNames, Consumer<S3TargetSettings.Builder> settings) {
        return Arguments.of(name, inNames, settings);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forms")
    void s19TheLakeEqualsTheSource(String name, String inNames, Consumer<S3TargetSettings.Builder> form)
            throws SQLException {
        story.execute(
                "DROP SCHEMA IF EXISTS shop CASCADE",
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.orders (id bigint PRIMARY KEY, note varchar(40), total numeric(12,2), ratio double precision,"
                        + " made timestamptz NOT NULL, day date, body text)",
                "ALTER TABLE shop.orders ALTER body SET STORAGE EXTERNAL",
                "INSERT INTO shop.orders SELECT i, CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN 'a,\"b\"|c' WHEN 3 THEN E'line\\nend' ELSE 'ü' || i END,"
                        + " i / 7.0, i / 3.0, timestamptz '2024-03-31 00:30+00' + i * interval '7 min', date '2024-01-01' + i, repeat(md5(i::text), i % 3 * 60)"
                        + " FROM generate_series(1, 60) i",
                "CREATE TABLE shop.lines (order_id bigint, line int, flag boolean, PRIMARY KEY (order_id, line))",
                "INSERT INTO shop.lines SELECT i, l, i % 2 = 0 FROM generate_series(1, 30) i, generate_series(1, 2) l");

        Landed landed = replicate(
                settings -> form.accept(settings.dataFormat(DataFormat.CSV)),
                "UPDATE shop.orders SET note = 'second' WHERE id BETWEEN 10 AND 14",
                "UPDATE shop.orders SET total = total + 1 WHERE id BETWEEN 12 AND 20",
                "UPDATE shop.orders SET id = 1030 WHERE id = 30",
                "BEGIN; DELETE FROM shop.lines WHERE order_id = 3; INSERT INTO shop.lines VALUES (3, 9, NULL);"
                        + " DELETE FROM shop.orders WHERE id = 3; INSERT INTO shop.orders VALUES (3, 'again', 1, NULL, now(), NULL, NULL); COMMIT",
                "UPDATE shop.orders SET note = '' WHERE id = 40",
                "DELETE FROM shop.orders WHERE id IN (21, 22)",
                "UPDATE shop.lines SET flag = NOT flag WHERE line = 1");
        Convergence lake = lake(landed);

        assertThat(names(landed)).anyMatch(key -> key.contains(inNames)).noneMatch(key -> key.endsWith(".parquet"));
        for (TableId id : List.of(ORDERS, LINES)) {
            TableResult result = Story.merge(lake.table(id));
            Reconciliation answer = compare(landed, lake.table(id));

            assertThat(result.state()).as("%s: %s", id, result).isEqualTo(TableState.PUBLISHED);
            assertThat(answer.differences()).as("differences of %s", id).isEmpty();
            assertThat(answer.lakeRows()).as("rows of %s", id).isEqualTo(id.equals(ORDERS) ? 57 : 59);
            assertThat(Story.merge(lake.table(id)).state()).as("again").isEqualTo(TableState.UNCHANGED);
        }
    }

    @Test
    void s19WithoutANullMarkerEmptyTextsAreReportedOnBothSides() throws SQLException {
        story.execute(
                "DROP SCHEMA IF EXISTS shop CASCADE",
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.orders (id int PRIMARY KEY, note varchar(9), must varchar(9) NOT NULL, bytes bytea)",
                "INSERT INTO shop.orders VALUES (1, '', '', ''), (2, NULL, 'x', NULL), (3, 'x', 'x', '\\x01')");

        Landed landed =
                replicate(s -> s.dataFormat(DataFormat.CSV), "INSERT INTO shop.orders VALUES (4, '', 'y', NULL)");
        LakeTable table = lake(landed).table(ORDERS);
        TableResult result = Story.merge(table);
        Reconciliation answer = compare(landed, table);

        assertThat(result.state()).isEqualTo(TableState.PUBLISHED);
        assertThat(result.findings()).extracting(Finding::code).contains("EMPTY_OR_NULL");
        assertThat(result.read().emptyOrNull())
                .as("null or empty, in three columns")
                .isEqualTo(6);
        assertThat(answer.differences()).isEmpty();
        assertThat(answer.losses())
                .isEqualTo(Map.of(
                        new Loss(LossyCase.EMPTY_LIKE_NULL, "note"), 2L,
                        new Loss(LossyCase.EMPTY_LIKE_NULL, "bytes"), 1L));
        assertThat(landed.report().count(io.convergence.testkit.dms.LossyCase.EMPTY_LIKE_NULL, ORDERS, "note"))
                .isEqualTo(2);
    }

    @Test
    void s19TextsThatLookLikeAMarkerAreReported() throws SQLException {
        story.execute(
                "DROP SCHEMA IF EXISTS shop CASCADE",
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.orders (id int PRIMARY KEY, note varchar(9))",
                "INSERT INTO shop.orders VALUES (1, 'NULL'), (2, NULL), (3, 'NOSUP')");

        Landed landed = replicate(
                s -> s.dataFormat(DataFormat.CSV).csv(c -> c.nullValue("NULL").noSupValue("NOSUP")));
        LakeTable table = lake(landed).table(ORDERS);
        Story.merge(table);
        Reconciliation answer = compare(landed, table);

        assertThat(answer.differences()).isEmpty();
        assertThat(answer.losses()).isEqualTo(Map.of(new Loss(LossyCase.TEXT_LIKE_MARKER, "note"), 2L));
        assertThat(landed.report().count(io.convergence.testkit.dms.LossyCase.TEXT_LIKE_MARKER, ORDERS, "note"))
                .isEqualTo(2);
    }

    /** A row that falls apart is no row of the table: it is never published as if it were. */
    @Test
    void s19WithoutQuotesATextThatHoldsADelimiterFailsTheTable() throws SQLException {
        story.execute(
                "DROP SCHEMA IF EXISTS shop CASCADE",
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.orders (id int PRIMARY KEY, note varchar(9))",
                "INSERT INTO shop.orders VALUES (1, 'a,b')");

        Landed landed = replicate(
                s -> s.dataFormat(DataFormat.CSV).csv(c -> c.nullValue("NULL").withoutRfc4180()));
        Convergence lake = lake(landed);

        TableResult result = lake.merge(
                        io.convergence.pipeline.MergeOptions.defaults().declareComplete(),
                        io.convergence.pipeline.ProgressListener.none())
                .tables()
                .get(0);

        assertThat(landed.report().count(io.convergence.testkit.dms.LossyCase.TEXT_BREAKS_ROW, ORDERS, "note"))
                .isEqualTo(1);
        assertThat(result.state()).isEqualTo(TableState.FAILED);
        assertThat(result.findings().get(0).message())
                .contains("LOAD00000001.csv")
                .contains("row 0");
    }
}
