package io.convergence.store.internal;

import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BOOLEAN;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.DOUBLE;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FLOAT;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT96;

import io.convergence.schema.DataType;
import io.convergence.schema.DataType.Kind;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;

/**
 * Which DMS type a Parquet column has, and which Parquet column holds a DMS type. parquet-java turns the legacy
 * annotations DMS writes into the newer ones, so only these are looked at.
 */
public final class ParquetTypes {
    private ParquetTypes() {}

    /** Empty if DMS has no such type. */
    public static Optional<DataType> natural(PrimitiveType primitive) {
        LogicalTypeAnnotation annotation = primitive.getLogicalTypeAnnotation();
        return annotation == null ? plain(primitive) : annotated(primitive, annotation);
    }

    private static Optional<DataType> plain(PrimitiveType primitive) {
        return switch (primitive.getPrimitiveTypeName()) {
            case BOOLEAN -> Optional.of(DataType.of(Kind.BOOLEAN));
            case INT32 -> Optional.of(DataType.of(Kind.INT4));
            case INT64 -> Optional.of(DataType.of(Kind.INT8));
            case FLOAT -> Optional.of(DataType.of(Kind.REAL4));
            case DOUBLE -> Optional.of(DataType.of(Kind.REAL8));
            case INT96 -> Optional.of(DataType.datetime(9));
            case BINARY -> Optional.of(DataType.of(Kind.BLOB));
            case FIXED_LEN_BYTE_ARRAY -> Optional.of(DataType.bytes(primitive.getTypeLength()));
        };
    }

    private static Optional<DataType> annotated(PrimitiveType primitive, LogicalTypeAnnotation annotation) {
        PrimitiveTypeName physical = primitive.getPrimitiveTypeName();
        if (annotation instanceof IntLogicalTypeAnnotation integer) {
            return Optional.of(DataType.of(integerKind(integer)));
        }
        if (annotation instanceof DecimalLogicalTypeAnnotation decimal) {
            boolean known = decimal.getPrecision() >= 1
                    && decimal.getPrecision() <= 38
                    && decimal.getScale() >= 0
                    && decimal.getScale() <= decimal.getPrecision();
            return known ? Optional.of(DataType.numeric(decimal.getPrecision(), decimal.getScale())) : Optional.empty();
        }
        if (annotation instanceof TimestampLogicalTypeAnnotation timestamp) {
            return Optional.of(DataType.datetime(digits(timestamp.getUnit())));
        }
        if (annotation instanceof TimeLogicalTypeAnnotation time) {
            return Optional.of(DataType.time(digits(time.getUnit())));
        }
        if (annotation.equals(LogicalTypeAnnotation.dateType())) {
            return Optional.of(DataType.of(Kind.DATE));
        }
        if (annotation.equals(LogicalTypeAnnotation.uuidType())) {
            return Optional.of(DataType.string(36));
        }
        boolean text = annotation.equals(LogicalTypeAnnotation.stringType())
                || annotation.equals(LogicalTypeAnnotation.enumType())
                || annotation.equals(LogicalTypeAnnotation.jsonType());
        return text && physical == BINARY ? Optional.of(DataType.of(Kind.STRING)) : Optional.empty();
    }

    private static Kind integerKind(IntLogicalTypeAnnotation integer) {
        boolean signed = integer.isSigned();
        return switch (integer.getBitWidth()) {
            case 8 -> signed ? Kind.INT1 : Kind.UINT1;
            case 16 -> signed ? Kind.INT2 : Kind.UINT2;
            case 32 -> signed ? Kind.INT4 : Kind.UINT4;
            default -> signed ? Kind.INT8 : Kind.UINT8;
        };
    }

    /** Fraction digits of a second. */
    private static int digits(TimeUnit unit) {
        return switch (unit) {
            case MILLIS -> 3;
            case MICROS -> 6;
            case NANOS -> 9;
        };
    }

