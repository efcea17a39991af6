package io.convergence.benchmarks.orders;

import io.convergence.TableId;
import io.convergence.raw.RawFile;
import io.convergence.raw.RawFormat;
import io.convergence.store.ObjectStat;
import io.convergence.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * A folder of files as DMS leaves them in a bucket: {@code public/orders/<time>.parquet}, beside them {@code set.txt} with the
 * options that made them.
 */
public record OrderFiles(Path folder, OrderSet set) {
    public static final TableId TABLE = TableId.of("public", "orders");

    private static final String DESCRIPTION = "set.txt";
    private static final String FILES = "public/orders";
    private static final Instant FIRST_FLUSH = Instant.parse("2024-03-02T00:00:00Z");
    private static final int BUFFER_BYTES = 1 << 20;
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("uuuuMMdd-HHmmssSSS", Locale.ROOT).withZone(ZoneOffset.UTC);

    /**
     * Writes a set.
     *
     * @param arguments a folder that does not exist, then options, see {@link OrderSet#parse}
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        OrderFiles written = write(
                Path.of(arguments[0]), OrderSet.parse(Arrays.asList(arguments).subList(1, arguments.length)));
        long bytes = 0;
        for (Path file : written.paths()) {
            bytes += Files.size(file);
        }
        System.out.printf(Locale.ROOT, "%,d files, %,d bytes%n", written.set().files(), bytes);
    }

    /** The set of a folder that {@link #write} filled. */
    public static OrderFiles open(Path folder) throws IOException {
        return new OrderFiles(folder, OrderSet.parse(Files.readAllLines(folder.resolve(DESCRIPTION))));
    }

    /** Writes a set on all processors; which rows a file has does not depend on them. */
    public static OrderFiles write(Path folder, OrderSet set) throws IOException, InterruptedException {
        Files.createDirectories(folder.resolve(FILES));
        var files = new OrderFiles(folder, set);
        ExecutorService threads =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int file = 0; file < set.files(); file++) {
                int number = file;
                running.add(threads.submit(() -> {
                    files.write(number);
                    return null;
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("Cannot write the files of " + set + ".", e.getCause());
        } finally {
            threads.shutdownNow();
        }

        Files.write(folder.resolve(DESCRIPTION), set.options());
        return files;
    }

    /** The files in order. */
    public List<Path> paths() throws IOException {
        try (Stream<Path> all = Files.list(folder.resolve(FILES))) {
            return all.sorted().toList();
        }
    }

    /** The files as a listing of a store at {@link #folder} finds them, in order. */
    public List<RawFile> rawFiles(ObjectStore store) {
        List<RawFile> files = new ArrayList<>();
        try (Stream<ObjectStat> objects = store.listAll(FILES + "/")) {
            objects.forEach(stat -> files.add(new RawFile.Cdc(TABLE, stat, RawFormat.PARQUET, flush(files.size()))));
        }

        return files;
    }

    private static Instant flush(int file) {
        return FIRST_FLUSH.plusSeconds(60L * file);
    }

    private void write(int number) throws IOException {
        Path file = folder.resolve(FILES).resolve(NAME.format(flush(number)) + ".parquet");
        List<OrderColumn> columns = OrderColumn.mix(set.columns());
        MessageType schema = new MessageType(
                "schema", columns.stream().map(OrderColumn::type).toArray(Type[]::new));
        ParquetProperties.Builder builder = ParquetProperties.builder()
                .withWriterVersion(set.pages() == 1 ? WriterVersion.PARQUET_1_0 : WriterVersion.PARQUET_2_0)
                // Pages end by size alone, as those of parquet-cpp.
                .withPageRowCountLimit(Integer.MAX_VALUE);
        set.dictionaries().configure(builder);
        ParquetProperties properties = builder.build();
        long firstRow = (long) number * set.rows();
        var order = new Order(new SplittableRandom(set.seed() * 1_000_003 + number), firstRow);
        var codecs = new CodecFactory(new PlainParquetConfiguration(), BUFFER_BYTES);
        try (var writer = new ParquetFileWriter(
                new LocalOutputFile(file),
                schema,
                ParquetFileWriter.Mode.CREATE,
                ParquetWriter.DEFAULT_BLOCK_SIZE,
                0)) {
            writer.start();
            for (int done = 0; done < set.rows(); ) {
                int rows = Math.min(set.rowGroupRows(), set.rows() - done);
                writeRowGroup(writer, schema, properties, codecs, columns, order, rows);
                done += rows;
            }
            writer.end(Map.of());
        } finally {
            codecs.release();
        }
        if (set.dictionaries() == Dictionaries.PLAIN) {
            DmsFooter.give(file);
        }
    }

    private void writeRowGroup(
            ParquetFileWriter writer,
            MessageType schema,
            ParquetProperties properties,
            CodecFactory codecs,
            List<OrderColumn> columns,
            Order order,
            int rows)
            throws IOException {
        CompressionCodecName codec = set.codec();
        try (var pages = new ColumnChunkPageWriteStore(
                        codecs.getCompressor(codec), schema, properties.getAllocator(), 64, false);
                ColumnWriteStore store = properties.newColumnWriteStore(schema, pages)) {
            ColumnWriter[] writers =
                    schema.getColumns().stream().map(store::getColumnWriter).toArray(ColumnWriter[]::new);
            for (int row = 0; row < rows; row++) {
                order.next();
                for (int column = 0; column < writers.length; column++) {
                    columns.get(column).cell().write(writers[column], order);
                }
                store.endRecord();
            }
            store.flush();
            writer.startBlock(rows);
            pages.flushToFileWriter(writer);
            writer.endBlock();
        }
    }
}
