package io.convergence.benchmarks;

import io.convergence.TableId;
import io.convergence.change.ChangeBatch;
import io.convergence.change.ChangeCursor;
import io.convergence.change.ChangeReadOptions;
import io.convergence.change.ChangeReader;
import io.convergence.change.ChangeRecord;
import io.convergence.raw.FileContext;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.store.LocalObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.target.RowShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.avro.Conversions;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.io.LocalInputFile;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Reads one CDC file whole: every cell by Convergence's column view and row view, and by parquet-avro as records, once as
 * parquet-avro gives them (bytes for text and decimals, days for dates) and once as the values Convergence gives.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class ReadBenchmark {
    private static final String KEY = "public/orders/20240612-103125108.parquet";

    @Param({"gzip", "uncompressed"})
    String codec = "gzip";

    @Param("200000")
    int rows = 200_000;

    private Path folder = Path.of("");
    private Path file = Path.of("");
    private ChangeReader reader = ChangeReader.create(
            LocalObjectStore.open(Path.of(".")),
            TableId.of("public", "orders"),
            RowShape.plain(),
            ChangeReadOptions.defaults());
    private RawFile.Cdc raw = new RawFile.Cdc(
            TableId.of("public", "orders"),
            ObjectStat.of(KEY, 0, new io.convergence.store.ETag("none"), Instant.EPOCH),
            RawFormat.PARQUET,
            Instant.EPOCH);

    @Setup(Level.Trial)
    public void write() throws IOException, SQLException {
        folder = Files.createTempDirectory("convergence-benchmark");
        file = folder.resolve(KEY);
        Files.createDirectories(file.getParent());
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("COPY (SELECT CASE i % 10 WHEN 0 THEN 'I' WHEN 1 THEN 'D' ELSE 'U' END AS \"Op\", "
                    + "strftime(TIMESTAMP '2024-06-12 10:30:00' + to_microseconds(i * 977), '%Y-%m-%d %H:%M:%S.%f') AS dms_timestamp, "
                    + "i::BIGINT AS order_id, (i % 5000)::BIGINT AS customer_id, ((i * 7919) % 10000000)::DECIMAL(15,2) AS total, "
                    + "CASE i % 4 WHEN 0 THEN 'new' WHEN 1 THEN 'paid' WHEN 2 THEN 'shipped' ELSE 'returned' END AS status, "
                    + "DATE '2024-01-01' + (i % 700)::INTEGER AS ordered_on, "
                    + "CASE WHEN i % 20 = 0 THEN NULL ELSE md5(i::VARCHAR) END AS note "
                    + "FROM range(" + rows + ") t(i)) TO '" + file + "' (FORMAT parquet, CODEC '" + codec
                    + "', ROW_GROUP_SIZE 10000)");
        }

        var store = LocalObjectStore.open(folder);
        TableId table = TableId.of("public", "orders");
        reader = ChangeReader.create(
                store, table, RowShape.plain().withTimestampColumn("dms_timestamp"), ChangeReadOptions.defaults());
        raw = new RawFile.Cdc(
                table, store.head(KEY).orElseThrow(), RawFormat.PARQUET, Instant.parse("2024-06-12T10:31:25.108Z"));
    }

    @TearDown(Level.Trial)
    public void delete() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(path);
            }
        }
    }

    @Benchmark
    public void convergenceColumns(Blackhole sink) {
        try (ChangeCursor cursor = reader.open(raw, new FileContext(FileContext.NO_LOAD, FileContext.NO_LOAD))) {
            for (Optional<ChangeBatch> next = cursor.next(); next.isPresent(); next = cursor.next()) {
                ChangeBatch batch = next.get();
                for (int column = 0; column < batch.columns().size(); column++) {
                    var vector = batch.column(column);
                    boolean whole = vector.column().type().kind().integer();
                    for (int row = 0; row < batch.size(); row++) {
                        switch (vector.state(row)) {
                            case PRESENT -> {
                                if (whole) {
                                    sink.consume(vector.longValue(row));
                                } else {
                                    sink.consume(vector.value(row));
                                }
                            }
                            case NULL, UNKNOWN, ABSENT -> sink.consume(row);
                        }
                    }
                }
            }
        }
    }

    @Benchmark
    public void convergenceRows(Blackhole sink) {
        try (ChangeCursor cursor = reader.open(raw, new FileContext(FileContext.NO_LOAD, FileContext.NO_LOAD))) {
            for (Optional<ChangeBatch> next = cursor.next(); next.isPresent(); next = cursor.next()) {
                for (ChangeRecord change : next.get()) {
                    sink.consume(change.operation());
                    sink.consume(change.timestamp());
                    var image = change.image();
                    for (int column = 0; column < image.columns().size(); column++) {
                        switch (image.state(column)) {
                            case PRESENT -> sink.consume(image.value(column));
                            case NULL, UNKNOWN, ABSENT -> sink.consume(column);
                        }
                    }
                }
            }
        }
    }

    @Benchmark
    public void parquetAvro(Blackhole sink) throws IOException {
        try (ParquetReader<GenericRecord> records = AvroParquetReader.<GenericRecord>builder(
                        new LocalInputFile(file), new PlainParquetConfiguration())
                .build()) {
            for (GenericRecord row = records.read(); row != null; row = records.read()) {
                int columns = row.getSchema().getFields().size();
                for (int column = 0; column < columns; column++) {
                    sink.consume(row.get(column));
                }
            }
        }
    }

    @Benchmark
    public void parquetAvroSameValues(Blackhole sink) throws IOException {
        GenericData model = new GenericData();
        model.addLogicalTypeConversion(new Conversions.DecimalConversion());
        model.addLogicalTypeConversion(new TimeConversions.DateConversion());
        try (ParquetReader<GenericRecord> records = AvroParquetReader.<GenericRecord>builder(
                        new LocalInputFile(file), new PlainParquetConfiguration())
                .withDataModel(model)
                .withCompatibility(false)
                .build()) {
            for (GenericRecord row = records.read(); row != null; row = records.read()) {
                int columns = row.getSchema().getFields().size();
                for (int column = 0; column < columns; column++) {
                    Object value = row.get(column);
                    sink.consume(value instanceof CharSequence text ? text.toString() : value);
                }
            }
        }
    }
}
