package io.convergence.benchmarks.compaction;

import io.convergence.benchmarks.orders.OrderFiles;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.LocalOutputFile;
import org.jspecify.annotations.Nullable;

/** What most Java programs do: parquet-avro reads records and writes them again. */
final class CompactByAvro {
    private CompactByAvro() {}

    /**
     * Compacts once.
     *
     * @param arguments the set's folder, the output's
     */
    public static void main(String[] arguments) throws IOException {
        var configuration = new PlainParquetConfiguration();
        var output = new LocalOutputFile(Path.of(arguments[1], "part-0.parquet"));
        @Nullable ParquetWriter<GenericRecord> writer = null;
        try {
            for (Path file : OrderFiles.open(Path.of(arguments[0])).paths()) {
                try (ParquetReader<GenericRecord> reader = AvroParquetReader.<GenericRecord>builder(
                                new LocalInputFile(file), configuration)
                        .build()) {
                    for (GenericRecord row = reader.read(); row != null; row = reader.read()) {
                        if (writer == null) {
                            writer = AvroParquetWriter.<GenericRecord>builder(output)
                                    .withSchema(row.getSchema())
                                    .withConf(configuration)
                                    .withCompressionCodec(CompressionCodecName.ZSTD)
                                    .build();
                        }

                        writer.write(row);
                    }
                }
            }
        } finally {
            if (writer != null) {
                writer.close();
            }
        }
    }
}
