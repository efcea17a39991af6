package io.convergence.testkit.compact;

import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStore;
import io.convergence.store.WriteCondition;
import io.convergence.target.RowShape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/** Files of changes with columns {@code Op}, {@code id} and those a test asks for. Ids count on from file to file. */
final class TypedFiles {
    static final RowShape SHAPE = RowShape.plain();
    static final Instant AFTER_ALL = Instant.parse("2026-03-02T00:00:00Z");

    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmssSSS", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final ObjectStore store;
    private Instant next = Instant.parse("2026-03-01T10:00:00Z");
    private long id;

    TypedFiles(ObjectStore store) {
        this.store = store;
    }

    static InMemoryObjectStore memory() {
        return new InMemoryObjectStore(() -> AFTER_ALL);
    }

    /**
     * Writes a file.
     *
     * @param columns in the syntax of Parquet schemas, may be empty
     * @param filler of one value each; fills the columns but {@code Op} and {@code id}
     * @return its key
     */
    <T> String put(String columns, List<T> values, BiConsumer<Group, T> filler) {
        MessageType type = MessageTypeParser.parseMessageType(
                "message schema { optional binary Op (UTF8); required int64 id; " + columns + " }");
        var bytes = new ByteArrayOutputStream();
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new RandomFiles.Memory(bytes))
                .withConf(new PlainParquetConfiguration())
                .withType(type)
                .withCompressionCodec(CompressionCodecName.GZIP)
                .withRowGroupRowCountLimit(3)
                .build()) {
            for (T value : values) {
                Group row = new SimpleGroup(type);
                row.add("Op", id % 3 == 2 ? "U" : "I");
                row.add("id", id++);
                filler.accept(row, value);
                writer.write(row);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        next = next.plusSeconds(60);
        String key = TestTable.RAW + NAME.format(next) + ".parquet";
        store.put(key, bytes.toByteArray(), WriteCondition.ifAbsent());
        return key;
    }

    /** A file of so many rows without further columns. */
    String put(int rows) {
        return put("", Collections.nCopies(rows, ""), (row, value) -> {});
    }
}
