package io.convergence.store.internal;

import io.convergence.store.internal.pages.CompactThrift;
import io.convergence.store.internal.pages.ThriftSink;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.internal.column.columnindex.BinaryTruncator;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.ColumnOrder;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveComparator;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/** What the footer and the indexes of a file say of one column chunk and its pages. Not thread-safe. */
final class PageFileColumn {
    /** Of bounds in the column index, which are read to choose pages, never as values. */
    static final int TRUNCATE_BOUNDS_AT = 64;

    /** Longer bounds would make the footer large, and must not be cut: some readers take them for values. */
    private static final int LARGEST_BOUNDS = 4096;

    private static final int UNORDERED = 0;
    private static final int ASCENDING = 1;
    private static final int DESCENDING = 2;
    private static final byte[] NONE = {};

    /** @param bounds null if all values are null */
    private record Place(
            long offset,
            int stored,
            long firstRow,
            long nulls,
            @Nullable Bounds bounds) {}

    private record Bounds(byte[] min, byte[] max) {}

    private final PrimitiveType type;
    private final CompressionCodecName codec;
    private final long start;
    private final List<Place> pages = new ArrayList<>();
    private final Map<Encoding, Integer> ofVersion1 = new EnumMap<>(Encoding.class);
    private final Map<Encoding, Integer> ofVersion2 = new EnumMap<>(Encoding.class);
    private boolean hasDictionary;
    private long firstPage = -1;
    private long rows;
    private long stored;
    private long unpacked;
    private boolean bounded;
    private @Nullable Statistics<?> statistics;
    private long columnIndex = -1;
    private int columnIndexBytes;
    private long offsetIndex = -1;
    private int offsetIndexBytes;

    PageFileColumn(PrimitiveType type, CompressionCodecName codec, long start) {
        this.type = type;
        this.codec = codec;
        this.start = start;
        // The order of 16-bit floats has more to it than this class knows.
        this.bounded = !(type.getLogicalTypeAnnotation() instanceof LogicalTypeAnnotation.Float16LogicalTypeAnnotation);
    }

    long start() {
        return start;
    }

    long stored() {
        return stored;
    }

    long unpacked() {
        return unpacked;
    }

    /** @param storedBytes with its header, as {@code unpackedBytes} */
    void dictionary(int storedBytes, int unpackedBytes) {
        hasDictionary = true;
        stored += storedBytes;
        unpacked += unpackedBytes;
    }

    /** @param storedBytes with its header, as {@code unpackedBytes} */
    void page(FilePage page, long offset, int storedBytes, int unpackedBytes) {
        if (firstPage < 0) {
            firstPage = offset;
        }
        Statistics<?> ofPage = page.statistics();
        bounded &= ofPage != null;
        Bounds bounds = null;
        if (bounded && ofPage != null) {
            bounds = ofPage.hasNonNullValue() ? bounds(ofPage) : null;
            if (statistics == null) {
                statistics = ofPage.copy();
            } else {
                statistics.mergeStatistics(ofPage);
            }
        }
        pages.add(new Place(offset, storedBytes, rows, page.nulls(), bounds));
        (page.levels() == null ? ofVersion1 : ofVersion2).merge(page.encoding(), 1, Integer::sum);
        rows += page.rows();
        stored += storedBytes;
        unpacked += unpackedBytes;
    }

    private Bounds bounds(Statistics<?> ofPage) {
        byte[] min = ofPage.getMinBytes();
        byte[] max = ofPage.getMaxBytes();
        if (min.length > TRUNCATE_BOUNDS_AT || max.length > TRUNCATE_BOUNDS_AT) {
            BinaryTruncator truncator = BinaryTruncator.getTruncator(type);
            min = truncator
                    .truncateMin(Binary.fromConstantByteArray(min), TRUNCATE_BOUNDS_AT)
                    .getBytes();
            max = truncator
                    .truncateMax(Binary.fromConstantByteArray(max), TRUNCATE_BOUNDS_AT)
                    .getBytes();
        }
        return new Bounds(withSign(min, true), withSign(max, false));
    }

    /** Zero is both 0.0 and -0.0: as a bound it must not exclude the other. */
    private byte[] withSign(byte[] bound, boolean negative) {
        boolean floating = type.getPrimitiveTypeName() == PrimitiveTypeName.FLOAT
                || type.getPrimitiveTypeName() == PrimitiveTypeName.DOUBLE;
        if (!floating) {
            return bound;
        }

        int last = bound.length - 1;
        boolean zero = (bound[last] & 0x7F) == 0;
        for (int i = 0; i < last; i++) {
            zero &= bound[i] == 0;
        }
        if (zero) {
            bound[last] = (byte) (negative ? 0x80 : 0);
        }
        return bound;
    }

    void columnIndexAt(long offset, int bytes) {
        columnIndex = offset;
        columnIndexBytes = bytes;
    }

    void offsetIndexAt(long offset, int bytes) {
        offsetIndex = offset;
        offsetIndexBytes = bytes;
    }

    /** The total order that parquet-java gives floating numbers is one that other readers do not know yet. */
    private boolean isOrdered() {
        return type.columnOrder().getColumnOrderName() == ColumnOrder.ColumnOrderName.TYPE_DEFINED_ORDER;
    }

    /** @return false if there is none, because the bounds of a page are not known or mean nothing */
    boolean writeColumnIndex(ThriftSink target) {
        if (!bounded || !isOrdered() || pages.isEmpty()) {
            return false;
        }

        target.begin().list(1, CompactThrift.TRUE, pages.size());
        for (Place page : pages) {
            target.element(page.bounds() == null);
        }
        target.list(2, CompactThrift.BINARY, pages.size());
        for (Place page : pages) {
            target.element(page.bounds() == null ? NONE : page.bounds().min());
        }
        target.list(3, CompactThrift.BINARY, pages.size());
        for (Place page : pages) {
            target.element(page.bounds() == null ? NONE : page.bounds().max());
        }
        target.i32(4, order()).list(5, CompactThrift.I64, pages.size());
        for (Place page : pages) {
            target.element(page.nulls());
        }
        target.end();
        return true;
    }

