package io.convergence.benchmarks.compaction;

import io.convergence.benchmarks.orders.OrderFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;

/** DuckDB's {@code COPY}, with rows in their order. */
public final class CompactByDuckdb {
    private CompactByDuckdb() {}

    /**
     * Compacts once.
     *
     * @param arguments the set's folder, the output's, threads, rows of a row group
     */
    public static void main(String[] arguments) throws IOException, SQLException {
        List<Path> files = OrderFiles.open(Path.of(arguments[0])).paths();
        try (Connection connection = connect(Integer.parseInt(arguments[2]));
                Statement statement = connection.createStatement()) {
            statement.execute("COPY (SELECT * FROM " + source(files) + ") TO '"
                    + Path.of(arguments[1], "part-0.parquet") + "' (FORMAT parquet, CODEC zstd, ROW_GROUP_SIZE "
                    + arguments[3] + ")");
        }
    }

    public static Connection connect(int threads) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET threads = " + threads);
            statement.execute("SET preserve_insertion_order = true");
        }

        return connection;
    }

    public static String source(List<Path> files) {
        return files.stream()
                .map(file -> "'" + file.toString().replace("'", "''") + "'")
                .collect(Collectors.joining(", ", "read_parquet([", "])"));
    }
}
