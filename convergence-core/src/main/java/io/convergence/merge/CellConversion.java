package io.convergence.merge;

import io.convergence.schema.DataType;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** Takes a value of a file's column type to the published type, exactly or not at all (rule S15). */
final class CellConversion {
    private CellConversion() {}

    /** @return null if the type cannot hold the value exactly */
    static @Nullable Object convert(Object value, DataType to) {
        return switch (to.kind()) {
            case INT1 -> within(value, Byte.MIN_VALUE, Byte.MAX_VALUE);
            case INT2 -> within(value, Short.MIN_VALUE, Short.MAX_VALUE);
            case INT4 -> within(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case INT8 -> within(value, Long.MIN_VALUE, Long.MAX_VALUE);
            case UINT1 -> within(value, 0, 0xFFL);
            case UINT2 -> within(value, 0, 0xFFFFL);
            case UINT4 -> within(value, 0, 0xFFFF_FFFFL);
            case UINT8 -> unsigned(value);
            case NUMERIC -> decimal(value, to);
            case REAL4 -> value instanceof Float ? value : null;
            case REAL8 -> value instanceof Float single ? (Object) single.doubleValue() : ofClass(value, to);
            case BOOLEAN, STRING, WSTRING, CLOB, NCLOB, BYTES, BLOB, DATE, TIME, DATETIME -> ofClass(value, to);
        };
    }

    private static @Nullable Object ofClass(Object value, DataType to) {
        return to.kind().valueClass().isInstance(value) ? value : null;
    }

    private static @Nullable Object within(Object value, long least, long greatest) {
        return value instanceof Long number && number >= least && number <= greatest ? value : null;
    }

    private static @Nullable Object unsigned(Object value) {
        BigInteger number =
                value instanceof Long whole ? BigInteger.valueOf(whole) : value instanceof BigInteger big ? big : null;
        return number != null && number.signum() >= 0 && number.bitLength() <= 64 ? number : null;
    }

    private static @Nullable Object decimal(Object value, DataType to) {
        BigDecimal number = exact(value);
        if (number == null) {
            return null;
        }
        if (number.scale() != to.scale()) {
            if (number.stripTrailingZeros().scale() > to.scale()) {
                return null;
            }
            number = number.setScale(to.scale());
        }
        return number.precision() <= to.precision() ? number : null;
    }

    private static @Nullable BigDecimal exact(Object value) {
        if (value instanceof BigDecimal decimal) {
            return decimal;
        }
        if (value instanceof Long whole) {
            return BigDecimal.valueOf(whole);
        }
        return value instanceof BigInteger big ? new BigDecimal(big) : null;
    }
}
