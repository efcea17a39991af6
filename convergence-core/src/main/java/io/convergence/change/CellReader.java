package io.convergence.change;

import static java.util.Objects.requireNonNull;

import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.io.api.Binary;
import org.jspecify.annotations.Nullable;

/** Reads cells of one column into a {@link CellVector}. Not thread-safe. */
final class CellReader {
    private static final long NANOS_PER_DAY = 86_400_000_000_000L;
    private static final long SECONDS_PER_DAY = 86_400;
    private static final long JULIAN_DAY_OF_EPOCH = 2_440_588;
    private static final int MAX_DATA = Integer.MAX_VALUE - 16;
    private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
    private static final long[] NONE = {};
    private static final int[] NO_ENDS = {};

    /** What is wrong with a value; the caller adds file and row. */
    static final class BadValue extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final int index;

        BadValue(int index, String reason) {
            super(reason, null, false, false);
            this.index = index;
        }

        /** Row in the batch. */
        int index() {
            return index;
        }

        String reason() {
            return requireNonNull(getMessage());
        }
    }

    private final Column column;
    private final CellType source;
    private final CellForm form;
    private final int maxDefinition;
    private final boolean wide;
    private final int storedScale;
    private final long unitsPerSecond;
    private final @Nullable ValueRange range;

    private byte[] states = {};
    private long[] numbers = NONE;
    private byte[] data = {};
    private int[] ends = NO_ENDS;
    private int[] fractions = NO_ENDS;
    private int used;
    private int expectedData = 64;

    /**
     * @param column name and type the cells are delivered with
     * @param maxDefinition 1 for an optional column, 0 for a required one
     */
    CellReader(Column column, CellType source, CellForm form, int maxDefinition) {
        this.column = column;
        this.source = source;
        this.form = form;
        this.maxDefinition = maxDefinition;
        this.wide = switch (form) {
            case BOOLEAN_AS_TEXT, TEXT, UUID_AS_TEXT, BYTES, UINT64_AS_DECIMAL -> true;
            case DECIMAL_BYTES -> source.natural().precision() > 18;
            default -> false;
        };
        this.storedScale = source.natural().kind() == DataType.Kind.NUMERIC
                ? source.natural().scale()
                : 0;
        this.unitsPerSecond =
                form == CellForm.DATETIME ? powerOfTen(source.natural().scale()) : 1;
        this.range = source.narrows(column.type()) ? ValueRange.of(source.natural(), column.type()) : null;
    }

    Column column() {
        return column;
    }

    /** A vector of cells the file does not have. */
    CellVector absent(int count) {
        byte[] all = new byte[count];
        Arrays.fill(all, (byte) CellState.ABSENT.ordinal());
        return new CellVector(column, all, NONE, new byte[0], NO_ENDS, NO_ENDS, storedScale, unitsPerSecond);
    }

    static void skip(ColumnReader reader, int count, int maxDefinition) {
        for (int i = 0; i < count; i++) {
            if (reader.getCurrentDefinitionLevel() == maxDefinition) {
                reader.skip();
            }
            reader.consume();
        }
    }

    /** Takes values that are none of the column's; without it reading stops at the first. */
    interface Faults {
        void add(BadValue fault);
    }

    /** @param faults null to throw the first one; cells with a fault are null then, and their rows must not be delivered */
    CellVector read(ColumnReader reader, int count, @Nullable Faults faults) {
        states = new byte[count];
        numbers = wide ? NONE : new long[count];
        ends = wide ? new int[count] : NO_ENDS;
        fractions = form == CellForm.INT96 ? new int[count] : NO_ENDS;
        data = wide ? new byte[expectedData] : new byte[0];
        used = 0;
        for (int i = 0; i < count; i++) {
            if (reader.getCurrentDefinitionLevel() == maxDefinition) {
                try {
                    readValue(reader, i);
                } catch (BadValue e) {
                    pass(e, faults);
                }
            } else {
                states[i] = (byte) CellState.NULL.ordinal();
            }
            if (wide) {
                ends[i] = used;
            }
            reader.consume();
        }

        if (form == CellForm.TEXT) {
            demandUtf8(count, faults);
        }

        byte[] exact = data.length == used ? data : Arrays.copyOf(data, used);
        expectedData = Math.max(64, used);
        return new CellVector(column, states, numbers, exact, ends, fractions, storedScale, unitsPerSecond);
    }

    private void pass(BadValue fault, @Nullable Faults faults) {
        if (faults == null) {
            throw fault;
        }

        states[fault.index()] = (byte) CellState.NULL.ordinal();
        faults.add(fault);
    }

    private void readValue(ColumnReader reader, int i) {
        switch (form) {
            case BOOLEAN -> numbers[i] = reader.getBoolean() ? 1 : 0;
            case BOOLEAN_AS_TEXT -> append(reader.getBoolean() ? TRUE : FALSE);
            case TEXT_AS_BOOLEAN -> numbers[i] = booleanOf(reader.getBinary(), i) ? 1 : 0;
            case INT32, INT32_AS_DECIMAL -> numbers[i] = fitting(whole(reader.getInteger(), i), i);
            case INT64, INT64_AS_DECIMAL -> numbers[i] = fitting(reader.getLong(), i);
            case UINT64_AS_DECIMAL -> append(unsignedBytes(fitting(reader.getLong(), i)));
            case DECIMAL32 -> numbers[i] = decimal(reader.getInteger(), i);
            case DECIMAL64 -> numbers[i] = decimal(reader.getLong(), i);
            case DECIMAL_BYTES -> readDecimalBytes(reader.getBinary(), i);
            case DECIMAL_AS_WHOLE -> numbers[i] = wholeOf(reader, i);
            case FLOAT -> numbers[i] = Float.floatToRawIntBits(reader.getFloat());
            case FLOAT_AS_DOUBLE -> numbers[i] = Double.doubleToRawLongBits(reader.getFloat());
            case DOUBLE -> numbers[i] = Double.doubleToRawLongBits(reader.getDouble());
            case DOUBLE_AS_FLOAT -> numbers[i] = Float.floatToRawIntBits((float) reader.getDouble());
            case TEXT -> append(reader.getBinary().toByteBuffer(), i);
            case UUID_AS_TEXT -> append(uuid(reader.getBinary()).getBytes(StandardCharsets.US_ASCII));
            case BYTES -> append(reader.getBinary().toByteBuffer(), i);
            case DATE -> numbers[i] = reader.getInteger();
            case TIME32 -> numbers[i] = time(reader.getInteger(), i);
            case TIME64 -> numbers[i] = time(reader.getLong(), i);
            case DATETIME -> numbers[i] = dateTime(reader.getLong(), i);
            case INT96 -> readInt96(reader.getBinary(), i);
        }
    }

    private long whole(int value, int i) {
        return switch (source.natural().kind()) {
            case UINT1 -> value & 0xFFL;
            case UINT2 -> value & 0xFFFFL;
            case UINT4 -> value & 0xFFFF_FFFFL;
            case INT1 -> {
                if (value != (byte) value) {
                    throw bad(i, "a value does not fit the 8 bits the file declares");
                }
                yield value;
            }
            case INT2 -> {
                if (value != (short) value) {
                    throw bad(i, "a value does not fit the 16 bits the file declares");
                }
                yield value;
            }
            default -> value;
        };
    }

    /** A whole number, if it is one of the expected type. */
    private long fitting(long value, int i) {
        if (range != null && !range.holds(value)) {
            throw misfit(i);
        }

        return value;
    }

    private BadValue misfit(int i) {
        return bad(i, "a value does not fit the expected type " + column.type());
    }

    private long decimal(long unscaled, int i) {
        int precision = source.natural().precision();
        if (precision <= 18) {
            long bound = powerOfTen(precision);
            if (unscaled <= -bound || unscaled >= bound) {
                throw bad(i, "a value has more digits than the file declares, " + source.natural());
            }
        }

        if (range != null && !range.holds(unscaled)) {
            throw misfit(i);
        }

        return unscaled;
    }

    private void readDecimalBytes(Binary value, int i) {
        ByteBuffer bytes = value.toByteBuffer();
        int length = bytes.remaining();
        if (length == 0) {
            throw bad(i, "a decimal has no bytes");
        }
        if (wide) {
            byte[] copy = new byte[length];
            bytes.duplicate().get(copy);
            if (length > 16 && new BigInteger(copy).bitLength() > 127) {
                throw bad(i, "a value has more digits than the file declares, " + source.natural());
            }
            if (range != null && !range.holds(new BigInteger(copy))) {
                throw misfit(i);
            }

            append(copy);
            return;
        }

        long unscaled = bytes.get(bytes.position());
        for (int at = 1; at < length; at++) {
            if (unscaled != unscaled << 8 >> 8) {
                throw bad(i, "a value has more digits than the file declares, " + source.natural());
            }
            unscaled = unscaled << 8 | bytes.get(bytes.position() + at) & 0xFF;
        }
        numbers[i] = decimal(unscaled, i);
    }

    private long wholeOf(ColumnReader reader, int i) {
        BigInteger unscaled = switch (source.primitive().getPrimitiveTypeName()) {
            case INT32 -> BigInteger.valueOf(reader.getInteger());
            case INT64 -> BigInteger.valueOf(reader.getLong());
            default -> new BigInteger(reader.getBinary().getBytes());
        };
        BigInteger[] parts = unscaled.divideAndRemainder(BigInteger.TEN.pow(storedScale));
        BigInteger largest =
                BigInteger.ONE.shiftLeft(CellType.bits(column.type().kind()));
        if (parts[1].signum() != 0 || parts[0].abs().compareTo(largest) >= 0) {
            throw bad(i, "a value is none of the expected type " + column.type());
        }
        return parts[0].longValue();
    }

    private long time(long value, int i) {
        long nanos = value * (1_000_000_000L / powerOfTen(source.natural().scale()));
        if (value < 0 || value >= NANOS_PER_DAY || nanos < 0 || nanos >= NANOS_PER_DAY) {
            throw bad(i, "a time of day lies outside 00:00:00 to 23:59:59.999999999");
        }
        demandFraction(nanos, 1_000_000_000L, i);
        return nanos;
    }

    private long dateTime(long value, int i) {
        demandFraction(value, unitsPerSecond, i);
        return value;
    }

    /** The file's unit may be finer than the declared one as long as the value is not. */
    private void demandFraction(long value, long units, int i) {
        long step = units / Math.min(units, powerOfTen(column.type().scale()));
        if (value % step != 0) {
            throw bad(i, "a value has more fraction digits than the expected type " + column.type());
        }
    }

    private void readInt96(Binary value, int i) {
        ByteBuffer bytes = value.toByteBuffer().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.remaining() != 12) {
            throw bad(i, "an INT96 timestamp has " + bytes.remaining() + " bytes instead of 12");
        }

        long nanos = bytes.getLong();
        long day = Integer.toUnsignedLong(bytes.getInt());
        if (nanos < 0 || nanos >= NANOS_PER_DAY) {
            throw bad(i, "an INT96 timestamp has a time of day outside one day");
        }
        demandFraction(nanos, 1_000_000_000L, i);
        numbers[i] = (day - JULIAN_DAY_OF_EPOCH) * SECONDS_PER_DAY + nanos / 1_000_000_000L;
        fractions[i] = (int) (nanos % 1_000_000_000L);
    }

    private boolean booleanOf(Binary value, int i) {
        String text = value.length() > 5 ? "" : value.toStringUsingUTF8().toLowerCase(Locale.ROOT);
        return switch (text) {
            case "true", "t", "1" -> true;
            case "false", "f", "0" -> false;
            default -> throw bad(i, "a value is none of true, false, t, f, 1, 0, as the expected type boolean demands");
        };
    }

    /** Texts are mostly ASCII, and to look at all of them at once is much faster than at each. */
    private void demandUtf8(int count, @Nullable Faults faults) {
        if (isAscii(0, used)) {
            return;
        }

        int from = 0;
        for (int i = 0; i < count; i++) {
            if (!isAscii(from, ends[i])) {
                try {
                    demandUtf8(from, ends[i], i);
                } catch (BadValue e) {
                    pass(e, faults);
                }
            }
            from = ends[i];
        }
    }

    private boolean isAscii(int from, int to) {
        int at = from;
        for (; at + Long.BYTES <= to; at += Long.BYTES) {
            if (((long) LONGS.get(data, at) & HIGH_BITS) != 0) {
                return false;
            }
        }
        for (; at < to; at++) {
            if (data[at] < 0) {
                return false;
            }
        }

        return true;
    }

    private void demandUtf8(int from, int to, int i) {
        try {
            CharBuffer decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data, from, to - from));
            if (decoded.length() > to - from) {
                throw bad(i, "a text is not valid UTF-8");
            }
        } catch (CharacterCodingException e) {
            throw bad(i, "a text is not valid UTF-8");
        }
    }

    private static String uuid(Binary value) {
        ByteBuffer bytes = value.toByteBuffer().duplicate().order(ByteOrder.BIG_ENDIAN);
        return new UUID(bytes.getLong(), bytes.getLong()).toString();
    }

    private static byte[] unsignedBytes(long bits) {
        return ByteBuffer.allocate(9).put((byte) 0).putLong(bits).array();
    }

    private void append(byte[] bytes) {
        reserve(bytes.length, 0);
        System.arraycopy(bytes, 0, data, used, bytes.length);
        used += bytes.length;
    }

    private void append(ByteBuffer bytes, int i) {
        int length = bytes.remaining();
        reserve(length, i);
        bytes.get(bytes.position(), data, used, length);
        used += length;
    }

    private void reserve(int length, int i) {
        long needed = (long) used + length;
        if (needed > MAX_DATA) {
            throw bad(i, "the values of one batch exceed 2 GB; read smaller batches");
        }
        if (needed > data.length) {
            data = Arrays.copyOf(data, (int) Math.min(MAX_DATA, Math.max(needed, data.length * 2L)));
        }
    }

    private BadValue bad(int i, String reason) {
        return new BadValue(i, "column '" + column.name() + "' (" + source + "): " + reason);
    }

    static long powerOfTen(int exponent) {
        long power = 1;
        for (int i = 0; i < exponent; i++) {
            power *= 10;
        }

        return power;
    }
}
