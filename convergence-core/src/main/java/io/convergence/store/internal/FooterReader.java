package io.convergence.store.internal;

import static io.convergence.store.internal.pages.CompactThrift.BINARY;
import static io.convergence.store.internal.pages.CompactThrift.I16;
import static io.convergence.store.internal.pages.CompactThrift.I32;
import static io.convergence.store.internal.pages.CompactThrift.I64;
import static io.convergence.store.internal.pages.CompactThrift.LIST;
import static io.convergence.store.internal.pages.CompactThrift.STRUCT;
import static io.convergence.store.internal.pages.CompactThrift.demand;

import io.convergence.store.internal.pages.CompactThrift;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.internal.hadoop.metadata.IndexReference;
import org.apache.parquet.schema.PrimitiveType;
import org.jspecify.annotations.Nullable;

/**
 * Reads the footers of flat files straight from their bytes. parquet-java's way makes objects of everything first, and loads some 700
 * classes, among them a JSON library of its own, which is most of the time that small files take. What is out of the ordinary is left to
 * parquet-java, so that it is taken or refused as ever. Used once. Not thread-safe.
 */
final class FooterReader {
    private static final int SCHEMA = CompactThrift.field(2, LIST);
    private static final int ROWS = CompactThrift.field(3, I64);
    private static final int GROUPS = CompactThrift.field(4, LIST);
    private static final int ENTRIES = CompactThrift.field(5, LIST);
    private static final int CREATED_BY = CompactThrift.field(6, BINARY);
    private static final int ORDERS = CompactThrift.field(7, LIST);
    private static final int ENCRYPTION = CompactThrift.field(8, STRUCT);

    private static final int GROUP_CHUNKS = CompactThrift.field(1, LIST);
    private static final int GROUP_BYTES = CompactThrift.field(2, I64);
    private static final int GROUP_ROWS = CompactThrift.field(3, I64);
    private static final int GROUP_ORDINAL = CompactThrift.field(7, I16);

    private static final int CHUNK_FILE = CompactThrift.field(1, BINARY);
    private static final int CHUNK_METADATA = CompactThrift.field(3, STRUCT);
    private static final int CHUNK_OFFSETS_START = CompactThrift.field(4, I64);
    private static final int CHUNK_OFFSETS_LENGTH = CompactThrift.field(5, I32);
    private static final int CHUNK_INDEX_START = CompactThrift.field(6, I64);
    private static final int CHUNK_INDEX_LENGTH = CompactThrift.field(7, I32);
    private static final int CHUNK_CRYPTO = CompactThrift.field(8, STRUCT);
    private static final int CHUNK_ENCRYPTED = CompactThrift.field(9, BINARY);

    private static final int COLUMN_ENCODINGS = CompactThrift.field(2, LIST);
    private static final int COLUMN_PATH = CompactThrift.field(3, LIST);
    private static final int COLUMN_CODEC = CompactThrift.field(4, I32);
    private static final int COLUMN_VALUES = CompactThrift.field(5, I64);
    private static final int COLUMN_PLAIN = CompactThrift.field(6, I64);
    private static final int COLUMN_STORED = CompactThrift.field(7, I64);
    private static final int COLUMN_DATA = CompactThrift.field(9, I64);
    private static final int COLUMN_DICTIONARY = CompactThrift.field(11, I64);
    private static final int COLUMN_STATISTICS = CompactThrift.field(12, STRUCT);

    private static final int STATISTICS_OLD_MAX = CompactThrift.field(1, BINARY);
    private static final int STATISTICS_OLD_MIN = CompactThrift.field(2, BINARY);
    private static final int STATISTICS_NULLS = CompactThrift.field(3, I64);
    private static final int STATISTICS_MAX = CompactThrift.field(5, BINARY);
    private static final int STATISTICS_MIN = CompactThrift.field(6, BINARY);
    private static final int STATISTICS_LAST_KNOWN = 8;

    private static final long NOT_GIVEN = Long.MIN_VALUE;

    private static final Encoding[] ENCODINGS = {
        Encoding.PLAIN,
        null,
        Encoding.PLAIN_DICTIONARY,
        Encoding.RLE,
        Encoding.BIT_PACKED,
        Encoding.DELTA_BINARY_PACKED,
        Encoding.DELTA_LENGTH_BYTE_ARRAY,
        Encoding.DELTA_BYTE_ARRAY,
        Encoding.RLE_DICTIONARY,
        Encoding.BYTE_STREAM_SPLIT
    };

    private static final CompressionCodecName[] CODECS = {
        CompressionCodecName.UNCOMPRESSED,
        CompressionCodecName.SNAPPY,
        CompressionCodecName.GZIP,
        CompressionCodecName.LZO,
        CompressionCodecName.BROTLI,
        CompressionCodecName.LZ4,
        CompressionCodecName.ZSTD,
        CompressionCodecName.LZ4_RAW
    };

