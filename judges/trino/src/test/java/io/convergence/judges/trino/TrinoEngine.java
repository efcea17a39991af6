package io.convergence.judges.trino;

import static io.trino.spi.type.TimeZoneKey.UTC_KEY;
import static io.trino.testing.TestingSession.testSessionBuilder;

import io.convergence.judges.JudgeCase;
import io.convergence.judges.JudgeColumn;
import io.convergence.judges.Row;
import io.convergence.judges.ValueRange;
import io.trino.Session;
import io.trino.plugin.hive.HiveConnectorFactory;
import io.trino.server.testing.TestingTrinoServer;
import io.trino.spi.Plugin;
import io.trino.spi.connector.ConnectorFactory;
import io.trino.testing.MaterializedRow;
import io.trino.testing.TestingTrinoClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Trino with its Hive connector in this process. One node, one split to a file and one driver to a query: so a scan of one
 * file gives its rows in file order, which {@code order-shuffled} proves.
 */
final class TrinoEngine implements AutoCloseable {
    // DistributedQueryRunner would do this and more, but loads TestNG.
    private final TestingTrinoServer server;
    private final TestingTrinoClient client;
    private final Session session;
    private int tables;

    TrinoEngine(Path folder) {
        session = testSessionBuilder()
                .setCatalog("hive")
                .setSchema("judged")
                .setTimeZoneKey(UTC_KEY)
                .setSystemProperty("task_concurrency", "1")
                .build();
        server = TestingTrinoServer.builder()
                .setProperties(Map.of("node-scheduler.include-coordinator", "true", "query.client.timeout", "10m"))
                .build();
        client = new TestingTrinoClient(server, session);
        server.installPlugin(new HivePlugin());
        server.createCatalog(
                "hive",
                "hive",
                Map.of(
                        "hive.metastore", "file",
                        "hive.metastore.catalog.dir",
                                folder.resolve("metastore").toUri().toString(),
                        "hive.timestamp-precision", "MICROSECONDS",
                        "hive.parquet.time-zone", "UTC",
                        "hive.max-split-size", "1GB",
                        "hive.max-initial-split-size", "1GB"));
        client.execute("CREATE SCHEMA hive.judged");
    }

    /** Which of Trino's two Parquet readers reads. */
    enum Reader {
        ROW,
        BATCH
    }

    /** The rows of all files of the case, file after file. */
    List<Row> rows(JudgeCase judged, List<JudgeColumn> columns, Reader reader) {
        return rows(judged, columns, reader, "");
    }

    /** Those of the rows that are within a range. */
    List<Row> rows(JudgeCase judged, List<JudgeColumn> columns, Reader reader, ValueRange range) {
        JudgeColumn column = range.column();
        return rows(
                judged,
                columns,
                reader,
                " AND " + range.sql(quoted(column.name()), TrinoTypes.declared(column.type())));
    }

    private List<Row> rows(JudgeCase judged, List<JudgeColumn> columns, Reader reader, String condition) {
        String table = "t" + tables++;
        client.execute(columns.stream()
                .map(column -> quoted(column.name()) + " " + TrinoTypes.declared(column.type()))
                .collect(Collectors.joining(
                        ", ",
                        "CREATE TABLE " + table + " (",
                        ") WITH (format = 'PARQUET', external_location = '"
                                + judged.dataFolder().toUri() + "')")));

        Session chosen = Session.builder(session)
                .setCatalogSessionProperty(
                        "hive", "parquet_optimized_reader_enabled", String.valueOf(reader == Reader.BATCH))
                .build();
        String names = columns.stream().map(column -> quoted(column.name())).collect(Collectors.joining(", "));
        List<Row> rows = new ArrayList<>();
        for (Path file : judged.files()) {
            String where = " WHERE \"$path\" LIKE '%/" + file.getFileName() + "'";
            var result = client.execute(chosen, "SELECT " + names + " FROM " + table + where + condition);
            for (MaterializedRow row : result.getResult()) {
                rows.add(row(row, columns));
            }
        }
        return rows;
    }

    private static Row row(MaterializedRow row, List<JudgeColumn> columns) {
        List<@Nullable Object> cells = new ArrayList<>(columns.size());
        for (int i = 0; i < columns.size(); i++) {
            cells.add(TrinoTypes.cell(row.getField(i), columns.get(i).type()));
        }
        return new Row(cells);
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    @Override
    public void close() throws IOException {
        client.close();
        server.close();
    }

    private static final class HivePlugin implements Plugin {
        @Override
        public Iterable<ConnectorFactory> getConnectorFactories() {
            return List.of(new HiveConnectorFactory("hive"));
        }
    }
}
