package io.convergence.testkit.dms;

import static java.util.Arrays.asList;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.DataSize;
import io.convergence.TableId;
import io.convergence.schema.DataType;
import io.convergence.source.SourceEngine;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStore;
import io.convergence.target.DataFormat;
import io.convergence.target.DatePartitionDelimiter;
import io.convergence.target.DatePartitionSequence;
import io.convergence.target.ReplicationSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.SchemaElement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What DMS is known to write, shown on a real PostgreSQL; the files are read by DuckDB and parquet-java. */
class DmsStandInTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final TableId T = TableId.of("shop", "t");
    private static final DateTimeFormatter TEXT = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS");

    @RegisterExtension
    static final SharedSource source = new SharedSource();

    private ObjectStore store;
    private Landed landed;

    @BeforeEach
    void freshSchema() throws Exception {
        source.execute("DROP SCHEMA IF EXISTS shop CASCADE", "CREATE SCHEMA shop");
        store = new InMemoryObjectStore(InstantSource.system());
        landed = new Landed(store);
    }

    @AfterEach
    void closeFiles() throws Exception {
        landed.close();
    }

    private static ReplicationSpec.Builder spec() {
        return ReplicationSpec.builder()
                .sourceEngine(SourceEngine.POSTGRESQL)
                .tableMappings(
                        m -> m.include("shop", "%").addChangeSequence("seq").addBeforeImageColumns("before_"))
                .settings(s -> s.bucketName("lake")
                        .bucketFolder("raw")
                        .dataFormat(DataFormat.PARQUET)
                        .includeOpForFullLoad()
                        .timestampColumnName("ts"));
    }

    private DmsStandIn.Builder standIn(ReplicationSpec.Builder spec) {
        return DmsStandIn.builder()
                .spec(spec.build())
                .database(source.source())
                .store(store)
                .batchInterval(Duration.ofMillis(20));
    }

    private interface Workload {
        void run(DmsStandIn dms) throws Exception;
    }

    /** Full load, then the workload, then everything in files. */
    private DmsStandIn replicate(DmsStandIn.Builder builder, Workload workload) throws Exception {
        try (DmsStandIn dms = builder.build()) {
            dms.start();
            dms.awaitFullLoad(SOON);
            workload.run(dms);
            dms.awaitCaptured(SOON);
            dms.stop();
            return dms;
        }
    }

    private List<List<String>> changes(String columns) throws Exception {
        return landed.rows(landed.changeKeys("raw/shop/t/"), columns);
    }

    private List<List<String>> loads(String columns) throws Exception {
        return landed.rows(landed.loadKeys("raw/shop/t/"), columns);
    }

    private static List<String> row(String... values) {
        return asList(values);
    }

    @Test
    void loadAndChangesOfAnOrdinaryTable() throws Exception {
        source.execute(
                "CREATE TABLE shop.t (id int PRIMARY KEY, name varchar(20) NOT NULL)",
                "INSERT INTO shop.t VALUES (1,'a'),(2,'b')");

        DmsStandIn dms = replicate(
                standIn(spec()),
                running -> source.execute(
                        "INSERT INTO shop.t VALUES (3,'c')",
                        "UPDATE shop.t SET name = 'B' WHERE id = 2",
                        "DELETE FROM shop.t WHERE id = 1"));

        assertThat(loads("Op, id, name, seq, before_id"))
                .containsExactly(row("I", "1", "a", "", null), row("I", "2", "b", "", null));
        assertThat(changes("Op, id, name, before_id"))
                .containsExactly(row("I", "3", "c", null), row("U", "2", "B", null), row("D", "1", null, null));
        TableStatistics statistics = dms.statistics().get(T);
        assertThat(List.of(
                        statistics.fullLoadRows(),
                        statistics.inserts(),
                        statistics.updates(),
                        statistics.deletes(),
                        statistics.ddls()))
                .containsExactly(2L, 1L, 1L, 1L, 0L);
        assertThat(statistics.fullLoadStartTime().orElseThrow())
                .isBefore(statistics.fullLoadEndTime().orElseThrow());
    }

    @ParameterizedTest
    @EnumSource(LoadMode.class)
    @DisplayName("S5, S6: in overlap mode the load already shows cached changes, from a snapshot it does not")
    void overlapAndSnapshotDifferInWhatTheLoadShows(LoadMode mode) throws Exception {
        source.execute("CREATE TABLE shop.t (id int PRIMARY KEY, v int)", "INSERT INTO shop.t VALUES (1,0),(2,0)");
        StandInProgress whileLoading = new StandInProgress() {
            @Override
            public void loadStarted(TableId table) {
                try {
                    source.execute(
                            "UPDATE shop.t SET v = 1 WHERE id = 1",
                            "DELETE FROM shop.t WHERE id = 2",
                            "INSERT INTO shop.t VALUES (3,1)");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            }
        };

        replicate(standIn(spec()).loadMode(mode).progress(whileLoading), dms -> {});

        assertThat(loads("id, v"))
                .containsExactlyElementsOf(
                        mode == LoadMode.OVERLAP
                                ? List.of(row("1", "1"), row("3", "1"))
                                : List.of(row("1", "0"), row("2", "0")));
        assertThat(changes("Op, id, v")).containsExactly(row("U", "1", "1"), row("D", "2", null), row("I", "3", "1"));
    }

    @Test
    void columnsStandInTheOrderOfRealFiles() throws Exception {
        source.execute(
                "CREATE TABLE shop.t (a int, id int, b text, k2 int, PRIMARY KEY (k2, id))",
                "INSERT INTO shop.t VALUES (1,2,'x',3)");

        replicate(standIn(spec()), dms -> source.execute("UPDATE shop.t SET a = 5"));

        for (String key : landed.keys("raw/")) {
            FileMetaData footer = landed.file(key).footer();
            List<SchemaElement> columns =
                    footer.getSchema().subList(1, footer.getSchema().size());
            assertThat(columns)
                    .extracting(SchemaElement::getName)
                    .containsExactly("Op", "ts", "a", "id", "b", "k2", "seq", "before_id", "before_k2");
            assertThat(columns)
                    .extracting(column -> column.getRepetition_type() == FieldRepetitionType.REQUIRED)
                    .containsExactly(true, true, false, false, false, false, false, false, false);
            assertThat(footer.getVersion()).isEqualTo(1);
            assertThat(footer.getCreated_by()).isEqualTo("AWS");
            assertThat(landed.file(key).rows()).hasSize(1);
        }
        assertThat(landed.keys("raw/")).hasSize(2);
    }

    @Test
    void opIsInLoadFilesOnlyWhereAskedForAndMayBeOptional() throws Exception {
        source.execute("CREATE TABLE shop.t (id int PRIMARY KEY)", "INSERT INTO shop.t VALUES (1)");

        replicate(
                standIn(spec().settings(s -> s.omitOpForFullLoad().withoutTimestampColumn()))
                        .opRepetition(OpRepetition.OPTIONAL),
                dms -> source.execute("INSERT INTO shop.t VALUES (2)"));

        List<SchemaElement> load =
                landed.file(landed.loadKeys("raw/").get(0)).footer().getSchema();
        List<SchemaElement> change =
                landed.file(landed.changeKeys("raw/").get(0)).footer().getSchema();
        assertThat(load).extracting(SchemaElement::getName).containsExactly("schema", "id", "seq", "before_id");
        assertThat(change).extracting(SchemaElement::getName).containsExactly("schema", "Op", "id", "seq", "before_id");
        assertThat(change.get(1).getRepetition_type()).isEqualTo(FieldRepetitionType.OPTIONAL);
    }

    @Test
    void loadRowsArriveStrictlyOneAfterTheOther() throws Exception {
        source.execute(
                "CREATE TABLE shop.t (id int PRIMARY KEY)", "INSERT INTO shop.t SELECT * FROM generate_series(1, 500)");
        Instant before = Instant.now();

        replicate(standIn(spec()), dms -> {});

        List<String> times = loads("ts").stream().map(row -> row.get(0)).toList();
        assertThat(times).hasSize(500).doesNotHaveDuplicates().isSorted().allMatch(time -> time.length() == 26);
        Instant first = LocalDateTime.parse(times.get(0), TEXT).toInstant(ZoneOffset.UTC);
        assertThat(first).isBetween(before.minusMillis(1), Instant.now());
        for (int i = 1; i < times.size(); i++) {
            Duration step = Duration.between(
                    LocalDateTime.parse(times.get(i - 1), TEXT), LocalDateTime.parse(times.get(i), TEXT));
            assertThat(step).isGreaterThanOrEqualTo(Duration.ofNanos(5000));
        }
    }

    @Test
    void loadRowsCarryTheTaskStartWhereAskedFor() throws Exception {
        source.execute("CREATE TABLE shop.t (id int PRIMARY KEY)", "INSERT INTO shop.t VALUES (1),(2),(3)");
        Instant start = Instant.parse("2024-05-06T07:08:09.123456789Z");

        replicate(
                standIn(spec().settings(s -> s.useTaskStartTimeForFullLoadTimestamp()))
                        .clock(InstantSource.fixed(start)),
                dms -> {});

        assertThat(loads("ts")).containsOnly(row("2024-05-06 07:08:09.123456")).hasSize(3);
    }

    @Test
    void loadFilesCountInHexadecimalAndEmptyTablesLeaveNothing() throws Exception {
        source.execute(
                "CREATE TABLE shop.t (id int PRIMARY KEY)",
                "CREATE TABLE shop.empty (id int PRIMARY KEY)",
                "INSERT INTO shop.t SELECT * FROM generate_series(1, 33)");

        DmsStandIn dms = replicate(standIn(spec()).loadFileRows(2), running -> {});

        List<String> keys = landed.keys("");
        assertThat(keys)
                .hasSize(17)
                .startsWith("raw/shop/t/LOAD00000001.parquet")
                .endsWith("raw/shop/t/LOAD00000011.parquet");
        assertThat(keys.get(9)).isEqualTo("raw/shop/t/LOAD0000000A.parquet");
        assertThat(loads("id")).hasSize(33).startsWith(row("1")).endsWith(row("33"));
        assertThat(dms.statistics().get(TableId.of("shop", "empty")).fullLoadEndTime())
                .isPresent();
    }

    @Test
    @DisplayName("S10: a key change is one U with the new key; its before-images, all of the key, are filled then only")
    void keyChangesAreOneUpdate() throws Exception {
        source.execute(
                "CREATE TABLE shop.t (a int, b int, v text, PRIMARY KEY (a, b))",
                "INSERT INTO shop.t VALUES (1,1,'x'),(2,2,'y')");

        replicate(
                standIn(spec()),
                dms -> source.execute(
                        "UPDATE shop.t SET b = 10 WHERE a = 1",
                        "UPDATE shop.t SET v = 'z' WHERE a = 2",
                        "UPDATE shop.t SET a = a WHERE a = 2"));

        assertThat(changes("Op, a, b, v, before_a, before_b"))
                .containsExactly(
                        row("U", "1", "10", "x", "1", "1"),
                        row("U", "2", "2", "z", null, null),
                        row("U", "2", "2", "z", null, null));
    }

    @Test
    @DisplayName("S8: deletes hold the key alone under the default replica identity, the row under FULL")
    void deletesHoldWhatTheSourceLogs() throws Exception {
        source.execute(
                "CREATE TABLE shop.t (id int PRIMARY KEY, v text NOT NULL)",
                "CREATE TABLE shop.f (id int PRIMARY KEY, v text NOT NULL)",
                "ALTER TABLE shop.f REPLICA IDENTITY FULL",
                "INSERT INTO shop.t VALUES (1,'x')",
                "INSERT INTO shop.f VALUES (1,'x')");

        replicate(
                standIn(spec()),
                dms -> source.execute("UPDATE shop.f SET v = 'y'", "DELETE FROM shop.t", "DELETE FROM shop.f"));

        assertThat(changes("Op, id, v, before_id, length(seq)")).containsExactly(row("D", "1", null, null, "35"));
        assertThat(landed.rows(landed.changeKeys("raw/shop/f/"), "Op, id, v, before_id"))
                .containsExactly(row("U", "1", "y", null), row("D", "1", "y", null));
    }

    @Test
    @DisplayName("S8, S19: a large value that an update leaves alone is null and counted; under FULL it is known")
    void unchangedLargeValuesAreNull() throws Exception {
        source.execute(
                "CREATE TABLE shop.t (id int PRIMARY KEY, big text NOT NULL, small text)",
                "ALTER TABLE shop.t ALTER big SET STORAGE EXTERNAL",
                "CREATE TABLE shop.f (LIKE shop.t INCLUDING ALL)",
                "ALTER TABLE shop.f REPLICA IDENTITY FULL",
                "INSERT INTO shop.t VALUES (1, repeat('x', 10000), 'a')",
                "INSERT INTO shop.f SELECT * FROM shop.t");

        DmsStandIn dms = replicate(
                standIn(spec()),
                running -> source.execute(
                        "UPDATE shop.t SET small = 'b'",
                        "UPDATE shop.f SET small = 'b'",
                        "UPDATE shop.t SET big = repeat('y', 9000), small = NULL"));

        assertThat(changes("Op, length(big), small")).containsExactly(row("U", null, "b"), row("U", "9000", null));
        assertThat(landed.rows(landed.changeKeys("raw/shop/f/"), "Op, length(big), small"))
                .containsExactly(row("U", "10000", "b"));
        assertThat(dms.report().count(LossyCase.UNCHANGED_VALUE_AS_NULL, T, "big"))
                .isEqualTo(1);
        assertThat(dms.report().count(LossyCase.UNCHANGED_VALUE_AS_NULL)).isEqualTo(1);
    }

    @Test
    @DisplayName(
            "S1: every statement of a transaction is a row, all share the commit time; rolled-back ones leave none")
    void transactionsShareTheirTimeAndRollbacksLeaveNothing() throws Exception {
        source.execute("CREATE TABLE shop.t (id int PRIMARY KEY, v int)");
        Instant before = Instant.now();

        replicate(standIn(spec()), dms -> {
            source.inTransaction(
                    "INSERT INTO shop.t VALUES (1,1)",
                    "UPDATE shop.t SET v = 2",
                    "UPDATE shop.t SET v = 2",
                    "DELETE FROM shop.t",
                    "INSERT INTO shop.t VALUES (1,3)");
            source.execute("BEGIN; INSERT INTO shop.t VALUES (9,9); ROLLBACK");
            source.inTransaction(
                    "INSERT INTO shop.t VALUES (2,1)",
                    "SAVEPOINT s",
                    "INSERT INTO shop.t VALUES (8,8)",
                    "ROLLBACK TO s",
                    "UPDATE shop.t SET v = 4 WHERE id = 2");
        });

        assertThat(changes("Op, id, v"))
                .containsExactly(
                        row("I", "1", "1"),
                        row("U", "1", "2"),
                        row("U", "1", "2"),
                        row("D", "1", null),
                        row("I", "1", "3"),
                        row("I", "2", "1"),
                        row("U", "2", "4"));
        List<String> times = changes("ts").stream().map(row -> row.get(0)).toList();
        assertThat(times.subList(0, 5)).containsOnly(times.get(0));
        assertThat(times.get(5)).isEqualTo(times.get(6)).isGreaterThan(times.get(0));
        assertThat(LocalDateTime.parse(times.get(0), TEXT).toInstant(ZoneOffset.UTC))
                .isBetween(before.minusMillis(1), Instant.now());
    }

    @Test
    @DisplayName("S1: the change sequence is 16 digits of the commit time and a counter over all tables, +4 and +12")
    void changeSequencesCountOverAllTables() throws Exception {
        source.execute("CREATE TABLE shop.t (id int PRIMARY KEY)", "CREATE TABLE shop.u (id int PRIMARY KEY)");

        DmsStandIn dms = replicate(standIn(spec()), running -> {
            source.inTransaction(
                    "INSERT INTO shop.t VALUES (1)", "INSERT INTO shop.u VALUES (1)", "INSERT INTO shop.t VALUES (2)");
            source.execute("INSERT INTO shop.u VALUES (2)");
            running.awaitCaptured(SOON);
            running.startNewRun(SOON);
            source.execute("INSERT INTO shop.t VALUES (3)");
        });

        List<List<String>> rows = new ArrayList<>(changes("seq, ts"));
        rows.addAll(landed.rows(landed.changeKeys("raw/shop/u/"), "seq, ts"));
        rows.sort(Comparator.comparing(row -> row.get(0)));
        assertThat(rows)
                .extracting(row -> Long.parseLong(row.get(0).substring(16)))
                .containsExactly(61L, 65L, 69L, 81L, 61L);
        assertThat(rows).allSatisfy(row -> {
            String time = row.get(1).replaceAll("[^0-9]", "");
            assertThat(row.get(0)).hasSize(35).startsWith(time.substring(0, 16));
        });
        assertThat(dms.report().events(StandInReport.EventKind.NEW_RUN)).hasSize(2);
        assertThat(landed.changeKeys("raw/shop/t/")).hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    @DisplayName(
            "files are cut when the interval is over that began with the first change, and named by that moment in UTC")
    void filesAreCutByTheInterval() throws Exception {
        source.execute("CREATE TABLE shop.t (id int PRIMARY KEY)", "CREATE TABLE shop.u (id int PRIMARY KEY)");
        TestClock clock = new TestClock(Instant.parse("2030-01-02T23:59:00.0004Z"));

        replicate(standIn(spec()).clock(clock).batchInterval(Duration.ofSeconds(60)), dms -> {
            clock.advance(Duration.ofSeconds(10));
            source.execute("INSERT INTO shop.t VALUES (1)");
            dms.awaitCaptured(SOON);
            clock.advance(Duration.ofSeconds(40));
            source.execute("INSERT INTO shop.t VALUES (2)", "INSERT INTO shop.u VALUES (1)");
            dms.awaitCaptured(SOON);
            clock.advance(Duration.ofMillis(19_999));
            source.execute("INSERT INTO shop.t VALUES (3)");
            dms.awaitCaptured(SOON);
            assertThat(landed.keys("raw/")).isEmpty();
            clock.advance(Duration.ofMillis(1));
            dms.awaitCaptured(SOON);
            awaitFiles(1);
            source.execute("INSERT INTO shop.t VALUES (4)");
        });

        assertThat(landed.keys("raw/"))
                .containsExactly(
                        "raw/shop/t/20300103-000010001.parquet",
                        "raw/shop/t/20300103-000010002.parquet",
                        "raw/shop/u/20300103-000010001.parquet");
        assertThat(landed.rows(List.of("raw/shop/t/20300103-000010001.parquet"), "id"))
                .containsExactly(row("1"), row("2"), row("3"));
        assertThat(landed.rows(List.of("raw/shop/t/20300103-000010002.parquet"), "id"))
                .containsExactly(row("4"));
    }

    private void awaitFiles(int count) throws InterruptedException {
        Instant end = Instant.now().plus(SOON);
        while (landed.keys("raw/").size() < count && Instant.now().isBefore(end)) {
            Thread.sleep(2);
        }
    }

    @Test
    @DisplayName("S7: size cuts files even inside a transaction")
    void filesAreCutBySize() throws Exception {
        source.execute("CREATE TABLE shop.t (id int PRIMARY KEY, v text)");

        replicate(
                standIn(spec().settings(s -> s.cdc(c -> c.minFileSize(DataSize.ofKilobytes(4)))))
                        .batchInterval(Duration.ofHours(1)),
                dms -> source.execute("INSERT INTO shop.t SELECT i, repeat('x', 956) FROM generate_series(1, 10) i"));

        assertThat(landed.changeKeys("raw/")).hasSize(3);
        assertThat(landed.query(
                        landed.changeKeys("raw/"),
                        "count(*), count(DISTINCT ts)",
                        "GROUP BY filename ORDER BY filename"))
                .containsExactly(row("4", "1"), row("4", "1"), row("2", "1"));
        assertThat(changes("id"))
                .extracting(row -> Integer.parseInt(row.get(0)))
                .isSorted()
                .hasSize(10);
    }

    @Test
    void namesOfOneTableGrowEvenWhereTheClockStands() throws Exception {
        source.execute("CREATE TABLE shop.t (id int PRIMARY KEY)");
        InstantSource clock = InstantSource.fixed(Instant.parse("2030-01-01T00:00:00Z"));

        replicate(standIn(spec()).clock(clock).batchInterval(Duration.ZERO), dms -> {
            for (int i = 0; i < 5; i++) {
                source.execute("INSERT INTO shop.t VALUES (" + i + ")");
                dms.awaitCaughtUp(SOON);
            }
        });

        assertThat(landed.keys("raw/"))
                .containsExactly(Stream.of("000", "001", "002", "003", "004")
                        .map(millis -> "raw/shop/t/20300101-000000" + millis + ".parquet")
                        .toArray(String[]::new));
        assertThat(changes("id")).containsExactly(row("0"), row("1"), row("2"), row("3"), row("4"));
    }

    @Test
    @DisplayName("S4: date folders and names of changes are in DatePartitionTimezone, LOAD files stay at the root")
    void datePartitionsFollowTheirZone() throws Exception {
        source.execute("CREATE TABLE shop.t (id int PRIMARY KEY)", "INSERT INTO shop.t VALUES (1)");

        replicate(
                standIn(spec().settings(s -> s.datePartition(d -> d.sequence(DatePartitionSequence.YYYYMMDDHH)
                                .delimiter(DatePartitionDelimiter.DASH)
                                .timezone(ZoneId.of("Asia/Kolkata")))))
                        .clock(InstantSource.fixed(Instant.parse("2030-01-01T20:00:00Z"))),
                dms -> source.execute("INSERT INTO shop.t VALUES (2)"));

        assertThat(landed.keys(""))
                .containsExactly(
                        "raw/shop/t/2030-01-02-01/20300102-013000000.parquet", "raw/shop/t/LOAD00000001.parquet");
    }

    @Test
    @DisplayName("S4: in the hour that a zone repeats no file takes the name of another")
    void repeatedHoursDoNotOverwriteFiles() throws Exception {
        source.execute("CREATE TABLE shop.t (id int PRIMARY KEY)");
        TestClock clock = new TestClock(Instant.parse("2030-10-27T00:30:00Z"));

        replicate(
                standIn(spec().settings(s -> s.datePartition(d -> d.timezone(ZoneId.of("Europe/Berlin")))))
                        .clock(clock)
                        .batchInterval(Duration.ZERO),
                dms -> {
                    source.execute("INSERT INTO shop.t VALUES (1)");
                    dms.awaitCaughtUp(SOON);
                    clock.advance(Duration.ofHours(1));
                    source.execute("INSERT INTO shop.t VALUES (2)");
                });

        assertThat(landed.keys(""))
                .containsExactly(
                        "raw/shop/t/2030/10/27/20301027-023000000.parquet",
                        "raw/shop/t/2030/10/27/20301027-023000001.parquet");
        assertThat(changes("id")).containsExactly(row("1"), row("2"));
    }

    @Test
    void stoppingWritesBuffersAtOnce() throws Exception {
        source.execute("CREATE TABLE shop.t (id int PRIMARY KEY)");

        replicate(standIn(spec()).batchInterval(Duration.ofDays(1)), dms -> {
            source.execute("INSERT INTO shop.t VALUES (1)");
            dms.awaitCaptured(SOON);
            assertThat(landed.keys("")).isEmpty();
        });

        assertThat(changes("Op, id")).containsExactly(row("I", "1"));
    }

    @Test
    @DisplayName("S14: after ADD COLUMN later files have it behind the source columns; a file never mixes widths")
    void addedColumnsComeWithLaterFiles() throws Exception {
        source.execute("CREATE TABLE shop.t (id int PRIMARY KEY, v text)", "INSERT INTO shop.t VALUES (1,'a'),(2,'b')");

        DmsStandIn dms = replicate(
                standIn(spec()).batchInterval(Duration.ofHours(1)),
                running -> source.inTransaction(
                        "UPDATE shop.t SET v = 'A' WHERE id = 1",
                        "ALTER TABLE shop.t ADD COLUMN extra numeric(5,2)",
                        "UPDATE shop.t SET extra = 1.5 WHERE id = 2",
                        "ALTER TABLE shop.t DROP COLUMN v",
                        "INSERT INTO shop.t VALUES (3, 2.25)"));

        assertThat(landed.changeKeys("raw/").stream().map(key -> columns(key)).toList())
                .containsExactly(
                        List.of("Op", "ts", "id", "v", "seq", "before_id"),
                        List.of("Op", "ts", "id", "v", "extra", "seq", "before_id"),
                        List.of("Op", "ts", "id", "extra", "seq", "before_id"));
        assertThat(changes("Op, id, v, extra"))
                .containsExactly(row("U", "1", "A", null), row("U", "2", "b", "1.50"), row("I", "3", null, "2.25"));
        assertThat(dms.statistics().get(T).ddls()).isEqualTo(2);
        assertThat(dms.report().events(StandInReport.EventKind.COLUMNS_CHANGED))
                .extracting(StandInReport.Event::detail)
                .containsExactly("[id, v] became [id, v, extra]", "[id, v, extra] became [id, extra]");
    }

    private List<String> columns(String key) {
        try {
            return landed.file(key).footer().getSchema().stream()
                    .skip(1)
                    .map(SchemaElement::getName)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @DisplayName("S14: TRUNCATE leaves no rows and is told as an event")
    void truncateIsAnEvent() throws Exception {
        source.execute("CREATE TABLE shop.t (id int PRIMARY KEY)", "INSERT INTO shop.t VALUES (1)");

        DmsStandIn dms = replicate(
                standIn(spec()), running -> source.execute("TRUNCATE shop.t", "INSERT INTO shop.t VALUES (2)"));

        assertThat(changes("Op, id")).containsExactly(row("I", "2"));
        assertThat(dms.report().events(StandInReport.EventKind.TRUNCATED))
                .extracting(StandInReport.Event::table)
                .containsExactly(T);
    }

    @Test
    @DisplayName("S19: without primary key updates and deletes are dropped, and told")
    void tablesWithoutKeyReplicateInsertsOnly() throws Exception {
        source.execute(
                "CREATE TABLE shop.t (v int)",
                "CREATE TABLE shop.f (v int)",
                "ALTER TABLE shop.f REPLICA IDENTITY FULL",
                "INSERT INTO shop.t VALUES (1)");

        DmsStandIn dms = replicate(
                standIn(spec()),
                running -> source.execute(
                        "INSERT INTO shop.t VALUES (2)",
                        "UPDATE shop.t SET v = 3",
                        "DELETE FROM shop.t",
                        "INSERT INTO shop.f VALUES (2)",
                        "UPDATE shop.f SET v = 3",
                        "DELETE FROM shop.f"));

        assertThat(changes("Op, v")).containsExactly(row("I", "2"));
        assertThat(landed.rows(landed.changeKeys("raw/shop/f/"), "Op, v")).containsExactly(row("I", "2"));
        assertThat(dms.report().events(StandInReport.EventKind.NO_PRIMARY_KEY))
                .extracting(event -> event.table().name())
                .containsExactlyInAnyOrder("t", "f");
        assertThat(dms.report().count(LossyCase.CHANGE_WITHOUT_KEY_DROPPED, TableId.of("shop", "f"), ""))
                .isEqualTo(2);
    }

    @Test
    void insertsOnlyAndInsertsAndUpdatesDropTheRestCounted() throws Exception {
        source.execute("CREATE TABLE shop.t (id int PRIMARY KEY, v int)");
        Workload workload = dms ->
                source.execute("INSERT INTO shop.t VALUES (1,1)", "UPDATE shop.t SET v = 2", "DELETE FROM shop.t");

        DmsStandIn inserts =
                replicate(standIn(spec().settings(s -> s.bucketFolder("a").cdc(c -> c.insertsOnly()))), workload);
        DmsStandIn updates =
                replicate(standIn(spec().settings(s -> s.bucketFolder("b").cdc(c -> c.insertsAndUpdates()))), workload);
        replicate(
                standIn(spec().settings(
                                s -> s.bucketFolder("c").omitOpForFullLoad().cdc(c -> c.insertsOnly()))),
                workload);

        assertThat(landed.rows(landed.keys("a/"), "Op, v")).containsExactly(row("I", "1"));
        assertThat(landed.rows(landed.keys("b/"), "Op, v")).containsExactly(row("I", "1"), row("U", "2"));
        assertThat(columns(landed.keys("c/").get(0))).doesNotContain("Op");
        assertThat(inserts.report().count(LossyCase.CHANGE_FILTERED)).isEqualTo(2);
        assertThat(updates.report().count(LossyCase.CHANGE_FILTERED)).isEqualTo(1);
    }

    @Test
    void mappingsRenameRemoveAndAddColumns() throws Exception {
        source.execute(
                "CREATE TABLE shop.t (id int PRIMARY KEY, secret text, \"Mixed Case\" text)",
                "INSERT INTO shop.t VALUES (1,'s','m')");
        ReplicationSpec.Builder spec = ReplicationSpec.builder()
                .sourceEngine(SourceEngine.POSTGRESQL)
                .tableMappings(m -> m.include("shop", "t")
                        .renameSchema("shop", "Lake")
                        .renameTable("shop", "t", "Things")
                        .renameColumn("shop", "t", "id", "key")
                        .removeColumn("shop", "t", "secret")
                        .addColumn("shop", "t", "op_word", DataType.string(10), "$AR_H_OPERATION")
                        .addChangeSequence("seq")
                        .addColumn("shop", "t", "origin", DataType.string(20), "'task ''1'''")
                        .addColumn("shop", "t", "source_table", DataType.string(20), "$AR_M_SOURCE_TABLE_NAME")
                        .addBeforeImageColumns("before_"))
                .settings(s -> s.bucketName("lake").dataFormat(DataFormat.PARQUET));

        DmsStandIn dms = replicate(standIn(spec), running -> source.execute("UPDATE shop.t SET id = 2"));

        List<String> keys = landed.keys("Lake/Things/");
        assertThat(keys).hasSize(2);
        assertThat(columns(keys.get(0)))
                .containsExactly("Op", "key", "Mixed Case", "op_word", "seq", "origin", "source_table", "before_key");
        assertThat(columns(keys.get(1)))
                .containsExactly("key", "Mixed Case", "op_word", "seq", "origin", "source_table", "before_key");
        assertThat(landed.rows(keys.subList(0, 1), "key, \"Mixed Case\", op_word, origin, source_table, before_key"))
                .containsExactly(row("2", "m", "UPDATE", "task '1'", "t", "1"));
        assertThat(landed.rows(keys.subList(1, 2), "key, op_word, seq")).containsExactly(row("1", "INSERT", ""));
        assertThat(dms.statistics()).containsOnlyKeys(TableId.of("Lake", "Things"));
    }

    @Test
    void manyTransactionsLandInOrderInManyFiles() throws Exception {
        source.execute(
                "CREATE TABLE shop.t (id int PRIMARY KEY, v int)",
                "INSERT INTO shop.t SELECT i, 0 FROM generate_series(1, 50) i");

        DmsStandIn dms = replicate(standIn(spec()).batchInterval(Duration.ZERO), running -> {
            source.execute(IntStream.rangeClosed(1, 200)
                    .mapToObj(i -> "UPDATE shop.t SET v = " + i + " WHERE id % 50 = " + i % 50)
                    .toArray(String[]::new));
            running.awaitCaughtUp(SOON);
        });

        assertThat(changes("v"))
                .extracting(row -> Integer.parseInt(row.get(0)))
                .hasSize(200)
                .isSorted();
        assertThat(changes("seq")).extracting(row -> row.get(0)).isSorted().doesNotHaveDuplicates();
        assertThat(landed.changeKeys("raw/")).hasSize(200);
        assertThat(landed.query(
                        landed.changeKeys("raw/"),
                        "count(*)",
                        "WHERE strftime(ts::TIMESTAMP, '%Y%m%d-%H%M%S%g') > parse_filename(filename, true)"))
                .as("rows committed after the time in their file's name")
                .containsExactly(row("0"));
        assertThat(dms.statistics().get(T).updates()).isEqualTo(200);
    }

    /** A clock that stands until it is moved. */
    private static final class TestClock implements InstantSource {
        private volatile Instant now;

        TestClock(Instant start) {
            now = start;
        }

        void advance(Duration by) {
            now = now.plus(by);
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