    /** Whether bounds go up or down from page to page; pages of nulls do not count. */
    private int order() {
        boolean ascending = true;
        boolean descending = true;
        Bounds before = null;
        for (Place page : pages) {
            Bounds bounds = page.bounds();
            if (bounds != null && before != null) {
                int min = compare(before.min(), bounds.min());
                int max = compare(before.max(), bounds.max());
                ascending &= min <= 0 && max <= 0;
                descending &= min >= 0 && max >= 0;
            }
            before = bounds == null ? before : bounds;
        }
        return ascending ? ASCENDING : descending ? DESCENDING : UNORDERED;
    }

    @SuppressWarnings("unchecked") // the comparator of the column's own type
    private int compare(byte[] one, byte[] other) {
        PrimitiveComparator<Object> order = type.comparator();
        return order.compare(value(one), value(other));
    }

    private Object value(byte[] bound) {
        return Statistics.getBuilderForReading(type)
                .withMin(bound)
                .withMax(bound)
                .withNumNulls(0)
                .build()
                .genericGetMin();
    }

    void writeOffsetIndex(ThriftSink target) {
        target.begin().list(1, CompactThrift.STRUCT, pages.size());
        for (Place page : pages) {
            target.begin()
                    .i64(1, page.offset())
                    .i32(2, page.stored())
                    .i64(3, page.firstRow())
                    .end();
        }
        target.end();
    }

    void write(ThriftSink target) {
        target.begin().i64(2, firstPage).begin(3);
        target.i32(1, SchemaThrift.physical(type.getPrimitiveTypeName()));
        encodings(target);
        target.list(3, CompactThrift.BINARY, 1);
        target.element(type.getName().getBytes(StandardCharsets.UTF_8));
        target.i32(4, codec(codec)).i64(5, rows).i64(6, unpacked).i64(7, stored).i64(9, firstPage);
        if (hasDictionary) {
            target.i64(11, start);
        }
        statistics(target);
        encodingStatistics(target);
        target.end();
        target.i64(4, offsetIndex).i32(5, offsetIndexBytes);
        if (columnIndex >= 0) {
            target.i64(6, columnIndex).i32(7, columnIndexBytes);
        }
        target.end();
    }

    private void encodings(ThriftSink target) {
        List<Integer> codes = new ArrayList<>();
        if (hasDictionary) {
            codes.add(code(Encoding.PLAIN));
        }
        // That of levels.
        codes.add(code(Encoding.RLE));
        for (Encoding encoding : ofVersion1.keySet()) {
            codes.add(code(encoding));
        }
        for (Encoding encoding : ofVersion2.keySet()) {
            codes.add(code(encoding));
        }
        List<Integer> each = codes.stream().distinct().toList();
        target.list(2, CompactThrift.I32, each.size());
        each.forEach(target::element);
    }

    private void encodingStatistics(ThriftSink target) {
        target.list(13, CompactThrift.STRUCT, (hasDictionary ? 1 : 0) + ofVersion1.size() + ofVersion2.size());
        if (hasDictionary) {
            encodingStatistics(2, Encoding.PLAIN, 1, target);
        }
        ofVersion1.forEach((encoding, count) -> encodingStatistics(0, encoding, count, target));
        ofVersion2.forEach((encoding, count) -> encodingStatistics(3, encoding, count, target));
    }

    private static void encodingStatistics(int kind, Encoding encoding, int count, ThriftSink target) {
        target.begin().i32(1, kind).i32(2, code(encoding)).i32(3, count).end();
    }

    private void statistics(ThriftSink target) {
        Statistics<?> all = statistics;
        if (!bounded || all == null || all.isEmpty() || !all.isSmallerThan(LARGEST_BOUNDS)) {
            return;
        }

        target.begin(12);
        byte[] min = all.hasNonNullValue() ? withSign(all.getMinBytes(), true) : NONE;
        byte[] max = all.hasNonNullValue() ? withSign(all.getMaxBytes(), false) : NONE;
        boolean known = all.hasNonNullValue() && isOrdered();
        if (known && Arrays.equals(min, max)) {
            // The older form, whose order is not told, is right if it needs none.
            target.binary(1, max).binary(2, min);
        }
        target.i64(3, all.getNumNulls());
        if (known) {
            target.binary(5, max).binary(6, min);
        }
        target.end();
    }

    private static int codec(CompressionCodecName codec) {
        return switch (codec) {
            case UNCOMPRESSED -> 0;
            case SNAPPY -> 1;
            case GZIP -> 2;
            case LZO -> 3;
            case BROTLI -> 4;
            case LZ4 -> 5;
            case ZSTD -> 6;
            case LZ4_RAW -> 7;
        };
    }

    /** The number of an encoding in Parquet. */
    @SuppressWarnings("deprecation") // older files have them
    static int code(Encoding encoding) {
        return switch (encoding) {
            case PLAIN -> 0;
            case PLAIN_DICTIONARY -> 2;
            case RLE -> 3;
            case BIT_PACKED -> 4;
            case DELTA_BINARY_PACKED -> 5;
            case DELTA_LENGTH_BYTE_ARRAY -> 6;
            case DELTA_BYTE_ARRAY -> 7;
            case RLE_DICTIONARY -> 8;
            case BYTE_STREAM_SPLIT -> 9;
        };
    }
}
