package io.convergence.benchmarks.orders;

import org.apache.parquet.bytes.ByteBufferAllocator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.values.ValuesWriter;
import org.apache.parquet.column.values.dictionary.DictionaryValuesWriter;
import org.apache.parquet.column.values.dictionary.DictionaryValuesWriter.PlainBinaryDictionaryValuesWriter;
import org.apache.parquet.column.values.dictionary.DictionaryValuesWriter.PlainFixedLenArrayDictionaryValuesWriter;
import org.apache.parquet.column.values.dictionary.DictionaryValuesWriter.PlainIntegerDictionaryValuesWriter;
import org.apache.parquet.column.values.dictionary.DictionaryValuesWriter.PlainLongDictionaryValuesWriter;
import org.apache.parquet.column.values.factory.ValuesWriterFactory;
import org.apache.parquet.column.values.fallback.FallbackValuesWriter;
import org.apache.parquet.column.values.plain.FixedLenByteArrayPlainValuesWriter;
import org.apache.parquet.column.values.plain.PlainValuesWriter;
import org.apache.parquet.schema.PrimitiveType;
import org.jspecify.annotations.Nullable;

/** When a writer gives up the dictionary of a column. */
public enum Dictionaries {
    /** It has none: the one real DMS file looked at is so, and its writer calls itself {@code AWS}. */
    PLAIN,
    /** As parquet-java does: where it does not make the first page smaller, and where it grows too large. */
    JAVA,
    /** As parquet-cpp does: only where it grows beyond 1 MiB, however little it saves. */
    CPP;

    void configure(ParquetProperties.Builder properties) {
        switch (this) {
            case PLAIN -> properties.withDictionaryEncoding(false);
            case JAVA -> {}
            case CPP -> properties.withValuesWriterFactory(new KeptDictionaries());
        }
    }

    private static final class KeptDictionaries implements ValuesWriterFactory {
        @Nullable
        private ParquetProperties properties;

        @Override
        public void initialize(ParquetProperties parquetProperties) {
            properties = parquetProperties;
        }

        @Override
        public ValuesWriter newValuesWriter(ColumnDescriptor descriptor) {
            ParquetProperties settings = java.util.Objects.requireNonNull(properties, "properties");
            int limit = settings.getDictionaryPageSizeThreshold();
            ByteBufferAllocator memory = settings.getAllocator();
            PrimitiveType type = descriptor.getPrimitiveType();
            boolean fixed = type.getPrimitiveTypeName() == PrimitiveType.PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
            ValuesWriter plain = fixed
                    ? new FixedLenByteArrayPlainValuesWriter(
                            type.getTypeLength(),
                            settings.getInitialSlabSize(),
                            settings.getPageSizeThreshold(),
                            memory)
                    : new PlainValuesWriter(settings.getInitialSlabSize(), settings.getPageSizeThreshold(), memory);
            return FallbackValuesWriter.of(dictionary(type, limit, memory), plain);
        }

        private static DictionaryValuesWriter dictionary(PrimitiveType type, int limit, ByteBufferAllocator memory) {
            Encoding encoding = Encoding.PLAIN_DICTIONARY;
            return switch (type.getPrimitiveTypeName()) {
                case INT32 ->
                    new PlainIntegerDictionaryValuesWriter(limit, encoding, encoding, memory) {
                        @Override
                        public boolean isCompressionSatisfying(long rawSize, long encodedSize) {
                            return true;
                        }
                    };
                case INT64 ->
                    new PlainLongDictionaryValuesWriter(limit, encoding, encoding, memory) {
                        @Override
                        public boolean isCompressionSatisfying(long rawSize, long encodedSize) {
                            return true;
                        }
                    };
                case FIXED_LEN_BYTE_ARRAY ->
                    new PlainFixedLenArrayDictionaryValuesWriter(
                            limit, type.getTypeLength(), encoding, encoding, memory) {
                        @Override
                        public boolean isCompressionSatisfying(long rawSize, long encodedSize) {
                            return true;
                        }
                    };
                case BINARY ->
                    new PlainBinaryDictionaryValuesWriter(limit, encoding, encoding, memory) {
                        @Override
                        public boolean isCompressionSatisfying(long rawSize, long encodedSize) {
                            return true;
                        }
                    };
                case BOOLEAN, FLOAT, DOUBLE, INT96 ->
                    throw new IllegalArgumentException(
                            "Cannot write " + type + ": no column of an order has such a type.");
            };
        }
    }
}
