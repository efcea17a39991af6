package io.convergence.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.jspecify.annotations.Nullable;

/** A Parquet file with the columns and annotations DMS writes, row by row. */
final class DmsFile {
    private final MessageType schema;
    private final List<Group> rows = new ArrayList<>();

    private DmsFile(MessageType schema) {
        this.schema = schema;
    }

    /** @param columns in Parquet's schema language, e.g. {@code optional int64 id; optional binary name (UTF8);} */
    static DmsFile of(String columns) {
        return new DmsFile(MessageTypeParser.parseMessageType("message schema {" + columns + "}"));
    }

    /** @param values by column; null for a null */
    DmsFile row(@Nullable Object... values) {
        Group row = new SimpleGroup(schema);
        for (int i = 0; i < values.length; i++) {
            Object value = values[i];
            if (value instanceof String text) {
                row.add(i, Binary.fromConstantByteArray(text.getBytes(UTF_8)));
            } else if (value instanceof byte[] bytes) {
                row.add(i, Binary.fromConstantByteArray(bytes));
            } else if (value instanceof BigDecimal decimal) {
                row.add(i, Binary.fromConstantByteArray(padded(decimal, length(i))));
            } else if (value instanceof Integer number) {
                row.add(i, number);
            } else if (value instanceof Long number) {
                row.add(i, number);
            } else if (value instanceof Float number) {
                row.add(i, number);
            } else if (value instanceof Double number) {
                row.add(i, number);
            } else if (value instanceof Boolean flag) {
                row.add(i, flag);
            } else if (value != null) {
                throw new IllegalArgumentException("no Parquet value: " + value);
            }
        }
        rows.add(row);
        return this;
    }

    private int length(int column) {
        return schema.getType(column).asPrimitiveType().getTypeLength();
    }

    private static byte[] padded(BigDecimal decimal, int length) {
        byte[] digits = decimal.unscaledValue().toByteArray();
        byte[] padded = new byte[length];
        Arrays.fill(padded, (byte) (decimal.signum() < 0 ? -1 : 0));
        System.arraycopy(digits, 0, padded, length - digits.length, digits.length);
        return padded;
    }

    byte[] bytes() {
        var bytes = new ByteArrayOutputStream();
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new Memory(bytes))
                .withConf(new PlainParquetConfiguration())
                .withType(schema)
                .build()) {
            for (Group row : rows) {
                writer.write(row);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        return bytes.toByteArray();
    }

    void writeTo(Path file) {
        write(file, bytes());
    }

    static void write(Path file, byte[] content) {
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
