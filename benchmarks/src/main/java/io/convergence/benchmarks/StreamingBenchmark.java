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
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.schema.TableSchema;
import io.convergence.store.LocalObjectStore;
import io.convergence.target.RowShape;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.io.LocalInputFile;

/**
 * Reads one large CSV and one large Parquet file, each in processes with a heap of 128 MB, in turns with a plain reader of the same
 * file: lines counted by the JDK, records by parquet-avro. Prints time, ratio and the peaks of all heap pools together, which is more than was ever in
 * use at one time.
 */
public final class StreamingBenchmark {
    private static final TableId TABLE = TableId.of("public", "orders");
    private static final String HEAP = "-Xmx128m";
    private static final Instant FLUSHED = Instant.parse("2024-06-12T10:31:25.108Z");
    private static final int CSV_ROW_BYTES = 300;
    private static final int PARQUET_ROW_BYTES = 310;
    private static final RowShape SHAPE = RowShape.plain()
            .withTimestampColumn("dms_timestamp")
            .withSchema(new TableSchema(
                    TABLE,
                    List.of(
                            Column.required("order_id", DataType.parse("int8")),
                            Column.nullable("customer_id", DataType.parse("int8")),
                            Column.nullable("total", DataType.parse("numeric(15,2)")),
                            Column.nullable("note", DataType.parse("string(300)"))),
                    List.of("order_id")));

    /** What a child says: rows, seconds, peak of the heap in MB. */
    private record Outcome(long rows, double seconds, double peak) {}

    private StreamingBenchmark() {}

    /** @param arguments rounds, MB of CSV, MB of Parquet, in one argument separated by commas; or what a child is to read */
    public static void main(String[] arguments) throws IOException, SQLException, InterruptedException {
        if (arguments.length == 3) {
            child(arguments[0], Path.of(arguments[1]), arguments[2]);
            return;
        }

        String[] sizes = arguments[0].split(",");
        int rounds = Integer.parseInt(sizes[0]);
        Path folder = Files.createTempDirectory("convergence-streaming");
        try {
            compare(folder, "csv", "lines", Long.parseLong(sizes[1]), rounds);
            compare(folder, "parquet", "avro", Long.parseLong(sizes[2]), rounds);
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path path : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                    Files.delete(path);
                }
            }
        }
    }

    private static void compare(Path folder, String format, String plain, long megabytes, int rounds)
            throws IOException, SQLException, InterruptedException {
        String key = "public/orders/20240612-103125108." + format;
        Path file = folder.resolve(key);
        Files.createDirectories(file.getParent());
        write(file, format, (megabytes << 20) / (format.equals("csv") ? CSV_ROW_BYTES : PARQUET_ROW_BYTES));
        double size = Files.size(file) / (double) (1 << 20);
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            Outcome base = run(plain, folder, key);
            Outcome ours = run(format, folder, key);
            if (base.rows() != ours.rows()) {
                throw new IllegalStateException(
                        plain + " read " + base.rows() + " rows, " + format + " " + ours.rows() + ".");
            }

            ratios.add(ours.seconds() / base.seconds());
            print(plain, size, base);
            print("Convergence " + format, size, ours);
        }
        System.out.printf(
                Locale.ROOT,
                "%s of %,.0f MB: median ratio to %s %.2f%n",
                format,
                size,
                plain,
                ratios.stream().sorted().skip(rounds / 2).findFirst().orElseThrow());
        Files.delete(file);
    }

    private static void print(String reader, double size, Outcome outcome) {
        System.out.printf(
                Locale.ROOT,
                "%-20s %,d rows, %.1f s, %.0f MB/s, peak heap %.0f MB%n",
                reader,
                outcome.rows(),
                outcome.seconds(),
                size / outcome.seconds(),
                outcome.peak());
    }

    private static void write(Path file, String format, long rows) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("COPY (SELECT CASE i % 10 WHEN 0 THEN 'I' ELSE 'U' END AS \"Op\", "
                    + "strftime(TIMESTAMP '2024-06-12 10:30:00' + to_microseconds(i * 977), '%Y-%m-%d %H:%M:%S.%f') AS dms_timestamp, "
                    + "i::BIGINT AS order_id, (i % 5000)::BIGINT AS customer_id, ((i * 7919) % 10000000)::DECIMAL(15,2) AS total, "
                    + "repeat(md5(i::VARCHAR), 8) AS note FROM range(" + rows + ") t(i)) TO '" + file + "' ("
                    + (format.equals("csv")
                            ? "FORMAT csv, HEADER false)"
                            : "FORMAT parquet, CODEC 'uncompressed', ROW_GROUP_SIZE 10000)"));
        }
    }

    private static Outcome run(String reader, Path folder, String key) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        HEAP,
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StreamingBenchmark.class.getName(),
                        reader,
                        folder.toString(),
                        key)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
        if (process.waitFor() != 0) {
            throw new IllegalStateException("Reading as " + reader + " failed: " + text);
        }

        String[] parts = text.split(" ");
        return new Outcome(Long.parseLong(parts[0]), Double.parseDouble(parts[1]), Double.parseDouble(parts[2]));
    }

    private static void child(String reader, Path folder, String key) throws IOException {
        LocalObjectStore store = LocalObjectStore.open(folder);
        RawFormat format = key.endsWith("csv") ? RawFormat.CSV : RawFormat.PARQUET;
        RawFile.Cdc file = new RawFile.Cdc(TABLE, store.head(key).orElseThrow(), format, FLUSHED);
        long start = System.nanoTime();
        long rows = switch (reader) {
            case "lines" -> lines(folder.resolve(key));
            case "avro" -> avro(folder.resolve(key));
            default -> changes(store, file);
        };
        double seconds = (System.nanoTime() - start) / 1e9;
        double peak = ManagementFactory.getMemoryPoolMXBeans().stream()
                        .filter(pool -> pool.getType() == MemoryType.HEAP)
                        .map(MemoryPoolMXBean::getPeakUsage)
                        .mapToLong(usage -> usage.getUsed())
                        .sum()
                / (double) (1 << 20);
        System.out.printf(Locale.ROOT, "%d %.3f %.1f%n", rows, seconds, peak);
    }

    private static long lines(Path file) throws IOException {
        long rows = 0;
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            while (lines.readLine() != null) {
                rows++;
            }
        }

        return rows;
    }

    private static long avro(Path file) throws IOException {
        long rows = 0;
        try (ParquetReader<GenericRecord> records = AvroParquetReader.<GenericRecord>builder(
                        new LocalInputFile(file), new PlainParquetConfiguration())
                .build()) {
            while (records.read() != null) {
                rows++;
            }
        }

        return rows;
    }

    private static long changes(LocalObjectStore store, RawFile file) {
        long rows = 0;
        long ids = 0;
        ChangeReader reader = ChangeReader.create(store, TABLE, SHAPE, ChangeReadOptions.defaults());
        try (ChangeCursor cursor = reader.open(file, new FileContext(FileContext.NO_LOAD, FLUSHED))) {
            for (Optional<ChangeBatch> next = cursor.next(); next.isPresent(); next = cursor.next()) {
                for (ChangeRecord change : next.get()) {
                    ids ^= change.image().longValue(0);
                    rows++;
                }
            }
        }
        if (ids == Long.MIN_VALUE) {
            throw new IllegalStateException("No file has such keys.");
        }

        return rows;
    }
}
