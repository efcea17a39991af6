package io.convergence.store.internal;

import io.convergence.store.ObjectWriter;
import io.convergence.store.internal.pages.ByteSink;
import io.convergence.store.internal.pages.CompactThrift;
import io.convergence.store.internal.pages.ThriftSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.apache.parquet.Version;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;

/**
 * Writes a Parquet file of pages that are encoded and compressed already: headers with checksums, column and offset indexes, and the
 * footer, as parquet-java's {@code ParquetFileWriter} does, which needs its JSON library and 400 more classes for it, and copies each page
 * twice. A store that fails lets its exception out. Not thread-safe.
 */
public final class PageFile {
    /** Bounds of texts and bytes of fewer bytes stand whole in the column index. */
    public static final int WHOLE_BOUNDS = PageFileColumn.TRUNCATE_BOUNDS_AT - 4;

    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final int DATA_V1 = 0;
    private static final int DICTIONARY = 2;
    private static final int DATA_V2 = 3;
    private static final int RLE = 3;

    private record Group(long rows, List<PageFileColumn> columns) {}

    private final ObjectWriter target;
    private final MessageType schema;
    private final List<Group> groups = new ArrayList<>();
    private final ByteSink bytes = new ByteSink(1 << 10);
    private final ThriftSink thrift = new ThriftSink(bytes);
    private final CRC32 checksum = new CRC32();

    public PageFile(ObjectWriter target, MessageType schema) {
        this.target = target;
        this.schema = schema;
        target.write(MAGIC);
    }

    /** Begins with a row group; its columns follow in their order. */
    public void startGroup(long rows) {
        groups.add(new Group(rows, new ArrayList<>()));
    }

    private Group group() {
        return groups.get(groups.size() - 1);
    }

    /** Begins with the next column of the row group. */
    public void startColumn(CompressionCodecName codec) {
        List<PageFileColumn> columns = group().columns();
        PrimitiveType type = schema.getType(columns.size()).asPrimitiveType();
        columns.add(new PageFileColumn(type, codec, target.position()));
    }

    private PageFileColumn column() {
        List<PageFileColumn> columns = group().columns();
        return columns.get(columns.size() - 1);
    }

    /** @param page compressed values in {@code PLAIN} */
    public void dictionary(byte[] page, int unpacked, int entries) {
        dictionary(page, 0, page.length, unpacked, entries);
    }

    /** @param page holds compressed values in {@code PLAIN} */
    public void dictionary(byte[] page, int start, int length, int unpacked, int entries) {
        checksum.reset();
        checksum.update(page, start, length);
        startHeader(DICTIONARY, unpacked, length);
        thrift.begin(7).i32(1, entries).i32(2, PageFileColumn.code(Encoding.PLAIN));
        endHeader();
        column().dictionary(bytes.size() + length, bytes.size() + unpacked);
        target.write(bytes.bytes(), 0, bytes.size());
        target.write(page, start, length);
    }

    /** The next page of the column. */
    public void page(FilePage page) {
        byte[] levels = page.levels();
        int encoding = PageFileColumn.code(page.encoding());
        int before = levels == null ? 0 : levels.length;
        checksum.reset();
        if (levels != null) {
            checksum.update(levels, 0, levels.length);
        }
        checksum.update(page.bytes(), page.start(), page.length());
        startHeader(levels == null ? DATA_V1 : DATA_V2, page.size() + before, page.length() + before);
        if (levels == null) {
            thrift.begin(5).i32(1, page.rows()).i32(2, encoding).i32(3, RLE).i32(4, RLE);
        } else {
            thrift.begin(8)
                    .i32(1, page.rows())
                    .i32(2, page.nulls())
                    .i32(3, page.rows())
                    .i32(4, encoding)
                    .i32(5, before)
                    .i32(6, 0)
                    .flag(7, page.compressed());
        }
        endHeader();
        column().page(
                        page,
                        target.position(),
                        bytes.size() + before + page.length(),
                        bytes.size() + before + page.size());
        target.write(bytes.bytes(), 0, bytes.size());
        if (levels != null) {
            target.write(levels);
        }
        target.write(page.bytes(), page.start(), page.length());
    }

    private void startHeader(int kind, int unpacked, int stored) {
        bytes.clear();
        thrift.begin().i32(1, kind).i32(2, unpacked).i32(3, stored).i32(4, (int) checksum.getValue());
    }

    private void endHeader() {
        thrift.end().end();
    }

    /** Writes indexes and footer; nothing can follow. */
    public void end(Map<String, String> entries) throws IOException {
        for (Group group : groups) {
            for (PageFileColumn column : group.columns()) {
                bytes.clear();
                if (column.writeColumnIndex(thrift)) {
                    column.columnIndexAt(target.position(), bytes.size());
                    target.write(bytes.bytes(), 0, bytes.size());
                }
            }
        }
        for (Group group : groups) {
            for (PageFileColumn column : group.columns()) {
                bytes.clear();
                column.writeOffsetIndex(thrift);
                column.offsetIndexAt(target.position(), bytes.size());
                target.write(bytes.bytes(), 0, bytes.size());
            }
        }

        bytes.clear();
        footer(entries);
        byte[] end = ByteBuffer.allocate(Integer.BYTES + MAGIC.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(bytes.size())
                .put(MAGIC)
                .array();
        target.write(bytes.bytes(), 0, bytes.size());
        target.write(end);
    }

    private void footer(Map<String, String> entries) throws IOException {
        long rows = 0;
        for (Group group : groups) {
            rows += group.rows();
        }
        thrift.begin().i32(1, VERSION);
        SchemaThrift.write(2, schema, thrift);
        thrift.i64(3, rows).list(4, CompactThrift.STRUCT, groups.size());
        for (int i = 0; i < groups.size(); i++) {
            group(groups.get(i), i);
        }
        if (!entries.isEmpty()) {
            thrift.list(5, CompactThrift.STRUCT, entries.size());
            for (Map.Entry<String, String> entry : entries.entrySet()) {
                thrift.begin().text(1, entry.getKey()).text(2, entry.getValue()).end();
            }
        }
        // Readers decide by it which faults of old writers to expect; the files are those of this version.
        thrift.text(6, Version.FULL_VERSION);
        thrift.list(7, CompactThrift.STRUCT, schema.getFieldCount());
        for (int i = 0; i < schema.getFieldCount(); i++) {
            thrift.begin().begin(1).end().end();
        }
        thrift.end();
    }

    private void group(Group group, int ordinal) {
        long unpacked = 0;
        long stored = 0;
        for (PageFileColumn column : group.columns()) {
            unpacked += column.unpacked();
            stored += column.stored();
        }
        thrift.begin().list(1, CompactThrift.STRUCT, group.columns().size());
        for (PageFileColumn column : group.columns()) {
            column.write(thrift);
        }
        thrift.i64(2, unpacked)
                .i64(3, group.rows())
                .i64(5, group.columns().get(0).start())
                .i64(6, stored);
        if (ordinal <= Short.MAX_VALUE) {
            thrift.i16(7, ordinal);
        }
        thrift.end();
    }
}
