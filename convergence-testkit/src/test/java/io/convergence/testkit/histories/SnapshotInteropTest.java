package io.convergence.testkit.histories;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.TableId;
import io.convergence.curated.PartitionBy;
import io.convergence.ledger.LedgerFile;
import io.convergence.pipeline.Convergence;
import io.convergence.pipeline.LakeTable;
import io.convergence.pipeline.MergeOptions;
import io.convergence.pipeline.ProgressListener;
import io.convergence.pipeline.TableState;
import io.convergence.schema.Bytes;
import io.convergence.schema.DataType;
import io.convergence.schema.DataType.Kind;
import io.convergence.source.RowImages;
import io.convergence.source.SourceColumn;
import io.convergence.source.SourceEngine;
import io.convergence.source.SourceSchema;
import io.convergence.source.SourceTable;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.target.ReplicationSpec;
import io.convergence.testkit.dms.DmsScript;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DuckDB, which shares no code with us, reads what several merges published: all types, nulls and cells not known yet, as the script's source has them. */
class SnapshotInteropTest {
    private static final TableId TABLE = TableId.of("public", "everything");
    private static final int ROWS = 300;
    private static final int TIME = 12;
    private static final int LOB = 9;

    private final ReplicationSpec spec = ReplicationSpec.lakeReady("bucket", "raw")
            .sourceSchema(SourceSchema.of(
                    SourceEngine.POSTGRESQL,
                    SourceTable.of(
                            TABLE,
                            List.of(
                                    SourceColumn.required("id", DataType.of(Kind.INT8)),
                                    SourceColumn.nullable("flag", DataType.of(Kind.BOOLEAN)),
                                    SourceColumn.nullable("small", DataType.of(Kind.INT2)),
                                    SourceColumn.nullable("whole", DataType.of(Kind.INT4)),
                                    SourceColumn.nullable("price", DataType.numeric(9, 2)),
                                    SourceColumn.nullable("wide", DataType.numeric(38, 10)),
                                    SourceColumn.nullable("single", DataType.of(Kind.REAL4)),
                                    SourceColumn.nullable("double", DataType.of(Kind.REAL8)),
                                    SourceColumn.nullable("name", DataType.wstring(20)),
                                    SourceColumn.nullable("body", DataType.of(Kind.NCLOB)),
                                    SourceColumn.nullable("bytes", DataType.of(Kind.BLOB)),
                                    SourceColumn.nullable("day", DataType.of(Kind.DATE)),
                                    SourceColumn.nullable("clock", DataType.time(3)),
                                    SourceColumn.nullable("at", DataType.datetime(6))),
                            List.of("id"),
                            RowImages.KEY_ONLY)))
            .tableMappings(mappings -> mappings.include("public", "%"))
            .build();
    private final Random random = new Random(7);
    private final DmsScript script = DmsScript.of(spec).loadFileRows(100);
    private final InMemoryObjectStore store = new InMemoryObjectStore(script.clock());

    @TempDir
    Path folder;

    private Object[] row(long id) {
        if (id % 7 == 0) {
            Object[] nulls = new Object[14];
            nulls[0] = id;
            return nulls;
        }
        return new Object[] {
            id,
            random.nextBoolean(),
            random.nextInt(65_536) - 32_768,
            random.nextInt(),
            BigDecimal.valueOf(random.nextInt(2_000_000_000) - 1_000_000_000, 2),
            new BigDecimal(random.nextLong()).movePointLeft(5).setScale(10),
            random.nextFloat(),
            random.nextGaussian(),
            "Straße " + random.nextInt(1000),
            "text \uD83D\uDE00 " + random.nextInt(),
            Bytes.of((byte) random.nextInt(), (byte) 0),
            LocalDate.ofEpochDay(random.nextInt(40_000) - 10_000),
            LocalTime.ofNanoOfDay(random.nextInt(86_400_000) * 1_000_000L),
            LocalDateTime.of(
                    1950 + random.nextInt(120), 1 + random.nextInt(12), 1, 2, 3, 4, random.nextInt(1_000_000) * 1000)
        };
    }

    @Test
    void s9DuckDbReadsWhatSeveralMergesPublishedAndUnknownCellsAsNull() throws Exception {
        readAfterSeveralMerges(MergeOptions.defaults());
    }

