package io.convergence.avro;

import io.convergence.schema.Bytes;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/** The Avro type of each DMS type, and its values in both directions. */
final class AvroColumns {
    /** The property of a field that holds the column's own name, which Avro's rules for names may not allow. */
    static final String COLUMN_PROPERTY = "column";

    private static final int UINT8_DIGITS = 20;
    private static final long NANOS = 1_000_000_000L;

    private AvroColumns() {}

    static Schema type(DataType type) {
        return switch (type.kind()) {
            case BOOLEAN -> Schema.create(Schema.Type.BOOLEAN);
            case INT1, INT2, INT4, UINT1, UINT2 -> Schema.create(Schema.Type.INT);
            case INT8, UINT4 -> Schema.create(Schema.Type.LONG);
            case UINT8 -> decimal(UINT8_DIGITS, 0);
            case NUMERIC -> decimal(type.precision(), type.scale());
            case REAL4 -> Schema.create(Schema.Type.FLOAT);
            case REAL8 -> Schema.create(Schema.Type.DOUBLE);
            case STRING, WSTRING, CLOB, NCLOB -> Schema.create(Schema.Type.STRING);
            case BYTES, BLOB -> Schema.create(Schema.Type.BYTES);
            case DATE -> LogicalTypes.date().addToSchema(Schema.create(Schema.Type.INT));
            case TIME -> time(type.scale());
            case DATETIME -> dateTime(type.scale());
        };
    }

    private static Schema decimal(int precision, int scale) {
        return LogicalTypes.decimal(precision, scale).addToSchema(Schema.create(Schema.Type.BYTES));
    }

    /** Avro has no finer time of day than microseconds; a finer one is kept as nanoseconds without a logical type. */
    private static Schema time(int scale) {
        if (scale <= 3) {
            return LogicalTypes.timeMillis().addToSchema(Schema.create(Schema.Type.INT));
        }

        Schema number = Schema.create(Schema.Type.LONG);
        return scale <= 6 ? LogicalTypes.timeMicros().addToSchema(number) : number;
    }

    private static Schema dateTime(int scale) {
        Schema number = Schema.create(Schema.Type.LONG);
        if (scale <= 3) {
            return LogicalTypes.localTimestampMillis().addToSchema(number);
        }

        return scale <= 6
                ? LogicalTypes.localTimestampMicros().addToSchema(number)
                : LogicalTypes.localTimestampNanos().addToSchema(number);
    }

    /** @throws ArithmeticException if nanoseconds of the date-time pass 64 bits (years before 1678 or after 2261) */
    static Object toAvro(Column column, Object value) {
        DataType type = column.type();
        return switch (type.kind()) {
            case BOOLEAN, INT8, UINT4, REAL4, REAL8, STRING, WSTRING, CLOB, NCLOB -> value;
            case INT1, INT2, INT4, UINT1, UINT2 -> Math.toIntExact((Long) value);
            case UINT8 -> ByteBuffer.wrap(((BigInteger) value).toByteArray());
            case NUMERIC ->
                ByteBuffer.wrap(((BigDecimal) value)
                        .setScale(type.scale())
                        .unscaledValue()
                        .toByteArray());
            case BYTES, BLOB -> ByteBuffer.wrap(((Bytes) value).toArray());
            case DATE -> Math.toIntExact(((LocalDate) value).toEpochDay());
            case TIME -> timeNumber(type.scale(), ((LocalTime) value).toNanoOfDay());
            case DATETIME -> {
                LocalDateTime time = (LocalDateTime) value;
                long units = unitsPerSecond(type.scale());
                yield Math.addExact(
                        Math.multiplyExact(time.toEpochSecond(ZoneOffset.UTC), units),
                        time.getNano() / (NANOS / units));
            }
        };
    }

    private static Object timeNumber(int scale, long nanoOfDay) {
        if (scale <= 3) {
            return (int) (nanoOfDay / 1_000_000);
        }

        return scale <= 6 ? nanoOfDay / 1_000 : nanoOfDay;
    }

    /** @throws ClassCastException or ArithmeticException if the value is none of the column's Avro type */
    static Object fromAvro(Column column, Object value) {
        DataType type = column.type();
        return switch (type.kind()) {
            case BOOLEAN -> (Boolean) value;
            case INT1, INT2, INT4, UINT1, UINT2, INT8, UINT4 -> ((Number) value).longValue();
            case UINT8 -> new BigInteger(bytes(value));
            case NUMERIC -> new BigDecimal(new BigInteger(bytes(value)), type.scale());
            case REAL4 -> (Float) value;
            case REAL8 -> (Double) value;
            case STRING, WSTRING, CLOB, NCLOB -> ((CharSequence) value).toString();
            case BYTES, BLOB -> Bytes.of(bytes(value));
            case DATE -> LocalDate.ofEpochDay(((Number) value).longValue());
            case TIME -> {
                long unit = type.scale() <= 3 ? 1_000_000 : type.scale() <= 6 ? 1_000 : 1;
                yield LocalTime.ofNanoOfDay(Math.multiplyExact(((Number) value).longValue(), unit));
            }
            case DATETIME -> {
                long units = unitsPerSecond(type.scale());
                long number = (Long) value;
                yield LocalDateTime.ofEpochSecond(
                        Math.floorDiv(number, units),
                        (int) (Math.floorMod(number, units) * (NANOS / units)),
                        ZoneOffset.UTC);
            }
        };
    }

    private static byte[] bytes(Object value) {
        ByteBuffer buffer = ((ByteBuffer) value).duplicate();
        byte[] content = new byte[buffer.remaining()];
        buffer.get(content);
        return content;
    }

    private static long unitsPerSecond(int scale) {
        if (scale <= 3) {
            return 1_000;
        }

        return scale <= 6 ? 1_000_000 : NANOS;
    }
}
