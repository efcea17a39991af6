package io.convergence.benchmarks.merge;

import io.convergence.benchmarks.compaction.CompactByDuckdb;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** DuckDB's window merge: of the rows of each key in snapshot and changes the one with the greatest sequence, deletes left out. */
public final class MergeByDuckdb {
    private MergeByDuckdb() {}

    /** @param arguments the data's folder, the output's, threads */
    public static void main(String[] arguments) throws SQLException {
        var data = new MergeData(Path.of(arguments[0]));
        try (Connection connection = CompactByDuckdb.connect(Integer.parseInt(arguments[2]));
                Statement statement = connection.createStatement()) {
            statement.execute("COPY (SELECT * EXCLUDE (Op, number) FROM (SELECT *, row_number() OVER (PARTITION BY id"
                    + " ORDER BY seq DESC NULLS LAST) AS number FROM (SELECT 'I' AS Op, * FROM read_parquet('"
                    + data.snapshot() + "') UNION ALL BY NAME SELECT * EXCLUDE (ts) FROM read_parquet('"
                    + data.changes() + "/2026*.parquet'))) WHERE number = 1 AND Op <> 'D') TO '"
                    + Path.of(arguments[1], "merged.parquet") + "' (FORMAT parquet, CODEC zstd)");
        }
    }
}
