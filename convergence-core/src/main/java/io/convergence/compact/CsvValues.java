package io.convergence.compact;

import io.convergence.change.RowImage;
import io.convergence.schema.DataType;
import io.convergence.store.internal.ParquetTypes;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.JulianFields;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.PrimitiveType;

/** Writes values of DMS's types into columns of {@link ParquetTypes#optional}. */
final class CsvValues {
    private static final int INT96_BYTES = 12;

    private CsvValues() {}

    /** Writes a cell that is present. */
    static void write(RecordConsumer to, RowImage image, int column) {
        DataType type = image.columns().get(column).type();
        switch (type.kind()) {
            case BOOLEAN -> to.addBoolean(image.booleanValue(column));
            case INT1, INT2, INT4, UINT1, UINT2, UINT4 -> to.addInteger((int) image.longValue(column));
            case INT8 -> to.addLong(image.longValue(column));
            case UINT8 -> to.addLong(((BigInteger) image.value(column)).longValue());
            case NUMERIC -> writeDecimal(to, type, image.decimalValue(column).unscaledValue());
            case REAL4 -> to.addFloat(image.floatValue(column));
            case REAL8 -> to.addDouble(image.doubleValue(column));
            case STRING, WSTRING, CLOB, NCLOB -> to.addBinary(Binary.fromString(image.textValue(column)));
            case BYTES, BLOB ->
                to.addBinary(
                        Binary.fromConstantByteArray(image.bytesValue(column).toArray()));
            case DATE -> to.addInteger(Math.toIntExact(image.dateValue(column).toEpochDay()));
            case TIME -> writeTime(to, type, image.timeValue(column).toNanoOfDay());
            case DATETIME -> writeDateTime(to, type, image.dateTimeValue(column));
        }
    }

    private static void writeDecimal(RecordConsumer to, DataType type, BigInteger unscaled) {
        if (type.precision() <= 9) {
            to.addInteger(unscaled.intValueExact());
        } else if (type.precision() <= 18) {
            to.addLong(unscaled.longValueExact());
        } else {
            PrimitiveType fixed = ParquetTypes.optional("c", type);
            to.addBinary(FixedNumber.of(unscaled, fixed.getTypeLength()));
        }
    }

    private static void writeTime(RecordConsumer to, DataType type, long nanos) {
        if (type.scale() <= 3) {
            to.addInteger(Math.toIntExact(nanos / 1_000_000));
        } else {
            to.addLong(type.scale() <= 6 ? nanos / 1_000 : nanos);
        }
    }

    private static void writeDateTime(RecordConsumer to, DataType type, LocalDateTime value) {
        if (type.scale() > 6) {
            ByteBuffer bytes = ByteBuffer.allocate(INT96_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.putLong(value.toLocalTime().toNanoOfDay())
                    .putInt(Math.toIntExact(value.toLocalDate().getLong(JulianFields.JULIAN_DAY)));
            to.addBinary(Binary.fromConstantByteArray(bytes.array()));
            return;
        }

        int units = type.scale() <= 3 ? 1_000 : 1_000_000;
        long fraction = value.getNano() / (1_000_000_000 / units);
        to.addLong(value.toEpochSecond(ZoneOffset.UTC) * units + fraction);
    }
}