    /**
     * An optional column that holds every value of a type: its {@link #natural} type is that type, without a length that
     * Parquet does not record, or one with more fraction digits.
     */
    public static PrimitiveType optional(String name, DataType type) {
        return switch (type.kind()) {
            case BOOLEAN -> Types.optional(BOOLEAN).named(name);
            case INT1 -> whole(INT32, 8, true, name);
            case INT2 -> whole(INT32, 16, true, name);
            case INT4 -> Types.optional(INT32).named(name);
            case INT8 -> Types.optional(INT64).named(name);
            case UINT1 -> whole(INT32, 8, false, name);
            case UINT2 -> whole(INT32, 16, false, name);
            case UINT4 -> whole(INT32, 32, false, name);
            case UINT8 -> whole(INT64, 64, false, name);
            case NUMERIC -> decimal(type, name);
            case REAL4 -> Types.optional(FLOAT).named(name);
            case REAL8 -> Types.optional(DOUBLE).named(name);
            case STRING, WSTRING, CLOB, NCLOB ->
                Types.optional(BINARY).as(LogicalTypeAnnotation.stringType()).named(name);
            case BYTES, BLOB -> Types.optional(BINARY).named(name);
            case DATE ->
                Types.optional(INT32).as(LogicalTypeAnnotation.dateType()).named(name);
            case TIME -> {
                TimeUnit unit = unit(type.scale());
                yield Types.optional(unit == TimeUnit.MILLIS ? INT32 : INT64)
                        .as(LogicalTypeAnnotation.timeType(false, unit))
                        .named(name);
            }
            // Nanoseconds in 64 bits end in the year 2262.
            case DATETIME ->
                type.scale() > 6
                        ? Types.optional(INT96).named(name)
                        : Types.optional(INT64)
                                .as(LogicalTypeAnnotation.timestampType(false, unit(type.scale())))
                                .named(name);
        };
    }

    private static PrimitiveType whole(PrimitiveTypeName physical, int bits, boolean signed, String name) {
        return Types.optional(physical)
                .as(LogicalTypeAnnotation.intType(bits, signed))
                .named(name);
    }

    private static PrimitiveType decimal(DataType type, String name) {
        LogicalTypeAnnotation annotation = LogicalTypeAnnotation.decimalType(type.scale(), type.precision());
        if (type.precision() <= 9) {
            return Types.optional(INT32).as(annotation).named(name);
        }
        return type.precision() <= 18
                ? Types.optional(INT64).as(annotation).named(name)
                : Types.optional(FIXED_LEN_BYTE_ARRAY)
                        .length(BigInteger.TEN.pow(type.precision()).bitLength() / 8 + 1)
                        .as(annotation)
                        .named(name);
    }

    private static TimeUnit unit(int digits) {
        if (digits <= 3) {
            return TimeUnit.MILLIS;
        }

        return digits <= 6 ? TimeUnit.MICROS : TimeUnit.NANOS;
    }

    /** The type without name and repetition as schemas of Parquet spell it, e.g. {@code int64 (TIMESTAMP(MICROS,true))}. */
    public static String text(PrimitiveType primitive) {
        String length =
                primitive.getPrimitiveTypeName() == FIXED_LEN_BYTE_ARRAY ? "(" + primitive.getTypeLength() + ")" : "";
        LogicalTypeAnnotation annotation = primitive.getLogicalTypeAnnotation();
        return primitive.getPrimitiveTypeName().name().toLowerCase(Locale.ROOT)
                + length
                + (annotation == null ? "" : " (" + annotation + ")");
    }

    /** An optional column of the type that {@link #text} told; empty if there is no such type. */
    public static Optional<PrimitiveType> parse(String name, String text) {
        int end = text.indexOf(' ');
        String primitive = end < 0 ? text : text.substring(0, end);
        String annotation = end < 0 ? "" : text.substring(end);
        try {
            // With a name of ours, because the parser takes no spaces and brackets in names.
            PrimitiveType parsed = MessageTypeParser.parseMessageType(
                            "message m { optional " + primitive + " c" + annotation + "; }")
                    .getType(0)
                    .asPrimitiveType();
            return text.equals(text(parsed))
                    ? Optional.of(Types.optional(parsed.getPrimitiveTypeName())
                            .length(parsed.getTypeLength())
                            .as(parsed.getLogicalTypeAnnotation())
                            .named(name))
                    : Optional.empty();
        } catch (RuntimeException e) {
            // The parser has no exception of its own.
            return Optional.empty();
        }
    }

    /** For messages: physical type with its annotation. */
    public static String describe(PrimitiveType primitive) {
        LogicalTypeAnnotation annotation = primitive.getLogicalTypeAnnotation();
        String length =
                primitive.getPrimitiveTypeName() == FIXED_LEN_BYTE_ARRAY ? "(" + primitive.getTypeLength() + ")" : "";
        return primitive.getPrimitiveTypeName() + length + (annotation == null ? "" : " " + annotation);
    }
}
