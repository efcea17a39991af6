package io.convergence.testkit.compact;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * What a stored value means, whatever its physical form: a number is one whether INT32 or a decimal of 16 bytes. Equal exactly if
 * no reader could tell the two apart but by the type. Zeros of either sign differ, NaNs do not.
 */
record Meaning(Sort sort, Comparable<?> value) {
    private static final long EPOCH_JULIAN_DAY = 2_440_588;
    private static final BigInteger DAY_NANOS = BigInteger.valueOf(86_400_000_000_000L);

    enum Sort {
        BOOLEAN,
        NUMBER,
        FLOATING,
        TEXT,
        BYTES,
        UUID,
        DATE,
        TIME,
        INSTANT,
        LOCAL_TIMESTAMP,
        INT96_TIMESTAMP
    }

    static Sort sort(PrimitiveType type) {
        LogicalTypeAnnotation annotation = type.getLogicalTypeAnnotation();
        if (annotation instanceof TimestampLogicalTypeAnnotation timestamp) {
            return timestamp.isAdjustedToUTC() ? Sort.INSTANT : Sort.LOCAL_TIMESTAMP;
        }
        if (annotation instanceof TimeLogicalTypeAnnotation) {
            return Sort.TIME;
        }
        if (annotation instanceof DecimalLogicalTypeAnnotation || annotation instanceof IntLogicalTypeAnnotation) {
            return Sort.NUMBER;
        }
        if (LogicalTypeAnnotation.dateType().equals(annotation)) {
            return Sort.DATE;
        }
        if (LogicalTypeAnnotation.uuidType().equals(annotation)) {
            return Sort.UUID;
        }
        return switch (type.getPrimitiveTypeName()) {
            case BOOLEAN -> Sort.BOOLEAN;
            case INT32, INT64 -> Sort.NUMBER;
            case FLOAT, DOUBLE -> Sort.FLOATING;
            case INT96 -> Sort.INT96_TIMESTAMP;
            case BINARY, FIXED_LEN_BYTE_ARRAY -> annotation == null ? Sort.BYTES : Sort.TEXT;
        };
    }

    /** Null for a null cell. */
    static Meaning of(PrimitiveType type, Object stored) {
        return stored == null ? null : new Meaning(sort(type), value(type, stored));
    }

    private static Comparable<?> value(PrimitiveType type, Object stored) {
        LogicalTypeAnnotation annotation = type.getLogicalTypeAnnotation();
        return switch (sort(type)) {
            case BOOLEAN -> (Boolean) stored;
            case NUMBER -> number(type, stored);
            case FLOATING -> ((Number) stored).doubleValue();
            case TEXT -> ((Binary) stored).toStringUsingUTF8();
            case BYTES, UUID -> HexFormat.of().formatHex(((Binary) stored).getBytes());
            case DATE -> BigInteger.valueOf((Integer) stored);
            case TIME -> nanos(((TimeLogicalTypeAnnotation) annotation).getUnit(), ((Number) stored).longValue());
            case INSTANT, LOCAL_TIMESTAMP ->
                nanos(((TimestampLogicalTypeAnnotation) annotation).getUnit(), (Long) stored);
            case INT96_TIMESTAMP -> int96((Binary) stored);
        };
    }

    private static BigDecimal number(PrimitiveType type, Object stored) {
        LogicalTypeAnnotation annotation = type.getLogicalTypeAnnotation();
        int scale = annotation instanceof DecimalLogicalTypeAnnotation decimal ? decimal.getScale() : 0;
        BigInteger unscaled;
        if (stored instanceof Binary bytes) {
            unscaled = new BigInteger(bytes.getBytes());
        } else {
            boolean unsigned = annotation instanceof IntLogicalTypeAnnotation integer && !integer.isSigned();
            long value = ((Number) stored).longValue();
            unscaled = BigInteger.valueOf(value);
            if (unsigned && value < 0) {
                boolean narrow = type.getPrimitiveTypeName() == PrimitiveTypeName.INT32;
                unscaled = unscaled.add(BigInteger.ONE.shiftLeft(narrow ? Integer.SIZE : Long.SIZE));
            }
        }

        BigDecimal number = new BigDecimal(unscaled, scale);
        return number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
    }

    private static BigInteger nanos(TimeUnit unit, long value) {
        long scale = unit == TimeUnit.MILLIS ? 1_000_000 : unit == TimeUnit.MICROS ? 1000 : 1;
        return BigInteger.valueOf(value).multiply(BigInteger.valueOf(scale));
    }

    private static BigInteger int96(Binary stored) {
        ByteBuffer bytes = ByteBuffer.wrap(stored.getBytes()).order(ByteOrder.LITTLE_ENDIAN);
        long nanos = bytes.getLong();
        long days = bytes.getInt() - EPOCH_JULIAN_DAY;
        return DAY_NANOS.multiply(BigInteger.valueOf(days)).add(BigInteger.valueOf(nanos));
    }

    @Override
    public String toString() {
        return sort + " " + value;
    }
}
