package io.convergence.testkit.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.ledger.LedgerEntry;
import io.convergence.ledger.LedgerFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a merge holds does not grow with the table: one several times larger than the heap is loaded and changed in it. Each takes some
 * minutes.
 */
@Tag("nightly")
class SnapshotMemoryTest {
    /** Besides the memory given to the merge, most goes to the row group being written: 16 MB, as values and as pages. */
    private static final int HEAP_MEGABYTES = 128;

    @TempDir
    Path folder;

    @Test
    void aSnapshotThreeTimesAsLargeAsTheHeapIsMerged() throws Exception {
        merges(new SnapshotMemory(folder, 280_000, 2_000), 40);
    }

    /** Neither may a key cost memory. */
    @Test
    void aSnapshotOfMillionsOfRowsIsMerged() throws Exception {
        merges(new SnapshotMemory(folder, 6_000_000, 90), 40);
    }

    /** Rows of a first load are logged as they are read; the row group being written is larger here. */
    @Test
    void aFirstLoadThreeTimesAsLargeAsTheHeapIsLogged() throws Exception {
        int heap = 192;
        int rows = 340_000;
        new SnapshotMemory(folder, rows, 2_000).writeLoad(40);

        fork(heap, "append");

        LedgerEntry.Merge published =
                SnapshotMemory.table(folder).ledger().snapshot().published().orElseThrow();
        assertThat(published.data().stream().mapToLong(LedgerFile::rows).sum()).isEqualTo(rows);
        try (Stream<Path> load = Files.list(folder.resolve("raw/public/large"))) {
            assertThat(load.mapToLong(file -> file.toFile().length()).sum()).isGreaterThan(3L * heap << 20);
        }
    }

    private void merges(SnapshotMemory large, int files) throws Exception {
        large.writeLoad(files);
        fork();
        large.writeChanges();
        fork();

        LedgerEntry.Merge published =
                SnapshotMemory.table(folder).ledger().snapshot().published().orElseThrow();
        assertThat(published.data().stream().mapToLong(LedgerFile::size).sum())
                .isGreaterThan(3L * HEAP_MEGABYTES << 20);
        assertThat(published.data().stream().mapToLong(LedgerFile::rows).sum()).isEqualTo(large.expectedRows());
        assertThat(compare(published, large)).isEqualTo(large.expectedRows());
    }

    private void fork() throws IOException, InterruptedException {
        fork(HEAP_MEGABYTES);
    }

    private void fork(int heap, String... style) throws IOException, InterruptedException {
        Path output = folder.resolve("output.txt");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap + "m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                SnapshotMemory.class.getName(),
                folder.toString()));
        command.addAll(List.of(style));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();

        assertThat(process.waitFor()).as(() -> read(output)).isZero();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Every row as DuckDB reads it. */
    private long compare(LedgerEntry.Merge published, SnapshotMemory large) throws SQLException {
        String files = published.data().stream()
                .map(file -> "'" + folder.resolve(file.key()).toString().replace("'", "''") + "'")
                .collect(Collectors.joining(", ", "[", "]"));
        long rows = 0;
        long last = -1;
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement();
                ResultSet result = statement.executeQuery(
                        "SELECT id, body FROM read_parquet(" + files + ", hive_partitioning = false) ORDER BY id")) {
            while (result.next()) {
                long id = result.getLong(1);
                if (id <= last || !large.expected(id).orElse("no row").equals(result.getString(2))) {
                    throw new AssertionError("row of id " + id + " after " + last);
                }
                last = id;
                rows++;
            }
        }
        return rows;
    }
}
