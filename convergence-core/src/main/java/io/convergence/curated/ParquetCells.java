package io.convergence.curated;

import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BOOLEAN;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.DOUBLE;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FLOAT;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;

import io.convergence.schema.Bytes;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;

/** How published types and values stand in Parquet; see {@link ParquetSnapshotWriter} for the reasons. */
final class ParquetCells {
    private static final int MICROS_PER_SECOND = 1_000_000;
    private static final int NANOS_PER_MICRO = 1_000;

    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

    private ParquetCells() {}

    static MessageType message(List<Column> columns) {
        var message = Types.buildMessage();
        columns.forEach(column -> message.addField(type(column)));
        return message.named("row");
    }

    /** Whether a file's columns are these. How values order is not asked: what is said of it has changed for floating numbers. */
    static boolean isOf(MessageType expected, MessageType found) {
        if (expected.getFieldCount() != found.getFieldCount()) {
            return false;
        }
        for (int i = 0; i < expected.getFieldCount(); i++) {
            Type field = found.getType(i);
            PrimitiveType wanted = expected.getType(i).asPrimitiveType();
            boolean same = field.isPrimitive()
                    && field.getName().equals(wanted.getName())
                    && field.getRepetition() == wanted.getRepetition()
                    && field.asPrimitiveType().getPrimitiveTypeName() == wanted.getPrimitiveTypeName()
                    && field.asPrimitiveType().getTypeLength() == wanted.getTypeLength()
                    && Objects.equals(field.getLogicalTypeAnnotation(), wanted.getLogicalTypeAnnotation());
            if (!same) {
                return false;
            }
        }
        return true;
    }

    private static PrimitiveType type(Column column) {
        Repetition repetition = column.nullable() ? Repetition.OPTIONAL : Repetition.REQUIRED;
        DataType type = column.type();
        String name = column.name();
        return switch (type.kind()) {
            case BOOLEAN -> Types.primitive(BOOLEAN, repetition).named(name);
            case INT1, INT2, INT4, UINT1, UINT2 ->
                Types.primitive(INT32, repetition).named(name);
            case INT8, UINT4 -> Types.primitive(INT64, repetition).named(name);
            case UINT8 -> decimal(repetition, 20, 0, name);
            case NUMERIC -> decimal(repetition, type.precision(), type.scale(), name);
            case REAL4 -> Types.primitive(FLOAT, repetition).named(name);
            case REAL8 -> Types.primitive(DOUBLE, repetition).named(name);
            case STRING, WSTRING, CLOB, NCLOB, TIME ->
                Types.primitive(BINARY, repetition)
                        .as(LogicalTypeAnnotation.stringType())
                        .named(name);
            case BYTES, BLOB -> Types.primitive(BINARY, repetition).named(name);
            case DATE ->
                Types.primitive(INT32, repetition)
                        .as(LogicalTypeAnnotation.dateType())
                        .named(name);
            case DATETIME ->
                Types.primitive(INT64, repetition)
                        .as(LogicalTypeAnnotation.timestampType(false, LogicalTypeAnnotation.TimeUnit.MICROS))
                        .named(name);
        };
    }

    private static PrimitiveType decimal(Repetition repetition, int precision, int scale, String name) {
        LogicalTypeAnnotation annotation = LogicalTypeAnnotation.decimalType(scale, precision);
        if (precision <= 9) {
            return Types.primitive(INT32, repetition).as(annotation).named(name);
        }
        return precision <= 18
                ? Types.primitive(INT64, repetition).as(annotation).named(name)
                : Types.primitive(FIXED_LEN_BYTE_ARRAY, repetition)
                        .length(fixedLength(precision))
                        .as(annotation)
                        .named(name);
    }

    /** The fewest bytes that hold any number of so many digits and its sign. */
    private static int fixedLength(int precision) {
        return BigInteger.TEN.pow(precision).bitLength() / 8 + 1;
    }

