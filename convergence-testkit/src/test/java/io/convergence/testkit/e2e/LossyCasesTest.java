package io.convergence.testkit.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.DataSize;
import io.convergence.TableId;
import io.convergence.pipeline.LakeTable;
import io.convergence.pipeline.TableState;
import io.convergence.reconcile.JdbcSourceRows;
import io.convergence.reconcile.Loss;
import io.convergence.reconcile.LossyCase;
import io.convergence.reconcile.ReconcileException;
import io.convergence.reconcile.Reconciliation;
import io.convergence.schema.TableSchema;
import io.convergence.source.SourceSchema;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.target.ReplicationSpec;
import io.convergence.testkit.dms.DmsStandIn;
import io.convergence.testkit.dms.EmbeddedSource;
import io.convergence.testkit.e2e.Story.Landed;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** S19: what the type mapping loses is counted by the stand-in that loses it and by the comparison, and is no difference. */
class LossyCasesTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final TableId TABLE = TableId.of("public", "lossy");
    private static EmbeddedSource source;

    @BeforeAll
    static void start() {
        source = EmbeddedSource.start();
    }

    @AfterAll
    static void stop() {
        source.close();
    }

    @Test
    void s19EachLossyCaseIsReportedWhenItHappens() throws SQLException {
        var story = new Story(source);
        story.execute(
                "DROP TABLE IF EXISTS lossy",
                "CREATE TABLE lossy (id int PRIMARY KEY, n numeric, flag boolean, big text, bytes bytea, at_time time, ts timestamp, tz timestamptz, wide text)",
                "INSERT INTO lossy VALUES (1, 0.611111104488373, true, repeat('é', 600), decode(repeat('ab', 3000), 'hex'), '10:11:12.123456', 'infinity', '-infinity', 'w')",
                "INSERT INTO lossy VALUES (2, 1.5, NULL, 'short', NULL, '10:11:12.123', '2024-01-01 00:00:00', '2024-01-01 00:00:00+02', NULL)");

        Landed landed = replicate(
                story,
                spec -> spec.lobMaxSize(DataSize.ofKilobytes(1)),
                "INSERT INTO lossy VALUES (3, 2.00000049, false, repeat('漢', 700), '\\x00', '00:00', '2024-01-01', '2024-01-01', 'kept')",
                "UPDATE lossy SET wide = NULL WHERE id = 3");
        LakeTable table = merged(landed);
        Reconciliation answer = story.compare(landed, table);

        assertThat(answer.differences()).isEmpty();
        assertThat(answer.losses())
                .isEqualTo(Map.of(
                        new Loss(LossyCase.NUMERIC_ROUNDED, "n"), 2L,
                        new Loss(LossyCase.BOOLEAN_AS_TEXT, "flag"), 2L,
                        new Loss(LossyCase.LOB_TRUNCATED, "big"), 2L,
                        new Loss(LossyCase.LOB_TRUNCATED, "bytes"), 1L,
                        new Loss(LossyCase.FRACTION_CUT, "at_time"), 1L,
                        new Loss(LossyCase.INFINITY_REPLACED, "ts"), 1L,
                        new Loss(LossyCase.INFINITY_REPLACED, "tz"), 1L,
                        new Loss(LossyCase.NULL_NOT_SEEN, "wide"), 1L));
        assertThat(landed.report().count(io.convergence.testkit.dms.LossyCase.NUMERIC_ROUNDED, TABLE, "n"))
                .isPositive();
        assertThat(landed.report().count(io.convergence.testkit.dms.LossyCase.BOOLEAN_AS_TEXT, TABLE, "flag"))
                .isPositive();
        assertThat(landed.report().count(io.convergence.testkit.dms.LossyCase.LOB_TRUNCATED, TABLE, "big"))
                .isPositive();
        assertThat(landed.report().count(io.convergence.testkit.dms.LossyCase.LOB_TRUNCATED, TABLE, "bytes"))
                .isPositive();
        assertThat(landed.report().count(io.convergence.testkit.dms.LossyCase.TIME_CUT_TO_MILLIS, TABLE, "at_time"))
                .isPositive();
        assertThat(landed.report().count(io.convergence.testkit.dms.LossyCase.TIMESTAMP_INFINITE, TABLE, "ts"))
                .isPositive();
        assertThat(landed.report().count(io.convergence.testkit.dms.LossyCase.TIMESTAMP_INFINITE, TABLE, "tz"))
                .isPositive();
    }

    @Test
    void s19MillisecondsAreReportedWhenTheFileHasNoMore() throws SQLException {
        var story = new Story(source);
        story.execute(
                "DROP TABLE IF EXISTS lossy",
                "CREATE TABLE lossy (id int PRIMARY KEY, ts timestamp, tz timestamptz)",
                "INSERT INTO lossy VALUES (1, '2024-01-01 10:00:00.123456', '2024-01-01 10:00:00.000001+02')");

        Landed landed =
                replicate(story, spec -> spec.settings(s -> s.parquet(parquet -> parquet.timestampInMillisecond())));
        LakeTable table = merged(landed);
        Reconciliation answer = story.compare(landed, table, JdbcSourceRows::timestampsInMilliseconds);

        assertThat(answer.differences()).isEmpty();
        assertThat(answer.losses())
                .isEqualTo(Map.of(
                        new Loss(LossyCase.FRACTION_CUT, "ts"), 1L,
                        new Loss(LossyCase.FRACTION_CUT, "tz"), 1L));
        assertThat(landed.report().count(io.convergence.testkit.dms.LossyCase.TIMESTAMP_CUT_TO_MILLIS))
                .isEqualTo(2);
    }

    @Test
    void aSourceColumnThatVanishedIsNamedWithWhatToDo() throws SQLException {
        new Story(source).execute("DROP TABLE IF EXISTS lossy", "CREATE TABLE lossy (id int PRIMARY KEY, gone text)");
        TableSchema schema = SourceSchema.fromJdbc(source.dataSource())
                .table(TABLE)
                .orElseThrow()
                .toSchema();
        var rows = JdbcSourceRows.of(source.dataSource(), schema, DataSize.ofKilobytes(1));

        new Story(source).execute("ALTER TABLE lossy DROP COLUMN gone");
        assertThatThrownBy(rows::rows)
                .isInstanceOf(ReconcileException.class)
                .hasMessage("Cannot read source table public.lossy: ERROR: column \"gone\" does not exist Position: 14."
                        + " The source no longer has a column the schema declares: take the source schema anew.");

        new Story(source).execute("DROP TABLE lossy");
        assertThatThrownBy(rows::rows)
                .hasMessageContaining("\"public.lossy\" does not exist")
                .hasMessageEndingWith("The source no longer has the table: take the source schema anew.");
    }

    private static LakeTable merged(Landed landed) {
        LakeTable table = Story.lake(landed, landed.raw(), new InMemoryObjectStore(Instant::now))
                .table(TABLE);
        assertThat(Story.merge(table).state()).isEqualTo(TableState.PUBLISHED);
        return table;
    }

    private static Landed replicate(Story story, UnaryOperator<ReplicationSpec.Builder> settings, String... changes)
            throws SQLException {
        SourceSchema schema = SourceSchema.fromJdbc(source.dataSource());
        ReplicationSpec spec = settings.apply(ReplicationSpec.lakeReady("bucket", "raw")
                        .sourceSchema(schema)
                        .tableMappings(mappings -> mappings.include("public", "lossy")))
                .build();
        var store = new InMemoryObjectStore(Instant::now);
        try (DmsStandIn dms =
                DmsStandIn.builder().spec(spec).database(source).store(store).build()) {
            dms.start();
            dms.awaitFullLoad(PATIENCE);
            story.execute(changes);
            dms.awaitCaptured(PATIENCE);
            dms.stop();
            return new Landed(spec, schema, store, dms.report());
        }
    }
}
