package io.convergence.testkit.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.store.LocalObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What compaction of CSV holds does not grow with the files. Takes half a minute. */
@Tag("nightly")
class CsvMemoryTest {
    @TempDir
    Path folder;

    @Test
    @DisplayName("CSV files whose Parquet is larger than a heap of 128 MB leaves room for are compacted in it")
    void aHeapOf128MbSuffices() throws IOException, InterruptedException {
        long rows = CsvMemory.write(folder, 2, 120L << 20);
        Path output = folder.resolve("output.txt");

        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CsvMemory.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();

        assertThat(process.waitFor()).as(() -> read(output)).isZero();
        var store = LocalObjectStore.open(folder);
        assertThat(CsvMemory.ledger(store).snapshot().compacted())
                .singleElement()
                .satisfies(file -> {
                    assertThat(file.file().rows()).isEqualTo(rows);
                    assertThat(file.file().size()).isGreaterThan(128L << 20);
                    assertThat(file.sources()).hasSize(2);
                });
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
