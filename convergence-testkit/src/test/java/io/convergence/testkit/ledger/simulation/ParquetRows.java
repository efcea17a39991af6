package io.convergence.testkit.ledger.simulation;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.DelegatingPositionOutputStream;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/** Small CDC files in real Parquet, and what parquet-java's own example reader finds in others. */
final class ParquetRows {
    private static final MessageType TYPE = MessageTypeParser.parseMessageType(
            "message schema { optional binary Op (UTF8); required int64 id; optional binary note (UTF8); }");
    private static final int POOL = 32;

    /** Files of DMS, made once: writing one costs more than the rest of a schedule. */
    private static final List<RawFileContent> FILES = pool();

    private ParquetRows() {}

    /** @param rows a line each, as {@link #decode} gives them */
    record RawFileContent(byte[] bytes, String rows) {}

    static RawFileContent file(int number) {
        return FILES.get(number % POOL);
    }

    private static List<RawFileContent> pool() {
        List<RawFileContent> files = new ArrayList<>();
        for (int i = 0; i < POOL; i++) {
            byte[] bytes = encode(i * 10L, 1 + i % 3);
            files.add(new RawFileContent(bytes, decode(bytes)));
        }
        return files;
    }

    private static byte[] encode(long firstId, int rows) {
        var bytes = new ByteArrayOutputStream();
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new Target(bytes))
                .withConf(new PlainParquetConfiguration())
                .withType(TYPE)
                .withCompressionCodec(CompressionCodecName.SNAPPY)
                .build()) {
            for (int i = 0; i < rows; i++) {
                Group row = new SimpleGroup(TYPE);
                row.add("Op", i == 0 ? "I" : "U");
                row.add("id", firstId + i);
                row.add("note", Secrets.SECRET + " " + (firstId + i));
                writer.write(row);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static String decode(byte[] content) {
        var rows = new StringBuilder();
        try (ParquetReader<Group> reader = new Reading(new Source(content)).build()) {
            for (Group row = reader.read(); row != null; row = reader.read()) {
                rows.append(row.getString("Op", 0))
                        .append(' ')
                        .append(row.getLong("id", 0))
                        .append(' ')
                        .append(row.getString("note", 0))
                        .append('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows.toString();
    }

    private static final class Reading extends ParquetReader.Builder<Group> {
        Reading(InputFile file) {
            super(file, new PlainParquetConfiguration());
        }

        @Override
        protected ReadSupport<Group> getReadSupport() {
            return new GroupReadSupport();
        }
    }

    private record Source(byte[] content) implements InputFile {
        @Override
        public long getLength() {
            return content.length;
        }

        @Override
        public SeekableInputStream newStream() {
            var stream = new Seekable(content);
            return new DelegatingSeekableInputStream(stream) {
                @Override
                public long getPos() {
                    return stream.position();
                }

                @Override
                public void seek(long position) {
                    stream.position((int) position);
                }
            };
        }
    }

    private static final class Seekable extends ByteArrayInputStream {
        Seekable(byte[] content) {
            super(content);
        }

        int position() {
            return pos;
        }

        void position(int position) {
            pos = position;
        }
    }

    private record Target(ByteArrayOutputStream bytes) implements OutputFile {
        @Override
        public PositionOutputStream create(long blockSizeHint) {
            return new DelegatingPositionOutputStream(bytes) {
                @Override
                public long getPos() {
                    return bytes.size();
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
