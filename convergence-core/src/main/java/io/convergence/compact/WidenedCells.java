package io.convergence.compact;

import io.convergence.schema.DataType;
import java.math.BigInteger;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** A column read as one of a wider type (rule S15). Not thread-safe. */
abstract class WidenedCells implements ColumnReader {
    final ColumnReader cells;

    WidenedCells(ColumnReader cells) {
        this.cells = cells;
    }

    /** REAL4 as REAL8. */
    static final class OfFloats extends WidenedCells {
        OfFloats(ColumnReader cells) {
            super(cells);
        }

        @Override
        public double getDouble() {
            return cells.getFloat();
        }
    }

    /** Bytes of one length as bytes of any. */
    static final class OfBytes extends WidenedCells {
        OfBytes(ColumnReader cells) {
            super(cells);
        }

        @Override
        public Binary getBinary() {
            return cells.getBinary();
        }
    }

    /** Times of day and timestamps in a finer unit. */
    static final class OfTimes extends WidenedCells {
        private final boolean small;
        private final long factor;

        OfTimes(ColumnReader cells, PrimitiveType from, long factor) {
            super(cells);
            this.small = from.getPrimitiveTypeName() == PrimitiveTypeName.INT32;
            this.factor = factor;
        }

        @Override
        public long getLong() {
            return Math.multiplyExact(small ? cells.getInteger() : cells.getLong(), factor);
        }
    }

    /** Whole numbers and decimals, with more digits before or behind the point. */
    static final class OfNumbers extends WidenedCells {
        private final PrimitiveTypeName from;
        private final DataType source;
        private final long factor;
        private final BigInteger bigFactor;
        private final int length;
        private final BigInteger bigBound;
        private final long bound;

        /** @param length of the bytes the number is wanted in; 0 for a number of 32 or 64 bits, negative for as many as needed */
        OfNumbers(ColumnReader cells, PrimitiveType from, DataType source, int shift, int length) {
            super(cells);
            this.from = from.getPrimitiveTypeName();
            this.source = source;
            this.bigFactor = BigInteger.TEN.pow(shift);
            this.factor = length == 0 ? bigFactor.longValueExact() : 0;
            this.length = length;
            this.bigBound = BigInteger.TEN.pow(source.precision());
            this.bound = source.precision() <= 18 ? bigBound.longValueExact() : 0;
        }

        @Override
        public int getInteger() {
            return Math.toIntExact(getLong());
        }

        @Override
        public long getLong() {
            long value = from == PrimitiveTypeName.INT32 || from == PrimitiveTypeName.INT64
                    ? small()
                    : big().longValueExact();
            return Math.multiplyExact(value, factor);
        }

        private long small() {
            if (from == PrimitiveTypeName.INT64) {
                return demandDigits(cells.getLong());
            }

            int value = cells.getInteger();
            return switch (source.kind()) {
                case UINT1 -> value & 0xFFL;
                case UINT2 -> value & 0xFFFFL;
                case UINT4 -> value & 0xFFFF_FFFFL;
                case INT1 -> demand(value == (byte) value, value);
                case INT2 -> demand(value == (short) value, value);
                default -> demandDigits(value);
            };
        }

        /** Of a decimal: one with more digits than its type is none, and must not become one. */
        private long demandDigits(long value) {
            return source.kind() == DataType.Kind.NUMERIC && source.precision() <= 18
                    ? demand(value > -bound && value < bound, value)
                    : value;
        }

        private long demand(boolean fits, long value) {
            if (!fits) {
                throw new ArithmeticException(value + " is outside of " + source);
            }

            return value;
        }

        private BigInteger big() {
            if (from != PrimitiveTypeName.INT32 && from != PrimitiveTypeName.INT64) {
                byte[] bytes = cells.getBinary().getBytes();
                if (bytes.length == 0) {
                    throw new ArithmeticException("a decimal has no bytes");
                }

                BigInteger value = new BigInteger(bytes);
                if (value.abs().compareTo(bigBound) >= 0) {
                    throw new ArithmeticException(value + " is outside of " + source);
                }
                return value;
            }

            BigInteger value = BigInteger.valueOf(small());
            boolean unsigned = source.kind() == DataType.Kind.UINT8 && value.signum() < 0;
            return unsigned ? value.add(BigInteger.ONE.shiftLeft(64)) : value;
        }

        @Override
        public Binary getBinary() {
            BigInteger value = big().multiply(bigFactor);
            return length < 0 ? Binary.fromConstantByteArray(value.toByteArray()) : FixedNumber.of(value, length);
        }
    }

    @Override
    public long getTotalValueCount() {
        return cells.getTotalValueCount();
    }

    @Override
    public void consume() {
        cells.consume();
    }

    @Override
    public int getCurrentRepetitionLevel() {
        return cells.getCurrentRepetitionLevel();
    }

    @Override
    public int getCurrentDefinitionLevel() {
        return cells.getCurrentDefinitionLevel();
    }

    @Override
    public void writeCurrentValueToConverter() {
        throw unread("a converter's value");
    }

    @Override
    public void skip() {
        cells.skip();
    }

    @Override
    public int getCurrentValueDictionaryID() {
        return cells.getCurrentValueDictionaryID();
    }

    @Override
    public int getInteger() {
        throw unread("32 bits");
    }

    @Override
    public boolean getBoolean() {
        throw unread("a boolean");
    }

    @Override
    public long getLong() {
        throw unread("64 bits");
    }

    @Override
    public Binary getBinary() {
        throw unread("bytes");
    }

    @Override
    public float getFloat() {
        throw unread("a float");
    }

    @Override
    public double getDouble() {
        throw unread("a double");
    }

    @Override
    public ColumnDescriptor getDescriptor() {
        return cells.getDescriptor();
    }

    private static IllegalStateException unread(String what) {
        return new IllegalStateException(
                "Cannot read a widened column as " + what + ": it is widened to another type.");
    }
}
