package io.convergence.testkit.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.compact.CompactionListener;
import io.convergence.compact.CompactionOptions;
import io.convergence.compact.CompactionResult;
import io.convergence.compact.Compactor;
import io.convergence.ledger.Ledger;
import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.RawSource;
import io.convergence.store.LocalObjectStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DuckDB as a reader that shares no code with the writer. */
class CompactionInteropTest {
    private static final int SEEDS = 8;

    @TempDir
    Path folder;

    @Test
    @DisplayName("S18: DuckDB reads a compacted file as it reads its raw files one after the other, row by row")
    void duckDbReadsTheSameRowsInTheSameOrder() throws SQLException {
        int rows = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            var files = new RandomFiles(seed, new RandomFiles.Coverage());
            Path root = folder.resolve("seed" + seed);
            var store = LocalObjectStore.create(root);
            files.write(store);
            Ledger ledger = Ledger.open(store, "control/", TestTable.ID, new Random(seed), Ledger.Backoff.none());
            var options = CompactionOptions.builder().settled().rowGroupRows(25).build();
            Compactor compactor = Compactor.create(store, store, ledger, "lake/", options, new Random(seed));

            CompactionResult result = compactor.execute(
                    compactor.plan(new TestTable(store, files.shape()).timeline(), ledger.snapshot()),
                    CompactionListener.none());

            try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:")) {
                for (LedgerEntry.CompactedFile output : result.outputs()) {
                    List<Map<String, String>> expected = new ArrayList<>();
                    for (RawSource source : output.sources()) {
                        expected.addAll(rows(duckDb, root.resolve(source.key())));
                    }
                    List<Map<String, String>> actual =
                            rows(duckDb, root.resolve(output.file().key()));
                    assertThat(actual)
                            .as("seed %d, %s", seed, output.file().key())
                            .isEqualTo(expected);
                    rows += actual.size();
                }
            }
        }

        assertThat(rows).isGreaterThan(200);
    }

    /** Cells by column name with their DuckDB types; nulls are left out, as a column that a raw file lacks is null in the compacted one. */
    static List<Map<String, String>> rows(Connection duckDb, Path file) throws SQLException {
        List<Map<String, String>> rows = new ArrayList<>();
        String query = "SELECT * FROM read_parquet('" + file + "', hive_partitioning = false)";
        try (Statement statement = duckDb.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            ResultSetMetaData metadata = result.getMetaData();
            while (result.next()) {
                Map<String, String> row = new TreeMap<>();
                for (int i = 1; i <= metadata.getColumnCount(); i++) {
                    Object value = result.getObject(i);
                    if (value != null) {
                        boolean blob = metadata.getColumnTypeName(i).equals("BLOB");
                        row.put(
                                metadata.getColumnName(i),
                                metadata.getColumnTypeName(i) + " "
                                        + (blob ? HexFormat.of().formatHex(result.getBytes(i)) : value));
                    }
                }
                rows.add(row);
            }
        }

        return rows;
    }
}
