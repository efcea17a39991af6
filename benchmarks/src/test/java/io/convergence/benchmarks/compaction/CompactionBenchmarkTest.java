package io.convergence.benchmarks.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.benchmarks.orders.OrderFiles;
import io.convergence.benchmarks.orders.OrderSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the benchmark runs, and that what it calls equal is equal; no time is judged. */
class CompactionBenchmarkTest {
    @TempDir
    Path folder;

    @Test
    void everyProgramCompactsATinySetAndKeepsTheOrderOfItsRows() throws Exception {
        CompactionBenchmark.main(new String[] {
            "rounds=1 work=" + folder
                    + " programs=copy,convergence-1,convergence-2,duckdb-1,duckdb-2,rewriter,avro"
                    + " tiny:mode=cpp/codec=gzip/rows=200/files=3/seed=5"
        });

        String report = Files.readString(folder.resolve("compaction.md"));
        assertThat(report.lines().filter(line -> line.endsWith("| kept |"))).hasSize(6);
        assertThat(report)
                .contains("### tiny: 3 files, 0 MB, 600 rows")
                .contains("| bytes copied (no Parquet) | 1 |")
                .contains("| the output of DuckDB, 1 thread |")
                .doesNotContain("**other**");
        assertThat(folder.resolve("compaction.svg"))
                .content()
                .startsWith("<svg")
                .contains("Convergence, 1 thread")
                .endsWith("</svg>\n");
    }

    @Test
    void rowsInAnotherOrderAreNotTheSameContent() throws Exception {
        List<Path> files = OrderFiles.write(folder.resolve("one"), OrderSet.parse(List.of("files=2", "rows=100")))
                .paths();
        List<Path> turned = new ArrayList<>(files);
        Collections.reverse(turned);
        List<Path> otherwiseEncoded = OrderFiles.write(
                        folder.resolve("two"),
                        OrderSet.parse(List.of("mode=cpp", "codec=snappy", "files=2", "rows=100")))
                .paths();

        ParquetContent content = ParquetContent.of(files);

        assertThat(content.rows()).isEqualTo(200);
        assertThat(ParquetContent.of(otherwiseEncoded).hash()).isEqualTo(content.hash());
        assertThat(ParquetContent.of(turned).hash()).isNotEqualTo(content.hash());
    }

    @Test
    void mediansAreTheMiddleAndRatiosGoRoundByRound() {
        assertThat(Medians.median(List.of(9.0, 1.0, 2.0))).isEqualTo(2.0);
        assertThat(Medians.median(List.of(4.0, 1.0, 2.0, 9.0))).isEqualTo(3.0);
        assertThat(Medians.ratio(List.of(1.0, 10.0, 3.0), List.of(2.0, 20.0, 2.0)))
                .isEqualTo(0.5);
    }
}
