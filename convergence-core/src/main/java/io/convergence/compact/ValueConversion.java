package io.convergence.compact;

import io.convergence.store.internal.pages.ByteSink;
import io.convergence.store.internal.pages.PlainValues;
import java.nio.ByteBuffer;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** Values in {@code PLAIN} of a source's type as values of the output's type. Not thread-safe. */
class ValueConversion {
    private final String key;
    private final PrimitiveType target;
    private final PlainCells cells;
    private final ColumnReader converted;
    private final boolean smallDecimal;
    private final ByteSink bytes = new ByteSink(1024);
    private final PlainValues values;

    /** @param key of the source */
    ValueConversion(String key, ColumnDescriptor source, ColumnFeed feed) {
        this.key = key;
        this.target = feed.target();
        this.cells = new PlainCells(source);
        this.converted = feed.conversion().widen(cells);
        this.smallDecimal = isSmallDecimal(source.getPrimitiveType(), target);
        this.values = new PlainValues(target);
    }

    /** Bytes as a number of the same digits: what {@link QueryLayout} makes of most decimals. */
    private static boolean isSmallDecimal(PrimitiveType from, PrimitiveType to) {
        boolean bytes = from.getPrimitiveTypeName() == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY
                || from.getPrimitiveTypeName() == PrimitiveTypeName.BINARY;
        boolean number = to.getPrimitiveTypeName() == PrimitiveTypeName.INT32
                || to.getPrimitiveTypeName() == PrimitiveTypeName.INT64;
        return bytes
                && number
                && from.getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation one
                && to.getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation other
                && one.getScale() == other.getScale();
    }

    /**
     * Converts; what comes out is good until the next call.
     *
     * @throws UnfitValueException if a value is none of the source's type, or none of the output's
     */
    PlainValues convert(PlainValues source) {
        bytes.clear();
        try {
            if (smallDecimal) {
                convertDecimals(source);
            } else {
                convertCells(source);
            }
        } catch (ArithmeticException e) {
            throw new UnfitValueException(key, target.getName(), e);
        }
        values.set(bytes.bytes(), 0, bytes.size(), source.count());
        return values;
    }

    private void convertDecimals(PlainValues source) {
        boolean small = target.getPrimitiveTypeName() == PrimitiveTypeName.INT32;
        byte[] from = source.bytes();
        if (!small && source.width() > 0 && source.width() <= Long.BYTES) {
            convertShortDecimals(source);
            return;
        }

        bytes.reserve(source.count() * Long.BYTES);
        for (int i = 0; i < source.count(); i++) {
            int end = source.end(i);
            int at = source.start(i);
            if (at == end) {
                throw new ArithmeticException("a decimal has no bytes");
            }

            long value = from[at++];
            for (; at < end; at++) {
                if (value != value << 8 >> 8) {
                    throw new ArithmeticException("a decimal has more digits than its type");
                }
                value = value << 8 | from[at] & 0xFF;
            }
            if (small) {
                bytes.putInt(Math.toIntExact(value));
            } else {
                bytes.putLong(value);
            }
        }
    }

    /** Of one width that fits whole numbers of 64 bits, as DMS writes decimals of up to 18 digits. */
    private void convertShortDecimals(PlainValues source) {
        byte[] from = source.bytes();
        int at = source.start();
        byte[] room = bytes.reserve(Math.multiplyExact(source.count(), Long.BYTES));
        int to = bytes.size();
        for (int i = 0; i < source.count(); i++, to += Long.BYTES) {
            long value = from[at];
            int end = at + source.width();
            for (at++; at < end; at++) {
                value = value << 8 | from[at] & 0xFF;
            }
            ByteSink.setLong(room, to, value);
        }
        bytes.advance(to - bytes.size());
    }

    private void convertCells(PlainValues source) {
        cells.read(source);
        for (int i = 0; i < source.count(); i++) {
            switch (target.getPrimitiveTypeName()) {
                case BOOLEAN -> bytes.put(converted.getBoolean() ? 1 : 0);
                case INT32 -> bytes.putInt(converted.getInteger());
                case INT64 -> bytes.putLong(converted.getLong());
                case FLOAT -> bytes.putInt(Float.floatToRawIntBits(converted.getFloat()));
                case DOUBLE -> bytes.putLong(Double.doubleToRawLongBits(converted.getDouble()));
                case BINARY, FIXED_LEN_BYTE_ARRAY, INT96 -> put(converted.getBinary());
            }
            converted.consume();
        }
    }

    private void put(Binary value) {
        if (target.getPrimitiveTypeName() == PrimitiveTypeName.BINARY) {
            bytes.putInt(value.length());
        }
        ByteBuffer buffer = value.toByteBuffer();
        int length = buffer.remaining();
        byte[] room = bytes.reserve(length);
        buffer.get(buffer.position(), room, bytes.size(), length);
        bytes.advance(length);
    }
}
