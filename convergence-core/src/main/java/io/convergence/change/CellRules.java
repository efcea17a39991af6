package io.convergence.change;

import io.convergence.change.CellReader.BadValue;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.store.internal.pages.ByteSink;
import java.math.BigInteger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What values of one column of a file must be like to be cells of the column they are delivered as. Immutable. */
final class CellRules {
    private static final long NANOS_PER_DAY = 86_400_000_000_000L;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final Column column;
    private final CellType source;
    private final CellForm form;
    private final boolean wide;
    private final int storedScale;
    private final long unitsPerSecond;
    private final @Nullable ValueRange range;
    private final long decimalBound;
    private final boolean checksNumbers;

    CellRules(Column column, CellType source, CellForm form) {
        DataType natural = source.natural();
        this.column = column;
        this.source = source;
        this.form = form;
        this.wide = switch (form) {
            case BOOLEAN_AS_TEXT, TEXT, UUID_AS_TEXT, BYTES, UINT64_AS_DECIMAL -> true;
            case DECIMAL_BYTES -> natural.precision() > 18;
            default -> false;
        };
        this.storedScale = natural.kind() == DataType.Kind.NUMERIC ? natural.scale() : 0;
        this.unitsPerSecond = form == CellForm.DATETIME ? powerOfTen(natural.scale()) : 1;
        this.range = source.narrows(column.type()) ? ValueRange.of(natural, column.type()) : null;
        this.decimalBound = natural.precision() <= 18 ? powerOfTen(natural.precision()) : 0;
        this.checksNumbers = switch (form) {
            case INT32, INT32_AS_DECIMAL ->
                range != null || natural.kind() == DataType.Kind.INT1 || natural.kind() == DataType.Kind.INT2;
            case INT64, INT64_AS_DECIMAL, UINT64_AS_DECIMAL -> range != null;
            case DECIMAL32, DECIMAL64, DECIMAL_BYTES, TIME32, TIME64 -> true;
            case DATETIME -> step(unitsPerSecond) > 1;
            default -> false;
        };
    }

    Column column() {
        return column;
    }

    CellForm form() {
        return form;
    }

    /** Whether values are bytes, not numbers. */
    boolean wide() {
        return wide;
    }

    int storedScale() {
        return storedScale;
    }

    long unitsPerSecond() {
        return unitsPerSecond;
    }

    /** Takes the sign from numbers of the file that have none. */
    void widen(long[] numbers, int from, int to) {
        long mask = switch (source.natural().kind()) {
            case UINT1 -> 0xFFL;
            case UINT2 -> 0xFFFFL;
            case UINT4 -> 0xFFFF_FFFFL;
            default -> -1;
        };
        if (mask != -1) {
            for (int i = from; i < to; i++) {
                numbers[i] &= mask;
            }
        }
    }

    /** Whether some numbers may be none of the column's, or are stored in other units. */
    boolean checksNumbers() {
        return checksNumbers;
    }

    /** The number as it is stored. @throws BadValue if it is none of the column's */
    long checked(long value, int row) {
        return switch (form) {
            case INT32, INT32_AS_DECIMAL, INT64, INT64_AS_DECIMAL, UINT64_AS_DECIMAL -> whole(value, row);
            case DECIMAL32, DECIMAL64, DECIMAL_BYTES -> decimal(value, row);
            case TIME32, TIME64 -> time(value, row);
            case DATETIME -> {
                demandFraction(value, unitsPerSecond, row);
                yield value;
            }
            default -> value;
        };
    }

    private long whole(long value, int row) {
        if (source.natural().kind() == DataType.Kind.INT1 && value != (byte) value) {
            throw bad(row, "a value does not fit the 8 bits the file declares");
        }
        if (source.natural().kind() == DataType.Kind.INT2 && value != (short) value) {
            throw bad(row, "a value does not fit the 16 bits the file declares");
        }
        if (range != null && !range.holds(value)) {
            throw misfit(row);
        }

        return value;
    }

    private long decimal(long unscaled, int row) {
        if (decimalBound > 0 && (unscaled <= -decimalBound || unscaled >= decimalBound)) {
            throw tooManyDigits(row);
        }
        if (range != null && !range.holds(unscaled)) {
            throw misfit(row);
        }

        return unscaled;
    }

    /** @throws BadValue if a decimal of more than 18 digits is none of the column's */
    void checkWide(byte[] bytes, int start, int end, int row) {
        if (end - start <= 16 && range == null) {
            return;
        }

        BigInteger value = new BigInteger(Arrays.copyOfRange(bytes, start, end));
        if (value.bitLength() > 127) {
            throw tooManyDigits(row);
        }
        if (range != null && !range.holds(value)) {
            throw misfit(row);
        }
    }

    /** The whole number that a decimal of the file is, whatever its physical type. */
    long wholeOf(byte[] plain, int start, int end, int row) {
        BigInteger unscaled = switch (source.primitive().getPrimitiveTypeName()) {
            case INT32 -> BigInteger.valueOf(ByteSink.intAt(plain, start));
            case INT64 -> BigInteger.valueOf(ByteSink.longAt(plain, start));
            default -> decimalOf(plain, start, end, row);
        };
        BigInteger[] parts = unscaled.divideAndRemainder(BigInteger.TEN.pow(storedScale));
        BigInteger largest =
                BigInteger.ONE.shiftLeft(CellType.bits(column.type().kind()));
        if (parts[1].signum() != 0 || parts[0].abs().compareTo(largest) >= 0) {
            throw bad(row, "a value is none of the expected type " + column.type());
        }

        return parts[0].longValue();
    }

    private BigInteger decimalOf(byte[] plain, int start, int end, int row) {
        if (end == start) {
            throw bad(row, "a decimal has no bytes");
        }

        return new BigInteger(Arrays.copyOfRange(plain, start, end));
    }

    private long time(long value, int row) {
        long nanos = value * (NANOS_PER_SECOND / powerOfTen(source.natural().scale()));
        if (value < 0 || value >= NANOS_PER_DAY || nanos < 0 || nanos >= NANOS_PER_DAY) {
            throw bad(row, "a time of day lies outside 00:00:00 to 23:59:59.999999999");
        }
        demandFraction(nanos, NANOS_PER_SECOND, row);
        return nanos;
    }

    /** The file's unit may be finer than the declared one as long as the value is not. */
    void demandFraction(long value, long units, int row) {
        if (value % step(units) != 0) {
            throw bad(row, "a value has more fraction digits than the expected type " + column.type());
        }
    }

    private long step(long units) {
        return units / Math.min(units, powerOfTen(column.type().scale()));
    }

    BadValue tooManyDigits(int row) {
        return bad(row, "a value has more digits than the file declares, " + source.natural());
    }

    private BadValue misfit(int row) {
        return bad(row, "a value does not fit the expected type " + column.type());
    }

    BadValue bad(int row, String reason) {
        return new BadValue(row, "column '" + column.name() + "' (" + source + "): " + reason);
    }

    static long powerOfTen(int exponent) {
        long power = 1;
        for (int i = 0; i < exponent; i++) {
            power *= 10;
        }

        return power;
    }
}
