package io.convergence.benchmarks.merge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.convergence.benchmarks.compaction.CompactByDuckdb;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the benchmark runs, and that it compares the rows of the programs; no time is judged. */
class MergeBenchmarkTest {
    private static final String FIGURES = " \\d+\\.\\d\\d \\| \\d+\\.\\d\\d \\| \\d+ \\|";
    private static final String RATIOS = " \\d+\\.\\d\\d \\| \\d+\\.\\d\\d \\| \\d+\\.\\d\\d \\|";

    @TempDir
    private Path folder;

    /** What it prints. */
    private List<String> measured(String words) throws Exception {
        PrintStream before = System.out;
        var printed = new ByteArrayOutputStream();
        try (var out = new PrintStream(printed, true, UTF_8)) {
            System.setOut(out);
            MergeBenchmark.main(new String[] {"rounds=1 work=" + folder + " " + words});
        } finally {
            System.setOut(before);
        }
        return printed.toString(UTF_8).lines().toList();
    }

    @Test
    void bothProgramsMergeATinyTableToTheSameRowsAndOtherRowsEndTheBenchmark() throws Exception {
        String words = "rows=1000 percents=10 only=duckdb-1,convergence-1";

        List<String> report = measured(words);
        changeRowOfDuckdb();

        assertThat(report.get(0)).isEqualTo("1,000 rows, 10 % of keys changed (spread), medians of 1 rounds in turns");
        assertThat(report)
                .contains("| program | time s | CPU s | peak MB | time ratio | CPU ratio | peak ratio |")
                .anyMatch(line -> line.matches("\\| DuckDB, 1 thread \\|" + FIGURES + " \\| \\| \\|"))
                .anyMatch(line -> line.matches("\\| Convergence, 1 thread \\|" + FIGURES + RATIOS))
                .last()
                .asString()
                .contains("Load before");
        assertThatThrownBy(() -> measured(words))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("convergence-1 comes to other rows (1000 rows, ")
                .hasMessageContaining(") than others (1000 rows, ");
    }

    /** One cell of a row that no change touches, in what DuckDB merges. */
    private void changeRowOfDuckdb() throws Exception {
        Path snapshot = new MergeData(folder.resolve("1000-10-spread")).snapshot();
        Path other = snapshot.resolveSibling("other.parquet");
        try (Connection connection = CompactByDuckdb.connect(1);
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "COPY (SELECT * REPLACE (CASE WHEN id = 999 THEN quantity + 1 ELSE quantity END AS quantity)"
                            + " FROM read_parquet('" + snapshot + "') ORDER BY id) TO '" + other
                            + "' (FORMAT parquet)");
        }
        Files.move(other, snapshot, StandardCopyOption.REPLACE_EXISTING);
    }
}
