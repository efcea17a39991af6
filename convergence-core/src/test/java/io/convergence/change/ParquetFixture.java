package io.convergence.change;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/** Writes Parquet files with parquet-java's own writer, into memory. */
public final class ParquetFixture {
    public interface Row {
        void fill(Group group);
    }

    private final MessageType schema;
    private final Map<String, String> metadata = new HashMap<>();
    private UnaryOperator<ExampleParquetWriter.Builder> settings = builder -> builder;

    private ParquetFixture(MessageType schema) {
        this.schema = schema;
    }

    /** @param fields in Parquet's schema language, without the surrounding message */
    public static ParquetFixture of(String fields) {
        return new ParquetFixture(MessageTypeParser.parseMessageType("message schema { " + fields + " }"));
    }

    public static ParquetFixture of(MessageType schema) {
        return new ParquetFixture(schema);
    }

    public ParquetFixture with(UnaryOperator<ExampleParquetWriter.Builder> writerSettings) {
        settings = writerSettings;
        return this;
    }

    public ParquetFixture metadata(String key, String value) {
        metadata.put(key, value);
        return this;
    }

    public byte[] write(Row... rows) {
        return write(List.of(rows));
    }

    public byte[] write(List<Row> rows) {
        var bytes = new ByteArrayOutputStream();
        var builder = ExampleParquetWriter.builder(new Memory(bytes))
                .withConf(new PlainParquetConfiguration())
                .withType(schema)
                .withExtraMetaData(metadata);
        try (ParquetWriter<Group> writer = settings.apply(builder).build()) {
            for (Row row : rows) {
                Group group = new SimpleGroup(schema);
                row.fill(group);
                writer.write(group);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        return bytes.toByteArray();
    }

    private record Memory(ByteArrayOutputStream bytes) implements OutputFile {
        @Override
        public PositionOutputStream create(long blockSizeHint) {
            return new PositionOutputStream() {
                @Override
                public long getPos() {
                    return bytes.size();
                }

                @Override
                public void write(int b) {
                    bytes.write(b);
                }

                @Override
                public void write(byte[] content, int offset, int length) {
                    bytes.write(content, offset, length);
                }
            };
        }

        @Override
        public PositionOutputStream createOrOverwrite(long blockSizeHint) {
            return create(blockSizeHint);
        }

        @Override
        public boolean supportsBlockSize() {
            return false;
        }

        @Override
        public long defaultBlockSize() {
            return 0;
        }
    }
}
