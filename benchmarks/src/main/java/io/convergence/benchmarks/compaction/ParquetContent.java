package io.convergence.benchmarks.compaction;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;

/**
 * What DuckDB finds in files, taken one after the other.
 *
 * @param hash of all values of all rows and of each row's place: equal for files of the same rows in the same order
 */
record ParquetContent(long bytes, long rowGroups, long rows, String hash) {
    static ParquetContent of(List<Path> files) throws IOException, SQLException {
        long bytes = 0;
        for (Path file : files) {
            bytes += Files.size(file);
        }
        String source = CompactByDuckdb.source(files);
        try (Connection connection =
                        CompactByDuckdb.connect(Runtime.getRuntime().availableProcessors());
                Statement statement = connection.createStatement()) {
            long rowGroups;
            try (ResultSet result = statement.executeQuery(
                    "SELECT sum(num_row_groups) FROM " + source.replace("read_parquet", "parquet_file_metadata"))) {
                result.next();
                rowGroups = result.getLong(1);
            }
            try (ResultSet result = statement.executeQuery(
                    "SELECT count(*), bit_xor(hash(numbered)) FROM (SELECT row_number() OVER () AS place, * FROM "
                            + source + ") numbered")) {
                result.next();
                return new ParquetContent(bytes, rowGroups, result.getLong(1), result.getString(2));
            }
        }
    }

    /** The Parquet files of an output folder, in the order of their names. */
    static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> file.toString().endsWith(".parquet"))
                    .sorted()
                    .toList();
        }
    }
}
