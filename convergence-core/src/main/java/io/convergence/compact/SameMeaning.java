package io.convergence.compact;

import io.convergence.store.internal.pages.ByteSink;
import io.convergence.store.internal.pages.PlainValues;
import java.math.BigInteger;
import java.util.Arrays;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * Whether values that were converted to an output's type mean what the source's mean (rule S15): numbers, decimals, times of day and
 * timestamps as numbers with as many digits behind the point as their types say, others as their bytes. By arithmetic of its own, so that
 * a fault of {@link ValueConversion} or {@link WidenedCells} is none here. Not thread-safe.
 */
final class SameMeaning {
    private final Kind kind;
    private final Number from;
    private final Number to;
    private final int shift;

    private enum Kind {
        NUMBER,
        REAL,
        BYTES
    }

    SameMeaning(PrimitiveType source, PrimitiveType target) {
        this.from = new Number(source);
        this.to = new Number(target);
        this.kind = target.getPrimitiveTypeName() == PrimitiveTypeName.DOUBLE
                ? Kind.REAL
                : from.isNumber() && to.isNumber() ? Kind.NUMBER : Kind.BYTES;
        this.shift = to.scale - from.scale;
    }

    /** @param target in {@code PLAIN}, one for each of the source's, in order */
    boolean holds(PlainValues source, PlainValues target) {
        if (source.count() != target.count()) {
            return false;
        }

        return switch (kind) {
            case NUMBER ->
                shift >= 0 && shift <= 18 && from.isLong() && to.isLong()
                        ? sameLongs(source, target)
                        : sameNumbers(source, target);
            case REAL -> sameReals(source, target);
            case BYTES -> sameBytes(source, target);
        };
    }

    private boolean sameLongs(PlainValues source, PlainValues target) {
        long factor = 1;
        for (int i = 0; i < shift; i++) {
            factor *= 10;
        }
        for (int i = 0; i < source.count(); i++) {
            long before = from.longAt(source, i);
            long after = to.longAt(target, i);
            if (before * factor != after || Math.multiplyHigh(before, factor) != after >> 63) {
                return false;
            }
        }

        return true;
    }

    private boolean sameNumbers(PlainValues source, PlainValues target) {
        BigInteger ofSource = BigInteger.TEN.pow(Math.max(0, shift));
        BigInteger ofTarget = BigInteger.TEN.pow(Math.max(0, -shift));
        for (int i = 0; i < source.count(); i++) {
            if (!from.bigAt(source, i)
                    .multiply(ofSource)
                    .equals(to.bigAt(target, i).multiply(ofTarget))) {
                return false;
            }
        }

        return true;
    }

    private boolean sameReals(PlainValues source, PlainValues target) {
        if (from.width != Integer.BYTES) {
            return sameBytes(source, target);
        }
        for (int i = 0; i < source.count(); i++) {
            double before = Float.intBitsToFloat(source.intAt(i));
            double after = Double.longBitsToDouble(target.longAt(i));
            if (Double.doubleToLongBits(before) != Double.doubleToLongBits(after)) {
                return false;
            }
        }

        return true;
    }

    private static boolean sameBytes(PlainValues source, PlainValues target) {
        for (int i = 0; i < source.count(); i++) {
            if (!Arrays.equals(
                    source.bytes(), source.start(i), source.end(i), target.bytes(), target.start(i), target.end(i))) {
                return false;
            }
        }

        return true;
    }

    /** Values of a type as whole numbers, of which the last digits stand behind the point. */
    private static final class Number {
        private final PrimitiveTypeName layout;
        private final LogicalTypeAnnotation annotation;
        private final int width;
        private final int scale;
        private final boolean signed;
        private final long mask;

        Number(PrimitiveType type) {
            this.layout = type.getPrimitiveTypeName();
            this.annotation = type.getLogicalTypeAnnotation();
            this.width = PlainValues.width(type);
            this.scale = scale(annotation);
            if (annotation instanceof IntLogicalTypeAnnotation whole && !whole.isSigned()) {
                this.signed = false;
                this.mask = -1L >>> Long.SIZE - whole.getBitWidth();
            } else {
                this.signed = true;
                this.mask = -1;
            }
        }

        private static int scale(LogicalTypeAnnotation annotation) {
            if (annotation instanceof DecimalLogicalTypeAnnotation decimal) {
                return decimal.getScale();
            }
            if (annotation instanceof TimeLogicalTypeAnnotation time) {
                return digits(time.getUnit());
            }

            return annotation instanceof TimestampLogicalTypeAnnotation timestamp ? digits(timestamp.getUnit()) : 0;
        }

        private static int digits(LogicalTypeAnnotation.TimeUnit unit) {
            return switch (unit) {
                case MILLIS -> 3;
                case MICROS -> 6;
                case NANOS -> 9;
            };
        }

        boolean isNumber() {
            return switch (layout) {
                case INT32, INT64 -> true;
                case BINARY, FIXED_LEN_BYTE_ARRAY -> annotation instanceof DecimalLogicalTypeAnnotation;
                case BOOLEAN, FLOAT, DOUBLE, INT96 -> false;
            };
        }

        boolean isLong() {
            return switch (layout) {
                case INT32 -> true;
                case INT64 -> signed;
                default -> width > 0 && width <= Long.BYTES;
            };
        }

        long longAt(PlainValues values, int value) {
            return switch (layout) {
                case INT32 -> signed ? values.intAt(value) : values.intAt(value) & mask;
                case INT64 -> values.longAt(value);
                default -> bigEndian(values.bytes(), values.start(value));
            };
        }

        private long bigEndian(byte[] bytes, int start) {
            if (bytes.length - start >= Long.BYTES) {
                return Long.reverseBytes(ByteSink.longAt(bytes, start)) >> Long.SIZE - 8 * width;
            }

            return new BigInteger(bytes, start, width).longValueExact();
        }

        BigInteger bigAt(PlainValues values, int value) {
            return switch (layout) {
                case INT32 -> BigInteger.valueOf(longAt(values, value));
                case INT64 ->
                    signed
                            ? BigInteger.valueOf(values.longAt(value))
                            : new BigInteger(Long.toUnsignedString(values.longAt(value)));
                default -> new BigInteger(values.bytes(), values.start(value), values.end(value) - values.start(value));
            };
        }
    }
}