    /** @throws IllegalArgumentException if the value cannot be written exactly */
    static void write(RecordConsumer to, Column column, Object value) {
        DataType type = column.type();
        switch (type.kind()) {
            case BOOLEAN -> to.addBoolean((Boolean) value);
            case INT1, INT2, INT4, UINT1, UINT2 -> to.addInteger(Math.toIntExact((Long) value));
            case INT8, UINT4 -> to.addLong((Long) value);
            case UINT8 -> to.addBinary(fixed((BigInteger) value, fixedLength(20)));
            case NUMERIC -> writeDecimal(to, type, (BigDecimal) value);
            case REAL4 -> to.addFloat((Float) value);
            case REAL8 -> to.addDouble((Double) value);
            case STRING, WSTRING, CLOB, NCLOB -> to.addBinary(Binary.fromString((String) value));
            case BYTES, BLOB -> to.addBinary(Binary.fromConstantByteArray(((Bytes) value).toArray()));
            case DATE -> to.addInteger(Math.toIntExact(((LocalDate) value).toEpochDay()));
            case TIME -> to.addBinary(Binary.fromString(time((LocalTime) value, type.scale())));
            case DATETIME -> to.addLong(micros((LocalDateTime) value));
        }
    }

    private static void writeDecimal(RecordConsumer to, DataType type, BigDecimal value) {
        BigInteger unscaled = value.setScale(type.scale()).unscaledValue();
        if (value.precision() - value.scale() + type.scale() > type.precision()) {
            throw new IllegalArgumentException("a value with " + value.precision() + " digits does not fit " + type);
        }
        if (type.precision() <= 9) {
            to.addInteger(unscaled.intValueExact());
        } else if (type.precision() <= 18) {
            to.addLong(unscaled.longValueExact());
        } else {
            to.addBinary(fixed(unscaled, fixedLength(type.precision())));
        }
    }

    private static Binary fixed(BigInteger value, int length) {
        byte[] shortest = value.toByteArray();
        byte[] padded = new byte[length];
        Arrays.fill(padded, 0, length - shortest.length, value.signum() < 0 ? (byte) -1 : 0);
        System.arraycopy(shortest, 0, padded, length - shortest.length, shortest.length);
        return Binary.fromConstantByteArray(padded);
    }

    private static String time(LocalTime value, int digits) {
        int unit = (int) Math.pow(10, 9 - digits);
        if (value.getNano() % unit != 0) {
            throw new IllegalArgumentException("its time has more than " + digits + " fraction digits");
        }
        String seconds = SECONDS.format(value);
        return digits == 0
                ? seconds
                : seconds + "." + String.format(Locale.ROOT, "%0" + digits + "d", value.getNano() / unit);
    }

    private static long micros(LocalDateTime value) {
        if (value.getNano() % NANOS_PER_MICRO != 0) {
            throw new IllegalArgumentException("its timestamp is finer than a microsecond");
        }
        return Math.addExact(
                Math.multiplyExact(value.toEpochSecond(ZoneOffset.UTC), (long) MICROS_PER_SECOND),
                value.getNano() / NANOS_PER_MICRO);
    }

    static Object ofInt(Column column, int value) {
        return switch (column.type().kind()) {
            case NUMERIC -> BigDecimal.valueOf(value, column.type().scale());
            case DATE -> LocalDate.ofEpochDay(value);
            default -> (long) value;
        };
    }

    static Object ofLong(Column column, long value) {
        return switch (column.type().kind()) {
            case NUMERIC -> BigDecimal.valueOf(value, column.type().scale());
            case DATETIME ->
                LocalDateTime.ofEpochSecond(
                        Math.floorDiv(value, MICROS_PER_SECOND),
                        Math.floorMod(value, MICROS_PER_SECOND) * NANOS_PER_MICRO,
                        ZoneOffset.UTC);
            default -> value;
        };
    }

    static Object ofBinary(Column column, Binary value) {
        return switch (column.type().kind()) {
            case NUMERIC ->
                new BigDecimal(new BigInteger(value.getBytes()), column.type().scale());
            case UINT8 -> new BigInteger(value.getBytes());
            case TIME -> LocalTime.parse(value.toStringUsingUTF8());
            case BYTES, BLOB -> Bytes.of(value.getBytes());
            default -> value.toStringUsingUTF8();
        };
    }
}
