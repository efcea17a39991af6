package io.convergence.change;

import io.convergence.schema.Bytes;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cells of one column: a state for each row, and values either by row or, where {@code ids} say which entry a row has, of a dictionary
 * that vectors share. Not changed once its batch is made.
 */
final class CellVector implements ColumnVector, CellsInMaking {
    private static final CellState[] STATES = CellState.values();
    private static final byte PRESENT = (byte) CellState.PRESENT.ordinal();
    private static final long MICROS = 1_000_000L;

    private final Column column;
    private final DataType.Kind kind;
    private final boolean text;
    private final boolean whole;
    private final byte[] states;
    private final int @Nullable [] ids;
    private final StoredCells cells;
    private final long[] numbers;
    private final byte[] data;
    private final int[] starts;
    private final int[] ends;
    private final int storedScale;
    private final long unitsPerSecond;

    CellVector(
            Column column,
            byte[] states,
            int @Nullable [] ids,
            StoredCells cells,
            int storedScale,
            long unitsPerSecond) {
        this.column = column;
        this.kind = column.type().kind();
        this.text = kind.text();
        this.whole = kind.integer();
        this.states = states;
        this.ids = ids;
        this.cells = cells;
        this.numbers = cells.numbers();
        this.data = cells.data();
        this.starts = cells.starts();
        this.ends = cells.ends();
        this.storedScale = storedScale;
        this.unitsPerSecond = unitsPerSecond;
    }

    @Override
    public Column column() {
        return column;
    }

    @Override
    public int size() {
        return states.length;
    }

    @Override
    public CellState state(int row) {
        return STATES[states[row]];
    }

    /** The cells of these rows; other rows' values are let go, but for a dictionary's. */
    CellVector keeping(int[] rows) {
        byte[] keptStates = new byte[rows.length];
        for (int i = 0; i < rows.length; i++) {
            keptStates[i] = states[rows[i]];
        }

        int[] keptIds = null;
        if (ids != null) {
            keptIds = new int[rows.length];
            for (int i = 0; i < rows.length; i++) {
                keptIds[i] = ids[rows[i]];
            }
        }

        StoredCells kept = ids == null ? cells.keeping(rows) : cells;
        return new CellVector(column, keptStates, keptIds, kept, storedScale, unitsPerSecond);
    }

    /** Where the row's value stands. */
    private int place(int row) {
        return ids == null ? row : ids[row];
    }

    /** Whether both rows have the same entry of a dictionary that was read without fault; false if that is not seen at once. */
    boolean shares(int row, int other) {
        return ids != null && ids[row] == ids[other] && states[row] == PRESENT && states[other] == PRESENT;
    }

    boolean isNull(int row) {
        return states[row] == CellState.NULL.ordinal();
    }

    @Override
    public void mark(int row, CellState state) {
        states[row] = (byte) state.ordinal();
    }

    /** Parquet tells null from empty. */
    @Override
    public boolean isGiven(int row) {
        return states[row] == PRESENT;
    }

    boolean isFilled(int row) {
        return states[row] == PRESENT && !(text && length(place(row)) == 0);
    }

    private int length(int place) {
        return ends[place] - starts[place];
    }

    /** The byte of a text of one byte; negative for any other cell. */
    int onlyByte(int row) {
        boolean single = text && states[row] == PRESENT && length(place(row)) == 1;
        return single ? data[starts[place(row)]] : -1;
    }

    /** Of two cells that hold change sequences, by the counter alone. */
    int compareCounters(int row, int other) {
        int one = starts[place(row)];
        int two = starts[place(other)];
        return Arrays.compareUnsigned(
                data,
                one + ChangeSequence.TIME_DIGITS,
                one + ChangeSequence.DIGITS,
                data,
                two + ChangeSequence.TIME_DIGITS,
                two + ChangeSequence.DIGITS);
    }

    /** See {@link ChangeSequence#isPlain}. */
    boolean isPlainSequence(int row) {
        if (!text || states[row] != PRESENT) {
            return false;
        }

        int place = place(row);
        return ChangeSequence.isPlain(data, starts[place], length(place));
    }

    /** See {@link ChangeBatch#sequenceTime}; -1 if the cell is no sequence. */
    long sequenceTime(int row) {
        if (!text || states[row] != PRESENT || length(place(row)) != ChangeSequence.DIGITS) {
            return -1;
        }

        int start = starts[place(row)];
        return ChangeSequence.isNumber(data, start)
                ? ChangeSequence.number(data, start, ChangeSequence.TIME_DIGITS)
                : -1;
    }

    long sequenceCounter(int row) {
        int start = starts[place(row)] + ChangeSequence.TIME_DIGITS;
        return ChangeSequence.number(data, start, ChangeSequence.DIGITS - ChangeSequence.TIME_DIGITS);
    }

    /** Whether the cell is a text that the reader took. */
    boolean read(int row, CommitTimeReader time) {
        if (!text || states[row] != PRESENT) {
            return false;
        }

        int place = place(row);
        return time.read(data, starts[place], length(place));
    }

    @Override
    public Object value(int row) {
        return switch (kind) {
            case BOOLEAN -> booleanValue(row);
            case INT1, INT2, INT4, INT8, UINT1, UINT2, UINT4 -> longValue(row);
            case UINT8 -> unsignedValue(row);
            case NUMERIC -> decimalValue(row);
            case REAL4 -> floatValue(row);
            case REAL8 -> doubleValue(row);
            case STRING, WSTRING, CLOB, NCLOB -> textValue(row);
            case BYTES, BLOB -> bytesValue(row);
            case DATE -> dateValue(row);
            case TIME -> timeValue(row);
            case DATETIME -> dateTimeValue(row);
        };
    }

