package io.convergence.testkit.dms;

import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** What a stand-in has written, read with DuckDB in the order of keys and rows. */
final class Landed implements AutoCloseable {
    private final ObjectStore store;
    private final Path folder;
    private final DuckDb duck;

    Landed(ObjectStore store) throws IOException, SQLException {
        this.store = store;
        this.folder = Files.createTempDirectory("landed");
        this.duck = new DuckDb();
    }

    List<String> keys(String prefix) {
        return store.listAll(prefix).map(ObjectStat::key).toList();
    }

    List<String> loadKeys(String prefix) {
        return keys(prefix).stream().filter(key -> key.contains("/LOAD")).toList();
    }

    List<String> changeKeys(String prefix) {
        return keys(prefix).stream().filter(key -> !key.contains("/LOAD")).toList();
    }

    ParquetBytes file(String key) {
        return new ParquetBytes(store.get(key).orElseThrow().content());
    }

    /** Columns of these files as text, in the order of keys and rows. */
    List<List<String>> rows(List<String> keys, String columns) throws IOException, SQLException {
        if (keys.isEmpty()) {
            return List.of();
        }
        return duck.rows("SELECT " + columns + " FROM " + files(keys) + " ORDER BY filename, file_row_number");
    }

    List<List<String>> query(List<String> keys, String columns, String rest) throws IOException, SQLException {
        return duck.rows("SELECT " + columns + " FROM " + files(keys) + " " + rest);
    }

    private String files(List<String> keys) throws IOException {
        for (String key : keys) {
            Path path = folder.resolve(key);
            if (!Files.exists(path)) {
                Files.createDirectories(path.getParent());
                Files.write(path, store.get(key).orElseThrow().content());
            }
        }
        return keys.stream()
                .map(key -> "'" + folder.resolve(key) + "'")
                .collect(Collectors.joining(
                        ",",
                        "read_parquet([",
                        "], union_by_name=true, filename=true, file_row_number=true, hive_partitioning=false)"));
    }

    @Override
    public void close() throws IOException, SQLException {
        duck.close();
        try (var paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
