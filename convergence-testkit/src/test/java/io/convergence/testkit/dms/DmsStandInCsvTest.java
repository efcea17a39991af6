package io.convergence.testkit.dms;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.DataSize;
import io.convergence.source.SourceEngine;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.target.CompressionType;
import io.convergence.target.DataFormat;
import io.convergence.target.ReplicationSpec;
import io.convergence.target.S3TargetSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** CSV and transaction files of a real PostgreSQL, as bytes and as DuckDB reads them. */
class DmsStandInCsvTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @RegisterExtension
    static final SharedSource source = new SharedSource();

    private final InMemoryObjectStore store = new InMemoryObjectStore(InstantSource.system());

    @BeforeEach
    void freshSchema() throws Exception {
        source.execute("DROP SCHEMA IF EXISTS csv CASCADE", "CREATE SCHEMA csv");
    }

    private DmsStandIn replicate(Consumer<S3TargetSettings.Builder> settings, String... workload) throws Exception {
        ReplicationSpec spec = ReplicationSpec.builder()
                .sourceEngine(SourceEngine.POSTGRESQL)
                .tableMappings(
                        m -> m.include("csv", "%").addChangeSequence("seq").addBeforeImageColumns("before_"))
                .settings(s ->
                        settings.accept(s.bucketName("lake").bucketFolder("raw").dataFormat(DataFormat.CSV)))
                .build();
        try (DmsStandIn dms = DmsStandIn.builder()
                .spec(spec)
                .database(source.source())
                .store(store)
                .batchInterval(Duration.ofMinutes(1))
                .build()) {
            dms.start();
            dms.awaitFullLoad(SOON);
            source.execute(workload);
            dms.awaitCaptured(SOON);
            dms.stop();
            return dms;
        }
    }

    private String text(String keyPart) {
        return new String(content(keyPart), UTF_8);
    }

    private byte[] content(String keyPart) {
        List<String> keys = store.listAll("raw/")
                .map(ObjectStat::key)
                .filter(key -> key.contains(keyPart))
                .toList();
        assertThat(keys).as("keys with '%s'", keyPart).hasSize(1);
        return store.get(keys.get(0)).orElseThrow().content();
    }

    /** Sequence and timestamp differ from run to run. */
    private static String withoutClock(String text) {
        return text.replaceAll("\\d{35}", "SEQ")
                .replaceAll("20\\d\\d-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{6}", "TS");
    }

    @Test
    void loadAndChangesHaveTheColumnsAndWidthsOfRealFiles() throws Exception {
        source.execute(
                "CREATE TABLE csv.t (id int PRIMARY KEY, name varchar(20), price numeric(8,2), ratio real)",
                "INSERT INTO csv.t VALUES (1,'a,b',85100,32.38),(2,NULL,0,NULL)");

        replicate(
                s -> s.timestampColumnName("ts"),
                "UPDATE csv.t SET name = 'say \"x\"' WHERE id = 1",
                "UPDATE csv.t SET id = 3 WHERE id = 2",
                "DELETE FROM csv.t WHERE id = 1");

        assertThat(withoutClock(text("LOAD00000001.csv")))
                .isEqualTo("TS,1,\"a,b\",85100.00,+3.23800011e+01,,\nTS,2,,0.00,,,\n");
        assertThat(withoutClock(text("/t/2")))
                .isEqualTo("U,TS,1,\"say \"\"x\"\"\",85100.00,+3.23800011e+01,SEQ,\n"
                        + "U,TS,3,,0.00,,SEQ,2\n"
                        + "D,TS,1,,,,SEQ,\n");
    }

    @Test
    void duckDbReadsThemWithTheSameRows(@TempDir Path folder) throws Exception {
        source.execute(
                "CREATE TABLE csv.t (id int PRIMARY KEY, name varchar(40), moment timestamp, flag boolean)",
                "INSERT INTO csv.t SELECT i, CASE i % 4 WHEN 0 THEN 'plain' WHEN 1 THEN 'q\"q' WHEN 2 THEN E'line\\nend' ELSE ',' END,"
                        + " timestamp '2024-01-01' + i * interval '1 second', i % 2 = 0 FROM generate_series(1, 200) i");

        DmsStandIn dms = replicate(s -> s.compressionType(CompressionType.GZIP).csv(c -> c.addColumnName()));

        Path file = folder.resolve("load.csv.gz");
        Files.write(file, content("LOAD00000001.csv.gz"));
        try (DuckDb duck = new DuckDb()) {
            List<List<String>> read = duck.rows("SELECT id, name, moment, flag FROM read_csv('" + file
                    + "', header=true, quote='\"', escape='\"', all_varchar=true) ORDER BY id::int");
            assertThat(read).hasSize(200);
            assertThat(read.subList(0, 3))
                    .containsExactly(
                            List.of("1", "q\"q", "2024-01-01 00:00:01.000000", "false"),
                            List.of("2", "line\nend", "2024-01-01 00:00:02.000000", "true"),
                            List.of("3", ",", "2024-01-01 00:00:03.000000", "false"));
        }
        assertThat(dms.report().count(LossyCase.BOOLEAN_AS_TEXT)).isEqualTo(200);
    }

    @Test
    void maxFileSizeCutsTheFilesOfAFullLoad() throws Exception {
        source.execute(
                "CREATE TABLE csv.t (id int PRIMARY KEY, name text)",
                "INSERT INTO csv.t SELECT i, repeat('x', 100) FROM generate_series(1, 100) i");

        replicate(s -> s.maxFileSize(DataSize.ofKilobytes(4)));

        List<ObjectStat> files = store.listAll("raw/csv/t/LOAD").toList();
        assertThat(files).hasSizeBetween(2, 4);
        assertThat(files.subList(0, files.size() - 1))
                .allSatisfy(file -> assertThat(file.size()).isBetween(4096L, 4096L + 120));
    }

    @Test
    void transactionsOfAllTablesStandInOneFileInTheirOrder() throws Exception {
        source.execute(
                "CREATE TABLE csv.a (id int PRIMARY KEY, name text)",
                "CREATE TABLE csv.b (id int PRIMARY KEY)",
                "INSERT INTO csv.a VALUES (1, 'loaded')");

        replicate(
                s -> s.dataFormat(DataFormat.CSV).timestampColumnName("ts").cdc(c -> c.preserveTransactions("txn")),
                "BEGIN; INSERT INTO csv.b VALUES (1); INSERT INTO csv.a VALUES (2, 'x'); DELETE FROM csv.b; COMMIT",
                "ALTER TABLE csv.b ADD COLUMN more int",
                "INSERT INTO csv.b VALUES (5, 6)");

        assertThat(withoutClock(text("csv/a/LOAD00000001.csv"))).isEqualTo("TS,1,loaded,,\n");
        assertThat(withoutClock(text("raw/txn/CDC_TXN-")))
                .isEqualTo("I,b,csv,TS,1,SEQ,\nI,a,csv,TS,2,x,SEQ,\nD,b,csv,TS,1,SEQ,\nI,b,csv,TS,5,6,SEQ,\n");
        assertThat(store.listAll("raw/csv/").map(ObjectStat::key)).allMatch(key -> key.contains("/LOAD"));
    }

    @Test
    void valueThatIsNotLoggedIsWrittenAsTheSettingsSay() throws Exception {
        source.execute(
                "CREATE TABLE csv.t (id int PRIMARY KEY, n int, big text)",
                "ALTER TABLE csv.t ALTER big SET STORAGE EXTERNAL",
                "INSERT INTO csv.t VALUES (1, 1, repeat('x', 9000))");

        DmsStandIn dms = replicate(
                s -> s.csv(c -> c.noSupValue("NOSUP").nullValue("NULL")),
                "UPDATE csv.t SET n = 2",
                "DELETE FROM csv.t");

        assertThat(withoutClock(text("/t/2"))).isEqualTo("U,1,2,NOSUP,SEQ,NULL\nD,1,NOSUP,NOSUP,SEQ,NULL\n");
        assertThat(dms.report().count(LossyCase.UNCHANGED_VALUE_AS_NULL)).isEqualTo(1);
    }

    @Test
    void gzipOfTransactionFilesIsWhole() throws Exception {
        source.execute("CREATE TABLE csv.a (id int PRIMARY KEY)");

        replicate(
                s -> s.compressionType(CompressionType.GZIP).cdc(c -> c.preserveTransactions("txn")),
                "INSERT INTO csv.a SELECT generate_series(1, 5)");

        byte[] content = new GZIPInputStream(new ByteArrayInputStream(content("CDC_TXN-"))).readAllBytes();
        assertThat(new String(content, UTF_8).lines()).hasSize(5).allMatch(line -> line.startsWith("I,a,csv,"));
    }

    @Test
    void emptyTextThatLooksLikeNullIsCountedS19() throws IOException, Exception {
        source.execute(
                "CREATE TABLE csv.t (id int PRIMARY KEY, name text)", "INSERT INTO csv.t VALUES (1, ''),(2, NULL)");

        DmsStandIn dms = replicate(s -> {});

        assertThat(text("LOAD00000001.csv")).isEqualTo("1,,,\n2,,,\n");
        assertThat(dms.report().count(LossyCase.EMPTY_LIKE_NULL)).isEqualTo(1);
    }
}