    @Override
    public boolean booleanValue(int row) {
        demand(row, kind == DataType.Kind.BOOLEAN, "a boolean");
        return numbers[place(row)] != 0;
    }

    @Override
    public long longValue(int row) {
        demand(row, whole, "a whole number of 64 bits");
        return numbers[place(row)];
    }

    private BigInteger unsignedValue(int row) {
        demand(row, kind == DataType.Kind.UINT8, "an unsigned number of 64 bits");
        BigInteger value = BigInteger.valueOf(numbers[place(row)]);
        return value.signum() < 0 ? value.add(BigInteger.ONE.shiftLeft(64)) : value;
    }

    @Override
    public float floatValue(int row) {
        demand(row, kind == DataType.Kind.REAL4, "a float");
        return Float.intBitsToFloat((int) numbers[place(row)]);
    }

    @Override
    public double doubleValue(int row) {
        demand(row, kind == DataType.Kind.REAL8, "a double");
        return Double.longBitsToDouble(numbers[place(row)]);
    }

    @Override
    public long unscaledValue(int row) {
        demand(row, kind == DataType.Kind.NUMERIC && column.type().precision() <= 18, "an unscaled number of 64 bits");
        boolean same = numbers.length > 0 && storedScale == column.type().scale();
        return same ? numbers[place(row)] : decimalValue(row).unscaledValue().longValueExact();
    }

    @Override
    public BigDecimal decimalValue(int row) {
        demand(row, kind == DataType.Kind.NUMERIC, "a decimal");
        BigDecimal value = numbers.length > 0
                ? BigDecimal.valueOf(numbers[place(row)], storedScale)
                : new BigDecimal(new BigInteger(data, starts[place(row)], length(place(row))), storedScale);
        return value.setScale(column.type().scale());
    }

    @Override
    public String textValue(int row) {
        demand(row, text, "a text");
        int place = place(row);
        @Nullable String[] texts = cells.texts();
        if (texts == null) {
            return new String(data, starts[place], length(place), StandardCharsets.UTF_8);
        }

        String known = texts[place];
        if (known == null) {
            known = new String(data, starts[place], length(place), StandardCharsets.UTF_8);
            texts[place] = known;
        }
        return known;
    }

    @Override
    public int byteLength(int row) {
        demand(row, text || kind.binary(), "a text or bytes");
        return length(place(row));
    }

    @Override
    public void copyBytes(int row, byte[] target, int offset) {
        demand(row, text || kind.binary(), "a text or bytes");
        int place = place(row);
        System.arraycopy(data, starts[place], target, offset, length(place));
    }

    @Override
    public Bytes bytesValue(int row) {
        demand(row, kind.binary(), "bytes");
        return Bytes.of(Arrays.copyOfRange(data, starts[place(row)], ends[place(row)]));
    }

    @Override
    public LocalDate dateValue(int row) {
        demand(row, kind == DataType.Kind.DATE, "a date");
        return LocalDate.ofEpochDay(numbers[place(row)]);
    }

    @Override
    public long epochDayValue(int row) {
        demand(row, kind == DataType.Kind.DATE, "a date");
        return numbers[place(row)];
    }

    @Override
    public LocalTime timeValue(int row) {
        demand(row, kind == DataType.Kind.TIME, "a time");
        return LocalTime.ofNanoOfDay(numbers[place(row)]);
    }

    @Override
    public long epochMicrosValue(int row) {
        demand(row, kind == DataType.Kind.DATETIME && column.type().scale() <= 6, "microseconds since the epoch");
        int place = place(row);
        if (cells.fractions().length > 0) {
            return Math.addExact(Math.multiplyExact(numbers[place], MICROS), cells.fractions()[place] / 1000);
        }

        return unitsPerSecond <= MICROS
                ? Math.multiplyExact(numbers[place], MICROS / unitsPerSecond)
                : Math.floorDiv(numbers[place], unitsPerSecond / MICROS);
    }

    @Override
    public LocalDateTime dateTimeValue(int row) {
        demand(row, kind == DataType.Kind.DATETIME, "a date and time");
        int place = place(row);
        int[] fractions = cells.fractions();
        if (fractions.length > 0) {
            return LocalDateTime.ofEpochSecond(numbers[place], fractions[place], ZoneOffset.UTC);
        }

        long seconds = Math.floorDiv(numbers[place], unitsPerSecond);
        long fraction = Math.floorMod(numbers[place], unitsPerSecond);
        return LocalDateTime.ofEpochSecond(
                seconds, (int) (fraction * (1_000_000_000L / unitsPerSecond)), ZoneOffset.UTC);
    }

    private void demand(int row, boolean matches, String wanted) {
        if (!matches || states[row] != PRESENT) {
            throw refusal(row, matches, wanted);
        }
    }

    private IllegalStateException refusal(int row, boolean matches, String wanted) {
        if (!matches) {
            return new IllegalStateException(
                    "Cannot read column '" + column.name() + "' as " + wanted + ": it is " + column.type() + ".");
        }

        return new IllegalStateException("Cannot read the value of column '" + column.name() + "' in row " + row
                + " of the batch: the cell is " + state(row) + ". Ask for its state first.");
    }
}