    /** Well formed, but not for this reader. */
    static final class UnusualException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnusualException(String what) {
            super(what, null, false, false);
        }
    }

    private final byte[] bytes;
    private final CompactThrift thrift;
    private int schemaStart = -1;
    private int schemaEnd;
    private int groupsStart = -1;
    private int orders = -1;
    private long rows = -1;
    private String createdBy = "";
    private final Map<String, @Nullable String> entries = new HashMap<>();
    private FooterSchema schema = FooterSchema.none();

    private FooterReader(byte[] footer) {
        this.bytes = footer;
        this.thrift = new CompactThrift(footer, 0, footer.length);
    }

    /**
     * Reads a footer.
     *
     * @throws UnusualException if parquet-java must read it
     * @throws CompactThrift.MalformedException if it is none
     */
    static Footer read(byte[] footer) {
        return new FooterReader(footer).read();
    }

    private Footer read() {
        for (int field = thrift.next(0); field != 0; field = thrift.next(field)) {
            take(field);
        }
        demand(schemaStart >= 0 && groupsStart >= 0 && rows >= 0, "schema, row count or row groups are missing");
        schema = FooterSchema.of(bytes, schemaStart, schemaEnd, createdBy);
        usual(orders < 0 || orders == schema.types().size(), "columns without an order");

        return new Footer(schema.message(), schema.createdBy(), entries, groups());
    }

    private void take(int field) {
        if (field == SCHEMA) {
            demand(schemaStart < 0, "it has two schemas");
            schemaStart = thrift.position();
            thrift.pass(field, 0);
            schemaEnd = thrift.position();
        } else if (field == ROWS) {
            rows = thrift.zigzag();
        } else if (field == GROUPS) {
            demand(groupsStart < 0, "it has two lists of row groups");
            groupsStart = thrift.position();
            thrift.pass(field, 0);
        } else if (field == ENTRIES) {
            int count = thrift.structs();
            for (int i = 0; i < count; i++) {
                entry();
            }
        } else if (field == CREATED_BY) {
            createdBy = thrift.text();
        } else if (field == ORDERS) {
            orders = thrift.structs();
            for (int i = 0; i < orders; i++) {
                order();
            }
        } else {
            usual(field != ENCRYPTION, "encryption");
            thrift.pass(field, 0);
        }
    }

    private void entry() {
        String key = null;
        String value = null;
        for (int field = thrift.next(0); field != 0; field = thrift.next(field)) {
            if (field == CompactThrift.field(1, BINARY)) {
                key = thrift.text();
            } else if (field == CompactThrift.field(2, BINARY)) {
                value = thrift.text();
            } else {
                thrift.pass(field, 1);
            }
        }
        if (key == null) {
            throw new CompactThrift.MalformedException("an entry of its metadata has no key");
        }

        entries.put(key, value);
    }

    /** Any but the order of the type makes bounds mean something else. */
    private void order() {
        int field = thrift.next(0);
        usual(field == CompactThrift.field(1, STRUCT), "an order of values");
        thrift.pass(field, 1);
        usual(thrift.next(field) == 0, "an order of values");
    }

    private List<BlockMetaData> groups() {
        CompactThrift list = new CompactThrift(bytes, groupsStart, bytes.length);
        int count = list.structs();
        List<BlockMetaData> groups = new ArrayList<>(Math.min(count, 1 << 10));
        for (int i = 0; i < count; i++) {
            groups.add(group(list));
        }

        return groups;
    }

    private BlockMetaData group(CompactThrift list) {
        BlockMetaData group = new BlockMetaData();
        boolean counted = false;
        boolean chunks = false;
        for (int field = list.next(0); field != 0; field = list.next(field)) {
            if (field == GROUP_CHUNKS) {
                demand(!chunks, "a row group has two lists of columns");
                chunks = true;
                int count = list.structs();
                usual(count == schema.types().size(), "columns without chunks");
                for (int i = 0; i < count; i++) {
                    group.addColumn(chunk(list, i));
                }
            } else if (field == GROUP_BYTES) {
                group.setTotalByteSize(list.zigzag());
            } else if (field == GROUP_ROWS) {
                group.setRowCount(list.zigzag());
                counted = true;
            } else if (field == GROUP_ORDINAL) {
                group.setOrdinal((short) list.zigzag());
            } else {
                list.pass(field, 1);
            }
        }
        demand(chunks && counted, "a row group has no columns or no row count");
        return group;
    }

    private ColumnChunkMetaData chunk(CompactThrift list, int column) {
        ColumnChunkMetaData chunk = null;
        long offsetsStart = NOT_GIVEN;
        long offsetsLength = NOT_GIVEN;
        long indexStart = NOT_GIVEN;
        long indexLength = NOT_GIVEN;
        for (int field = list.next(0); field != 0; field = list.next(field)) {
            if (field == CHUNK_METADATA) {
                demand(chunk == null, "a column chunk is described twice");
                chunk = metadata(list, column);
            } else if (field == CHUNK_OFFSETS_START) {
                offsetsStart = list.zigzag();
            } else if (field == CHUNK_OFFSETS_LENGTH) {
                offsetsLength = list.zigzag();
            } else if (field == CHUNK_INDEX_START) {
                indexStart = list.zigzag();
            } else if (field == CHUNK_INDEX_LENGTH) {
                indexLength = list.zigzag();
            } else {
                usual(field != CHUNK_FILE && field != CHUNK_CRYPTO && field != CHUNK_ENCRYPTED, "a chunk elsewhere");
                list.pass(field, 2);
            }
        }
        if (chunk == null) {
            throw new UnusualException("a chunk that is not described");
        }
        if (indexStart != NOT_GIVEN && indexLength != NOT_GIVEN) {
            chunk.setColumnIndexReference(new IndexReference(indexStart, (int) indexLength));
        }
        if (offsetsStart != NOT_GIVEN && offsetsLength != NOT_GIVEN) {
            chunk.setOffsetIndexReference(new IndexReference(offsetsStart, (int) offsetsLength));
        }
        return chunk;
    }

    private ColumnChunkMetaData metadata(CompactThrift list, int column) {
        int codec = -1;
        long values = 0;
        long plain = 0;
        long stored = 0;
        long data = 0;
        int given = 0;
        long dictionary = 0;
        Set<Encoding> encodings = Set.of();
        boolean path = false;
        PrimitiveType type = schema.types().get(column);
        Statistics<?> statistics = null;
        for (int field = list.next(0); field != 0; field = list.next(field)) {
            if (field == COLUMN_ENCODINGS) {
                encodings = encodings(list);
            } else if (field == COLUMN_PATH) {
                usual(list.elements(BINARY) == 1, "a column within another");
                int length = list.binary();
                usual(schema.isNamed(column, bytes, list.position() - length, length), "another order of columns");
                path = true;
            } else if (field == COLUMN_CODEC) {
                codec = (int) list.zigzag();
            } else if (field == COLUMN_VALUES) {
                values = list.zigzag();
                given |= 1;
            } else if (field == COLUMN_PLAIN) {
                plain = list.zigzag();
                given |= 2;
            } else if (field == COLUMN_STORED) {
                stored = list.zigzag();
                given |= 4;
            } else if (field == COLUMN_DATA) {
                data = list.zigzag();
                given |= 8;
            } else if (field == COLUMN_DICTIONARY) {
                dictionary = list.zigzag();
            } else if (field == COLUMN_STATISTICS) {
                statistics = statistics(list, column);
            } else {
                list.pass(field, 3);
            }
        }
        // What they say is for the caller to check, who knows the file.
        demand(path && given == 15, "a column chunk lacks its name, sizes or place");
        usual(codec >= 0 && codec < CODECS.length, "a codec");
        return ColumnChunkMetaData.get(
                schema.paths().get(column),
                type,
                CODECS[codec],
                null,
                encodings,
                statistics == null ? Statistics.getBuilderForReading(type).build() : statistics,
                data,
                dictionary,
                values,
                stored,
                plain);
    }

    private static Set<Encoding> encodings(CompactThrift list) {
        int count = list.elements(I32);
        Set<Encoding> encodings = new LinkedHashSet<>();
        for (int i = 0; i < count; i++) {
            long code = list.zigzag();
            boolean known = code >= 0 && code < ENCODINGS.length && ENCODINGS[(int) code] != null;
            usual(known, "an encoding");
            encodings.add(ENCODINGS[(int) code]);
        }

        return encodings;
    }

    private Statistics<?> statistics(CompactThrift list, int column) {
        byte[] oldMin = null;
        byte[] oldMax = null;
        byte[] min = null;
        byte[] max = null;
        long nulls = -1;
        for (int field = list.next(0); field != 0; field = list.next(field)) {
            if (field == STATISTICS_OLD_MAX) {
                oldMax = binary(list);
            } else if (field == STATISTICS_OLD_MIN) {
                oldMin = binary(list);
            } else if (field == STATISTICS_NULLS) {
                nulls = list.zigzag();
            } else if (field == STATISTICS_MAX) {
                max = binary(list);
            } else if (field == STATISTICS_MIN) {
                min = binary(list);
            } else {
                usual(field >>> 4 <= STATISTICS_LAST_KNOWN, "statistics");
                list.pass(field, 4);
            }
        }

        Statistics.Builder builder =
                Statistics.getBuilderForReading(schema.types().get(column));
        if (min != null && max != null) {
            if (schema.isOrdered(column) || Arrays.equals(min, max)) {
                builder.withMin(min).withMax(max);
            }
        } else if (oldMin != null && oldMax != null) {
            // Written before there were orders of types: by signed bytes, whatever the type.
            boolean meaningful = schema.isSigned(column) || Arrays.equals(oldMin, oldMax);
            if (meaningful && !schema.hasCorruptBounds(column)) {
                builder.withMin(oldMin).withMax(oldMax);
            }
        }
        if (nulls >= 0) {
            builder.withNumNulls(nulls);
        }
        return builder.build();
    }

    private byte[] binary(CompactThrift list) {
        int length = list.binary();
        return Arrays.copyOfRange(bytes, list.position() - length, list.position());
    }

    static void usual(boolean given, String otherwise) {
        if (!given) {
            throw new UnusualException(otherwise);
        }
    }
}
