package io.convergence.testkit.dms;

import static java.util.Objects.requireNonNull;

import io.convergence.schema.DataType;
import io.convergence.target.RowShape;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.Type;
import org.jspecify.annotations.Nullable;

/**
 * A column as DMS's Parquet files declare it: physical type and the legacy annotation, never a logical type.
 *
 * @param length bytes of a FIXED_LEN_BYTE_ARRAY, else 0
 * @param required whether the file declares the column REQUIRED; of the sample only the timestamp column is
 */
record ParquetColumn(
        String name,
        Type type,
        @Nullable ConvertedType annotation,
        int length,
        int precision,
        int scale,
        boolean required) {
    private static final int[] DIGITS_BY_BYTES = {0, 2, 4, 6, 9, 11, 14, 16, 18, 21, 23, 26, 28, 31, 33, 35, 38};

    /** Whether {@code DATETIME} is written in milliseconds ({@code ParquetTimestampInMillisecond}) or microseconds. */
    enum TimestampUnit {
        MILLIS,
        MICROS
    }

    ParquetColumn {
        requireNonNull(name, "name");
        requireNonNull(type, "type");
    }

    static ParquetColumn optional(String name, DataType type, TimestampUnit unit) {
        return switch (type.kind()) {
            case BOOLEAN -> plain(name, Type.BOOLEAN, null);
            case INT1 -> plain(name, Type.INT32, ConvertedType.INT_8);
            case INT2 -> plain(name, Type.INT32, ConvertedType.INT_16);
            case INT4 -> plain(name, Type.INT32, null);
            case INT8 -> plain(name, Type.INT64, null);
            case UINT1 -> plain(name, Type.INT32, ConvertedType.UINT_8);
            case UINT2 -> plain(name, Type.INT32, ConvertedType.UINT_16);
            case UINT4 -> plain(name, Type.INT32, ConvertedType.UINT_32);
            case UINT8 -> plain(name, Type.INT64, ConvertedType.UINT_64);
            case NUMERIC ->
                new ParquetColumn(
                        name,
                        Type.FIXED_LEN_BYTE_ARRAY,
                        ConvertedType.DECIMAL,
                        bytesFor(type.precision()),
                        type.precision(),
                        type.scale(),
                        false);
            case REAL4 -> plain(name, Type.FLOAT, null);
            case REAL8 -> plain(name, Type.DOUBLE, null);
            case STRING, WSTRING, CLOB, NCLOB -> plain(name, Type.BYTE_ARRAY, ConvertedType.UTF8);
            case BYTES, BLOB -> plain(name, Type.BYTE_ARRAY, null);
            case DATE -> plain(name, Type.INT32, ConvertedType.DATE);
            case TIME -> plain(name, Type.INT32, ConvertedType.TIME_MILLIS);
            case DATETIME ->
                plain(
                        name,
                        Type.INT64,
                        unit == TimestampUnit.MILLIS ? ConvertedType.TIMESTAMP_MILLIS : ConvertedType.TIMESTAMP_MICROS);
        };
    }

    static ParquetColumn requiredText(String name) {
        return new ParquetColumn(name, Type.BYTE_ARRAY, ConvertedType.UTF8, 0, 0, 0, true);
    }

    static ParquetColumn optionalText(String name) {
        return plain(name, Type.BYTE_ARRAY, ConvertedType.UTF8);
    }

    private static ParquetColumn plain(String name, Type type, @Nullable ConvertedType annotation) {
        return new ParquetColumn(name, type, annotation, 0, 0, 0, false);
    }

    /** The fewest bytes that hold every decimal of that many digits in two's complement. */
    static int bytesFor(int precision) {
        for (int bytes = 1; bytes < DIGITS_BY_BYTES.length; bytes++) {
            if (precision <= DIGITS_BY_BYTES[bytes]) {
                return bytes;
            }
        }
        throw new IllegalArgumentException("Cannot store a decimal of " + precision + " digits: DMS's limit is 38.");
    }

    /** Whether it is none of the table's: the operation, DMS's timestamp, and the names in transaction files. */
    boolean ofDms() {
        return required || name.equals(RowShape.OP_COLUMN);
    }

    boolean decimal() {
        return annotation == ConvertedType.DECIMAL;
    }

    /** Whether the type's order is that of signed numbers, for which DMS also writes the legacy min and max. */
    boolean signed() {
        return switch (type) {
            case BOOLEAN, FLOAT, DOUBLE -> true;
            case INT32, INT64 ->
                annotation != ConvertedType.UINT_8
                        && annotation != ConvertedType.UINT_16
                        && annotation != ConvertedType.UINT_32
                        && annotation != ConvertedType.UINT_64;
            case BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY, INT96 -> false;
        };
    }
}
