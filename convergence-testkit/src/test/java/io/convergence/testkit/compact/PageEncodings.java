package io.convergence.testkit.compact;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.bytes.ByteBufferAllocator;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.values.ValuesWriter;
import org.apache.parquet.column.values.bitpacking.ByteBitPackingValuesWriter;
import org.apache.parquet.column.values.bitpacking.Packer;
import org.apache.parquet.column.values.bytestreamsplit.ByteStreamSplitValuesWriter;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesWriterForInteger;
import org.apache.parquet.column.values.delta.DeltaBinaryPackingValuesWriterForLong;
import org.apache.parquet.column.values.deltalengthbytearray.DeltaLengthByteArrayValuesWriter;
import org.apache.parquet.column.values.deltastrings.DeltaByteArrayWriter;
import org.apache.parquet.column.values.plain.BooleanPlainValuesWriter;
import org.apache.parquet.column.values.plain.FixedLenByteArrayPlainValuesWriter;
import org.apache.parquet.column.values.plain.PlainValuesWriter;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridEncoder;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridValuesWriter;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.PrimitiveType;
import org.xerial.snappy.Snappy;

/** The parts of a page's body, by parquet-java's value writers and the codecs' own libraries. */
final class PageEncodings {
    private static final ByteBufferAllocator HEAP = HeapByteBufferAllocator.getInstance();
    private static final int SLAB = 256;
    private static final int PAGE = 1 << 20;
    private static final int BINARY_INT96 = 12;

    private PageEncodings() {}

    /** Encodings, other than by a dictionary, that the format allows for a type. */
    static List<Encoding> of(PrimitiveType type) {
        return switch (type.getPrimitiveTypeName()) {
            case BOOLEAN -> List.of(Encoding.PLAIN, Encoding.RLE);
            case INT32, INT64 -> List.of(Encoding.PLAIN, Encoding.DELTA_BINARY_PACKED, Encoding.BYTE_STREAM_SPLIT);
            case FLOAT, DOUBLE -> List.of(Encoding.PLAIN, Encoding.BYTE_STREAM_SPLIT);
            case INT96 -> List.of(Encoding.PLAIN);
            case BINARY -> List.of(Encoding.PLAIN, Encoding.DELTA_LENGTH_BYTE_ARRAY, Encoding.DELTA_BYTE_ARRAY);
            case FIXED_LEN_BYTE_ARRAY -> List.of(Encoding.PLAIN, Encoding.DELTA_BYTE_ARRAY, Encoding.BYTE_STREAM_SPLIT);
        };
    }

    /** Values without nulls. */
    static byte[] values(PrimitiveType type, Encoding encoding, List<Object> values) {
        try (ValuesWriter writer = writer(type, encoding)) {
            for (Object value : values) {
                switch (type.getPrimitiveTypeName()) {
                    case BOOLEAN -> writer.writeBoolean((Boolean) value);
                    case INT32 -> writer.writeInteger((Integer) value);
                    case INT64 -> writer.writeLong((Long) value);
                    case FLOAT -> writer.writeFloat((Float) value);
                    case DOUBLE -> writer.writeDouble((Double) value);
                    case INT96, BINARY, FIXED_LEN_BYTE_ARRAY -> writer.writeBytes((Binary) value);
                }
            }
            return bytes(writer.getBytes());
        }
    }

