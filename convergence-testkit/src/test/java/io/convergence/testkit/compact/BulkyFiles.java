package io.convergence.testkit.compact;

import io.convergence.store.ObjectStore;
import io.convergence.store.WriteCondition;
import io.convergence.target.RowShape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import java.util.Random;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/** CDC files of one table that compress badly, in several row groups each. */
final class BulkyFiles {
    static final RowShape SHAPE = RowShape.plain();

    private static final MessageType TYPE = MessageTypeParser.parseMessageType(
            "message schema { optional binary Op (UTF8); required int64 id; optional binary note (UTF8); }");
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmssSSS", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int NOTE_BYTES = 30_000;

    private BulkyFiles() {}

    /** Writes files of about {@code megabytes} each. */
    static void write(ObjectStore store, int files, int megabytes) {
        Instant first = Instant.parse("2026-03-01T10:00:00Z");
        Random random = new Random(42);
        for (int i = 0; i < files; i++) {
            String key = TestTable.RAW + NAME.format(first.plusSeconds(60L * i)) + ".parquet";
            store.put(key, file(random, i * 10_000L, megabytes << 20), WriteCondition.ifAbsent());
        }
    }

    /** Writes files of about so many bytes each. */
    static void writeSmall(ObjectStore store, int files, int bytes) {
        Instant first = Instant.parse("2026-03-01T10:00:00Z");
        Random random = new Random(42);
        for (int i = 0; i < files; i++) {
            String key = TestTable.RAW + NAME.format(first.plusSeconds(60L * i)) + ".parquet";
            store.put(key, file(random, i * 10L, bytes), WriteCondition.ifAbsent());
        }
    }

    private static byte[] file(Random random, long firstId, int size) {
        var bytes = new ByteArrayOutputStream();
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new RandomFiles.Memory(bytes))
                .withConf(new PlainParquetConfiguration())
                .withType(TYPE)
                .withCompressionCodec(CompressionCodecName.ZSTD)
                .withRowGroupRowCountLimit(50)
                .build()) {
            byte[] note = new byte[NOTE_BYTES];
            for (long written = 0; written < size; written += NOTE_BYTES) {
                random.nextBytes(note);
                Group row = new SimpleGroup(TYPE);
                row.add("Op", written % 2 == 0 ? "I" : "U");
                row.add("id", firstId++);
                row.add("note", Base64.getEncoder().encodeToString(note));
                writer.write(row);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        return bytes.toByteArray();
    }
}
