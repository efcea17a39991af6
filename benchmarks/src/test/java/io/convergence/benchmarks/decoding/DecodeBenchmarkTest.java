package io.convergence.benchmarks.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.benchmarks.orders.OrderFiles;
import io.convergence.benchmarks.orders.OrderSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That all programs read the same cells; no time is judged. */
class DecodeBenchmarkTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mode=plain,codec=gzip",
                "mode=java,codec=snappy",
                "mode=cpp,codec=zstd,pages=2",
                "mode=cpp,codec=none,group=70"
            })
    void everyProgramComesToTheSameTotals(String options) throws Exception {
        var set = OrderSet.parse(Arrays.asList((options + ",files=2,rows=200,seed=7").split(",")));
        OrderFiles files = OrderFiles.write(folder.resolve("set"), set);
        String[] arguments = {
            files.folder().toString(),
            Files.createDirectories(folder.resolve("out")).toString(),
            "1"
        };

        ReadByDuckdb.main(arguments);
        String expected = Totals.left(folder.resolve("out"))[0];

        assertThat(expected).startsWith("400 rows: ");
        ReadColumns.main(arguments);
        assertThat(Totals.left(folder.resolve("out"))[0]).as("columns").isEqualTo(expected);
        ReadRows.main(arguments);
        assertThat(Totals.left(folder.resolve("out"))[0]).as("rows").isEqualTo(expected);
        ReadByAvro.main(arguments);
        assertThat(Totals.left(folder.resolve("out"))[0]).as("parquet-avro").isEqualTo(expected);
    }
}
