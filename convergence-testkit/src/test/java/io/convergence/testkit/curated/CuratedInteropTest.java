package io.convergence.testkit.curated;

import static org.assertj.core.api.Assertions.assertThat;

import io.convergence.DataSize;
import io.convergence.TableId;
import io.convergence.change.ChangePosition;
import io.convergence.curated.CuratedTable;
import io.convergence.curated.ParquetSnapshotWriter;
import io.convergence.curated.WrittenSnapshot;
import io.convergence.merge.LiveRow;
import io.convergence.merge.MergeCounts;
import io.convergence.merge.MergeKey;
import io.convergence.merge.MergeResult;
import io.convergence.merge.RowCells;
import io.convergence.merge.RowLayout;
import io.convergence.schema.Bytes;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.DataType.Kind;
import io.convergence.schema.TableSchema;
import io.convergence.store.LocalObjectStore;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DuckDB, which shares no code with us, reads the curated files: the same rows in the same order, with the same types. */
class CuratedInteropTest {
    private static final TableSchema SCHEMA = new TableSchema(
            TableId.of("public", "all types"),
            List.of(
                    Column.required("id", DataType.of(Kind.INT8)),
                    Column.nullable("b", DataType.of(Kind.BOOLEAN)),
                    Column.nullable("i1", DataType.of(Kind.INT1)),
                    Column.nullable("u4", DataType.of(Kind.UINT4)),
                    Column.nullable("u8", DataType.of(Kind.UINT8)),
                    Column.nullable("d9", DataType.numeric(9, 2)),
                    Column.nullable("d18", DataType.numeric(18, 4)),
                    Column.nullable("d38", DataType.numeric(38, 10)),
                    Column.nullable("r4", DataType.of(Kind.REAL4)),
                    Column.nullable("r8", DataType.of(Kind.REAL8)),
                    Column.nullable("t", DataType.of(Kind.NCLOB)),
                    Column.nullable("bytes", DataType.of(Kind.BLOB)),
                    Column.nullable("day", DataType.of(Kind.DATE)),
                    Column.nullable("time", DataType.time(3)),
                    Column.nullable("at", DataType.datetime(6))),
            List.of("id"));

    @TempDir
    Path folder;

    private static Object[] row(long id, Random random) {
        if (id % 7 == 0) {
            var nulls = new Object[SCHEMA.columns().size()];
            nulls[0] = id;
            return nulls;
        }
        return new Object[] {
            id,
            random.nextBoolean(),
            (long) random.nextInt(256) - 128,
            random.nextLong(1L << 32),
            new BigInteger(64, random),
            BigDecimal.valueOf(random.nextLong(1_999_999_999L) - 999_999_999L, 2),
            BigDecimal.valueOf(random.nextLong(1_000_000_000_000_000_000L) * (random.nextBoolean() ? 1 : -1), 4),
            new BigDecimal(new BigInteger(120, random).multiply(BigInteger.valueOf(random.nextBoolean() ? 1 : -1)), 10),
            random.nextFloat(),
            random.nextGaussian(),
            "text \uD83D\uDE00 " + random.nextInt(),
            Bytes.of((byte) random.nextInt(), (byte) 0),
            LocalDate.ofEpochDay(random.nextInt(4_000_000) - 1_000_000),
            LocalTime.ofNanoOfDay(random.nextInt(86_400_000) * 1_000_000L),
            LocalDateTime.of(
                    1600 + random.nextInt(3000),
                    1 + random.nextInt(12),
                    1 + random.nextInt(28),
                    1,
                    2,
                    3,
                    random.nextInt(1_000_000) * 1000)
        };
    }

    @Test
    void duckDbReadsTheSameRowsInTheSameOrder() throws SQLException {
        Random random = new Random(42);
        List<Object[]> rows = new ArrayList<>();
        List<LiveRow> live = new ArrayList<>();
        for (long id = -1000; id < 1000; id++) {
            Object[] row = row(id, random);
            rows.add(row);
            live.add(new LiveRow(
                    MergeKey.of(id),
                    new ChangePosition.Load(Instant.EPOCH, "", 1, id + 1000),
                    null,
                    null,
                    RowCells.of(RowLayout.of(SCHEMA.columns()), row)));
        }
        var table = CuratedTable.empty(SCHEMA)
                .apply(
                        new MergeResult.Merged(
                                live, List.of(), Set.of(), List.of(), null, MergeCounts.none(), List.of()),
                        null);

        WrittenSnapshot written = ParquetSnapshotWriter.create(LocalObjectStore.create(folder), "lake", new Random(1))
                .withTargetSize(DataSize.ofKilobytes(64))
                .write(table, -1);

        assertThat(written.data()).hasSizeGreaterThan(1);
        String files = written.data().stream()
                .map(file -> "'" + folder.resolve(file.key()).toString().replace("'", "''") + "'")
                .collect(Collectors.joining(",", "[", "]"));
        assertThat(query(
                        "SELECT * FROM read_parquet(" + files + ", hive_partitioning = false)",
                        SCHEMA.columns().size()))
                .isEqualTo(rows.stream().map(CuratedInteropTest::text).toList());
        assertThat(query("DESCRIBE SELECT * FROM read_parquet(" + files + ", hive_partitioning = false)", 2))
                .extracting(line -> line.get(1))
                .containsExactly(
                        "BIGINT",
                        "BOOLEAN",
                        "INTEGER",
                        "BIGINT",
                        "DECIMAL(20,0)",
                        "DECIMAL(9,2)",
                        "DECIMAL(18,4)",
                        "DECIMAL(38,10)",
                        "FLOAT",
                        "DOUBLE",
                        "VARCHAR",
                        "BLOB",
                        "DATE",
                        "VARCHAR",
                        "TIMESTAMP");
    }

    private static List<List<String>> query(String sql, int columns) throws SQLException {
        List<List<String>> lines = new ArrayList<>();
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement();
                ResultSet results = statement.executeQuery(sql)) {
            while (results.next()) {
                List<String> line = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    line.add(text(results, i));
                }
                lines.add(line);
            }
        }
        return lines;
    }

    private static String text(ResultSet results, int column) throws SQLException {
        Object value = results.getObject(column);
        if (value instanceof java.sql.Blob blob) {
            return Bytes.of(blob.getBytes(1, (int) blob.length())).toBase64();
        }
        if (value instanceof java.sql.Timestamp) {
            return results.getObject(column, LocalDateTime.class).toString();
        }
        return value == null ? null : value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
    }

    private static List<String> text(Object[] row) {
        List<String> line = new ArrayList<>();
        for (Object value : row) {
            if (value == null) {
                line.add(null);
            } else if (value instanceof Bytes bytes) {
                line.add(bytes.toBase64());
            } else if (value instanceof BigDecimal decimal) {
                line.add(decimal.toPlainString());
            } else if (value instanceof LocalTime time) {
                line.add(String.format("%tT.%03d", time, time.getNano() / 1_000_000));
            } else {
                line.add(value.toString());
            }
        }
        return line;
    }
}
