package io.convergence.benchmarks.decoding;

import io.convergence.benchmarks.orders.BytesInputFile;
import io.convergence.benchmarks.orders.OrderFiles;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.util.Utf8;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetReader;

/** parquet-avro: a record for each row, its cells as it gives them by default. */
public final class ReadByAvro {
    private ReadByAvro() {}

    /** @param arguments see {@link Totals#run} */
    public static void main(String[] arguments) throws Exception {
        OrderFiles files = OrderFiles.open(Path.of(arguments[0]));
        var configuration = new PlainParquetConfiguration();
        Totals.run(arguments, () -> {
            var totals = new Totals();
            for (Path file : files.paths()) {
                try (ParquetReader<GenericRecord> reader = AvroParquetReader.<GenericRecord>builder(
                                new BytesInputFile(ByteBuffer.wrap(Files.readAllBytes(file))), configuration)
                        .build()) {
                    for (GenericRecord row = reader.read(); row != null; row = reader.read()) {
                        add(row, totals);
                    }
                }
            }
            return totals;
        });
    }

    private static void add(GenericRecord row, Totals totals) {
        totals.rows++;
        for (Schema.Field field : row.getSchema().getFields()) {
            Object value = row.get(field.pos());
            if (value instanceof Utf8 text) {
                totals.textBytes += text.getByteLength();
            } else if (value instanceof GenericFixed decimal) {
                totals.unscaled += new BigInteger(decimal.bytes()).longValue();
            } else if (value instanceof Instant time) {
                long micros = time.getEpochSecond() * 1_000_000 + time.getNano() / 1000;
                totals.lastMicros = Math.max(totals.lastMicros, micros);
            } else if (value instanceof LocalDate day) {
                totals.lastDay = Math.max(totals.lastDay, day.toEpochDay());
            } else if (value instanceof Number number) {
                totals.wholes += number.longValue();
            } else if (value != null) {
                throw new IllegalStateException("No cell of an order is " + value + ".");
            }
        }
    }
}
