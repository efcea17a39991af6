package io.convergence.testkit.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.compact.CompactionListener;
import io.convergence.compact.CompactionOptions;
import io.convergence.compact.CompactionResult;
import io.convergence.compact.Compactor;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.raw.PlacedFile;
import io.convergence.raw.RawFile;
import io.convergence.raw.TableTimeline;
import io.convergence.source.SourceSchema;
import io.convergence.store.LocalObjectStore;
import io.convergence.store.ObjectStore;
import io.convergence.target.ReplicationSpec;
import io.convergence.testkit.dms.DmsStandIn;
import io.convergence.testkit.dms.EmbeddedSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DuckDB, which shares no code with the stand-in, the reader or the compactor, tells the order of rows. */
class StandInInteropTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int LOADED = 500;
    private static final int UPDATES = 150;

    @TempDir
    Path folder;

    @Test
    @DisplayName(
            "S1, S18: DuckDB, the change reader and the source agree on rows and their order, in the stand-in's files and compacted")
    void duckDbReadsStandInFilesAndTheirCompactionInTheOrderOfTheSource() throws SQLException {
        // Neither order is that of the ids.
        List<String> loaded = IntStream.range(0, LOADED)
                .mapToObj(i -> String.valueOf(i * 337 % LOADED))
                .toList();
        List<String> updated = IntStream.range(0, UPDATES)
                .mapToObj(i -> String.valueOf(i * 211 % LOADED))
                .toList();
        var store = LocalObjectStore.create(folder);
        ReplicationSpec spec = replicate(store, loaded, updated);
        var schema = spec.sourceSchema().orElseThrow();
        var table =
                new TestTable(store, spec.rowShape(schema.table(TestTable.ID).orElseThrow()));
        TableTimeline timeline = table.timeline();

        CompactionResult result = compact(store, timeline);

        List<String> loadedIds = new ArrayList<>();
        List<String> changedIds = new ArrayList<>();
        try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:")) {
            for (PlacedFile placed : timeline.files()) {
                List<String> ids = ids(duckDb, placed.key());
                assertThat(ids).as(placed.key()).isEqualTo(idsReadByConvergence(table, timeline, placed.key()));
                (placed.file() instanceof RawFile.Load ? loadedIds : changedIds).addAll(ids);
            }
            assertThat(loadedIds).isEqualTo(loaded);
            assertThat(changedIds).isEqualTo(updated);

            List<Map<String, String>> raw = new ArrayList<>();
            for (PlacedFile placed : timeline.files()) {
                raw.addAll(CompactionInteropTest.rows(duckDb, folder.resolve(placed.key())));
            }
            List<Map<String, String>> compacted = new ArrayList<>();
            for (LedgerEntry.CompactedFile output : result.outputs()) {
                compacted.addAll(CompactionInteropTest.rows(
                        duckDb, folder.resolve(output.file().key())));
            }
            assertThat(result.filesBefore())
                    .isGreaterThan(3)
                    .isEqualTo(timeline.files().size());
            assertThat(result.outputs()).hasSize(2);
            assertThat(compacted).isEqualTo(raw).hasSize(LOADED + UPDATES);
        }
    }

    private static ReplicationSpec replicate(ObjectStore store, List<String> loaded, List<String> updated)
            throws SQLException {
        try (EmbeddedSource source = EmbeddedSource.start()) {
            execute(source, "CREATE TABLE orders (id int PRIMARY KEY, v int, note text)");
            for (String id : loaded) {
                execute(source, "INSERT INTO orders VALUES (" + id + ", 0, md5('" + id + "'))");
            }
            ReplicationSpec spec = ReplicationSpec.lakeReady("bucket", "raw")
                    .sourceSchema(SourceSchema.fromJdbc(source.dataSource()))
                    .tableMappings(mappings -> mappings.include("public", "%"))
                    .build();
            try (DmsStandIn dms = DmsStandIn.builder()
                    .spec(spec)
                    .database(source)
                    .store(store)
                    .batchInterval(Duration.ofMillis(20))
                    .loadFileRows(200)
                    .build()) {
                dms.start();
                dms.awaitFullLoad(PATIENCE);
                for (String id : updated) {
                    execute(source, "UPDATE orders SET v = v + 1 WHERE id = " + id);
                }
                dms.awaitCaptured(PATIENCE);
                dms.stop();
            }

            return spec;
        }
    }

    private static void execute(EmbeddedSource source, String sql) throws SQLException {
        try (Connection connection = source.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static CompactionResult compact(ObjectStore store, TableTimeline timeline) {
        Ledger ledger = Ledger.open(store, "control/", TestTable.ID, new Random(1), Ledger.Backoff.none());
        var options = CompactionOptions.builder().settled().rowGroupRows(60).build();
        Compactor compactor = Compactor.create(store, store, ledger, "lake/", options, new Random(1));
        return compactor.execute(compactor.plan(timeline, ledger.snapshot()), CompactionListener.none());
    }

    private List<String> ids(Connection duckDb, String key) throws SQLException {
        return CompactionInteropTest.rows(duckDb, folder.resolve(key)).stream()
                .map(row -> row.get("id").substring("INTEGER ".length()))
                .toList();
    }

    private static List<String> idsReadByConvergence(TestTable table, TableTimeline timeline, String key) {
        return table.rawChanges(timeline).get(key).stream()
                .map(fact -> fact.image().get("id"))
                .map(value -> value.substring(value.lastIndexOf(' ') + 1))
                .toList();
    }
}