    /** The folders are not looked at: the columns are in the files. */
    @Test
    void s9DuckDbReadsThePartitionsThatSeveralMergesPublished() throws Exception {
        readAfterSeveralMerges(MergeOptions.defaults().partitionBy(PartitionBy.year("at"), PartitionBy.column("name")));

        List<LedgerFile> files =
                table().ledger().snapshot().published().orElseThrow().data();
        assertThat(files).hasSizeGreaterThan(100);
        assertThat(files)
                .filteredOn(file -> file.key().contains("/at_year=19"))
                .allMatch(file -> file.key().matches(".*/at_year=19[5-9]\\d/name_partition=.*"))
                .isNotEmpty();
    }

    private void readAfterSeveralMerges(MergeOptions options) throws Exception {
        for (long id = 1; id <= ROWS; id++) {
            script.row(row(id));
        }
        script.load();
        merge(options);
        requireSame(script.expected(TABLE).rows());

        // The insert comes late: until then nobody knows the large object of the row it makes.
        script.pause(Duration.ofHours(1));
        for (long id = 3; id <= ROWS; id += 5) {
            script.update(id, "name", "changed", "whole", null);
        }
        script.commit().flush();
        script.lateFile().insert(row(1001)).commit().flush();
        script.update(1001, "name", "before its insert", "whole", 5)
                .delete(4)
                .update(8, "id", 1008)
                .commit()
                .flush();
        merge(options);
        List<String> early = read().stream()
                .filter(line -> line.get(0).equals("1001"))
                .findFirst()
                .orElseThrow();
        assertThat(early.get(LOB)).as("a cell that is not known yet").isNull();
        assertThat(early.get(8)).isEqualTo("before its insert");

        script.arrive().insert(row(1002)).commit();
        merge(options);
        requireSame(script.expected(TABLE).rows());
    }

    private LakeTable table() {
        return Convergence.builder()
                .spec(spec)
                .store(store)
                .random(random)
                .build()
                .table(TABLE);
    }

    private void merge(MergeOptions options) {
        script.writeTo(store);
        var result = table().merge(options.declareComplete(), ProgressListener.none());
        assertThat(result.state()).as("%s", result).isEqualTo(TableState.PUBLISHED);
    }

    private void requireSame(List<List<@Nullable Object>> rows) throws SQLException, IOException {
        assertThat(read())
                .containsExactlyInAnyOrderElementsOf(
                        rows.stream().map(SnapshotInteropTest::text).toList());
    }

    private List<List<String>> read() throws SQLException, IOException {
        List<String> files = new ArrayList<>();
        for (LedgerFile file :
                table().ledger().snapshot().published().orElseThrow().data()) {
            Path copy = folder.resolve(file.key());
            Files.createDirectories(copy.getParent());
            Files.write(copy, store.get(file.key()).orElseThrow().content());
            files.add("'" + copy.toString().replace("'", "''") + "'");
        }
        List<List<String>> lines = new ArrayList<>();
        String columns = String.join(
                ", ",
                spec.sourceSchema().orElseThrow().table(TABLE).orElseThrow().toSchema().columnNames().stream()
                        .map(name -> '"' + name + '"')
                        .toList());
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement();
                ResultSet results = statement.executeQuery(
                        "SELECT " + columns + " FROM read_parquet(" + files + ", hive_partitioning = false)")) {
            while (results.next()) {
                List<String> line = new ArrayList<>();
                for (int i = 1; i <= 14; i++) {
                    line.add(text(results, i));
                }
                lines.add(line);
            }
        }
        return lines;
    }

    private static @Nullable String text(ResultSet results, int column) throws SQLException {
        Object value = results.getObject(column);
        if (value instanceof java.sql.Blob blob) {
            return Bytes.of(blob.getBytes(1, (int) blob.length())).toBase64();
        }
        if (value instanceof java.sql.Timestamp) {
            return results.getObject(column, LocalDateTime.class).toString();
        }
        return value == null ? null : value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
    }

    private static List<String> text(List<@Nullable Object> row) {
        List<String> line = new ArrayList<>();
        for (int i = 0; i < row.size(); i++) {
            Object value = row.get(i);
            if (value == null) {
                line.add(null);
            } else if (value instanceof Bytes bytes) {
                line.add(bytes.toBase64());
            } else if (value instanceof BigDecimal decimal) {
                line.add(decimal.toPlainString());
            } else if (i == TIME && value instanceof LocalTime time) {
                line.add(String.format("%tT.%03d", time, time.getNano() / 1_000_000));
            } else {
                line.add(value.toString());
            }
        }
        return line;
    }
}
