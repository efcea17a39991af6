package io.convergence.audit;

import io.convergence.change.ParquetFixture;
import io.convergence.store.InMemoryObjectStore;
import io.convergence.store.ObjectStat;
import io.convergence.store.WriteCondition;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** Parquet files in the shape of DMS's, in a store whose clock the test sets: the writer calls itself AWS, footer version 2. */
final class DmsFiles {
    /** Op, timestamp, id, note, seq, before_id. */
    static final String CHANGES =
            "optional binary Op (UTF8); required binary ts (UTF8); optional int64 id; optional binary note (UTF8);"
                    + " optional binary seq (UTF8); optional int64 before_id;";

    private static final DateTimeFormatter TIMESTAMP = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter SEQUENCE =
            DateTimeFormatter.ofPattern("uuuuMMddHHmmssSS", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Instant now = Instant.EPOCH;
    private final InMemoryObjectStore store = new InMemoryObjectStore(() -> now);

    InMemoryObjectStore store() {
        return store;
    }

    ObjectStat add(String key, Instant stored, byte[] content) {
        now = stored;
        return store.put(key, content, WriteCondition.none());
    }

    static String timestamp(Instant time) {
        return TIMESTAMP.format(time);
    }

    static String sequence(Instant time, long counter) {
        return SEQUENCE.format(time) + String.format(Locale.ROOT, "%019d", counter);
    }

    /** Rows in the form of {@link #CHANGES}. */
    static ParquetFixture.Row change(String op, Instant time, long counter, long id, String note) {
        return row -> {
            row.append("Op", op).append("ts", timestamp(time)).append("id", id);
            if (note != null) {
                row.append("note", note);
            }
            row.append("seq", sequence(time, counter));
        };
    }

    static ParquetFixture.Row load(Instant time, long id, String note) {
        return row -> row.append("Op", "I")
                .append("ts", timestamp(time))
                .append("id", id)
                .append("note", note);
    }

    static byte[] changes(ParquetFixture.Row... rows) {
        return dms(ParquetFixture.of(CHANGES).with(plain()).write(rows));
    }

    /** As DMS writes by default: not compressed, no dictionary. */
    static UnaryOperator<ExampleParquetWriter.Builder> plain() {
        return builder ->
                builder.withCompressionCodec(CompressionCodecName.UNCOMPRESSED).withDictionaryEncoding(false);
    }

    static List<ParquetFixture.Row> rows(int count, java.util.function.IntFunction<ParquetFixture.Row> row) {
        List<ParquetFixture.Row> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(row.apply(i));
        }
        return rows;
    }

    /** The file with DMS's name in its footer, and the footer version it was seen with. */
    static byte[] dms(byte[] parquet) {
        int length = ByteBuffer.wrap(parquet, parquet.length - 8, 4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt();
        int start = parquet.length - 8 - length;
        try {
            FileMetaData footer = Util.readFileMetaData(new ByteArrayInputStream(parquet, start, length));
            footer.setCreated_by("AWS");
            footer.setVersion(2);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write(parquet, 0, start);
            Util.writeFileMetaData(footer, out);
            int written = out.size() - start;
            out.writeBytes(ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(written)
                    .array());
            out.writeBytes(new byte[] {'P', 'A', 'R', '1'});
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