    private static ValuesWriter writer(PrimitiveType type, Encoding encoding) {
        int length = type.getTypeLength();
        return switch (encoding) {
            case PLAIN ->
                switch (type.getPrimitiveTypeName()) {
                    case BOOLEAN -> new BooleanPlainValuesWriter();
                    case INT96 -> new FixedLenByteArrayPlainValuesWriter(BINARY_INT96, SLAB, PAGE, HEAP);
                    case FIXED_LEN_BYTE_ARRAY -> new FixedLenByteArrayPlainValuesWriter(length, SLAB, PAGE, HEAP);
                    default -> new PlainValuesWriter(SLAB, PAGE, HEAP);
                };
            case RLE -> new RunLengthBitPackingHybridValuesWriter(1, SLAB, PAGE, HEAP);
            case DELTA_BINARY_PACKED ->
                type.getPrimitiveTypeName() == PrimitiveType.PrimitiveTypeName.INT32
                        ? new DeltaBinaryPackingValuesWriterForInteger(SLAB, PAGE, HEAP)
                        : new DeltaBinaryPackingValuesWriterForLong(SLAB, PAGE, HEAP);
            case DELTA_LENGTH_BYTE_ARRAY -> new DeltaLengthByteArrayValuesWriter(SLAB, PAGE, HEAP);
            case DELTA_BYTE_ARRAY -> new DeltaByteArrayWriter(SLAB, PAGE, HEAP);
            case BYTE_STREAM_SPLIT ->
                switch (type.getPrimitiveTypeName()) {
                    case INT32 -> new ByteStreamSplitValuesWriter.IntegerByteStreamSplitValuesWriter(SLAB, PAGE, HEAP);
                    case INT64 -> new ByteStreamSplitValuesWriter.LongByteStreamSplitValuesWriter(SLAB, PAGE, HEAP);
                    case FLOAT -> new ByteStreamSplitValuesWriter.FloatByteStreamSplitValuesWriter(SLAB, PAGE, HEAP);
                    case DOUBLE -> new ByteStreamSplitValuesWriter.DoubleByteStreamSplitValuesWriter(SLAB, PAGE, HEAP);
                    default ->
                        new ByteStreamSplitValuesWriter.FixedLenByteArrayByteStreamSplitValuesWriter(
                                length, SLAB, PAGE, HEAP);
                };
            default -> throw new IllegalArgumentException("Cannot write values as " + encoding + ".");
        };
    }

    /** Ids into a dictionary with the byte that tells their width. */
    static byte[] ids(int width, List<Integer> ids) {
        var out = new ByteArrayOutputStream();
        out.write(width);
        out.writeBytes(runs(width, ids));
        return out.toByteArray();
    }

    /** Runs of the RLE and bit-packing hybrid without their length. */
    static byte[] runs(int width, List<Integer> numbers) {
        try (var encoder = new RunLengthBitPackingHybridEncoder(width, SLAB, PAGE, HEAP)) {
            for (int number : numbers) {
                encoder.writeInt(number);
            }
            return bytes(encoder.toBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Levels as writers before 2013 packed them. */
    static byte[] packedLevels(List<Integer> levels) {
        try (var writer = new ByteBitPackingValuesWriter(1, Packer.BIG_ENDIAN)) {
            levels.forEach(writer::writeInteger);
            return bytes(writer.getBytes());
        }
    }

    static byte[] compress(CompressionCodec codec, byte[] plain) {
        try {
            return switch (codec) {
                case UNCOMPRESSED -> plain;
                case SNAPPY -> Snappy.compress(plain);
                case ZSTD -> Zstd.compress(plain);
                case GZIP -> {
                    var out = new ByteArrayOutputStream();
                    try (var gzip = new GZIPOutputStream(out)) {
                        gzip.write(plain);
                    }
                    yield out.toByteArray();
                }
                default -> throw new IllegalArgumentException("Cannot compress with " + codec + ".");
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] decompress(CompressionCodec codec, byte[] compressed, int size) {
        try {
            return switch (codec) {
                case UNCOMPRESSED -> compressed;
                case SNAPPY -> Snappy.uncompress(compressed);
                case ZSTD -> Zstd.decompress(compressed, size);
                case GZIP -> {
                    try (var gzip = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
                        yield gzip.readAllBytes();
                    }
                }
                default -> throw new IllegalArgumentException("Cannot decompress " + codec + ".");
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(BytesInput input) {
        try {
            return input.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
