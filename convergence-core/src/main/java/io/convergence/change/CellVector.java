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

/**
 * Cells in arrays of primitives. Which arrays are filled depends on the type: {@code numbers} for booleans, whole
 * numbers, the bits of floats, epoch days, nanoseconds of a day, date-times in {@code unitsPerSecond} and decimals that
 * fit; {@code data} up to {@code ends} for text (UTF-8), bytes and wide decimals (big-endian); {@code fractions} for
 * nanoseconds beside {@code numbers} in seconds. Not changed once its batch is made.
 */
final class CellVector implements ColumnVector, CellsInMaking {
    private static final CellState[] STATES = CellState.values();

    private final Column column;
    private final byte[] states;
    private final long[] numbers;
    private final byte[] data;
    private final int[] ends;
    private final int[] fractions;
    private final int storedScale;
    private final long unitsPerSecond;

    CellVector(
            Column column,
            byte[] states,
            long[] numbers,
            byte[] data,
            int[] ends,
            int[] fractions,
            int storedScale,
            long unitsPerSecond) {
        this.column = column;
        this.states = states;
        this.numbers = numbers;
        this.data = data;
        this.ends = ends;
        this.fractions = fractions;
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

    /** The cells of these rows. */
    CellVector keeping(int[] rows) {
        byte[] keptStates = new byte[rows.length];
        long[] keptNumbers = new long[numbers.length == 0 ? 0 : rows.length];
        int[] keptEnds = new int[ends.length == 0 ? 0 : rows.length];
        int[] keptFractions = new int[fractions.length == 0 ? 0 : rows.length];
        int size = 0;
        for (int i = 0; i < keptEnds.length; i++) {
            size += ends[rows[i]] - start(rows[i]);
            keptEnds[i] = size;
        }
        byte[] keptData = new byte[size];
        for (int i = 0; i < rows.length; i++) {
            int row = rows[i];
            keptStates[i] = states[row];
            if (keptNumbers.length > 0) {
                keptNumbers[i] = numbers[row];
            }
            if (keptFractions.length > 0) {
                keptFractions[i] = fractions[row];
            }
            if (keptEnds.length > 0) {
                int length = ends[row] - start(row);
                System.arraycopy(data, start(row), keptData, keptEnds[i] - length, length);
            }
        }

        return new CellVector(
                column, keptStates, keptNumbers, keptData, keptEnds, keptFractions, storedScale, unitsPerSecond);
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
        return states[row] == CellState.PRESENT.ordinal();
    }

    boolean isFilled(int row) {
        boolean present = states[row] == CellState.PRESENT.ordinal();
        return present && !(column.type().kind().text() && ends[row] == start(row));
    }

    /** The byte of a text of one byte; negative for any other cell. */
    int onlyByte(int row) {
        boolean single = column.type().kind().text()
                && states[row] == CellState.PRESENT.ordinal()
                && ends[row] - start(row) == 1;
        return single ? data[ends[row] - 1] : -1;
    }

    /** Whether the cell is a text that the reader took. */
    boolean read(int row, CommitTimeReader time) {
        return column.type().kind().text()
                && states[row] == CellState.PRESENT.ordinal()
                && time.read(data, start(row), ends[row] - start(row));
    }

    @Override
    public Object value(int row) {
        return switch (column.type().kind()) {
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
        demand(row, column.type().kind() == DataType.Kind.BOOLEAN, "a boolean");
        return numbers[row] != 0;
    }

    @Override
    public long longValue(int row) {
        demand(row, column.type().kind().integer(), "a whole number of 64 bits");
        return numbers[row];
    }

    private BigInteger unsignedValue(int row) {
        demand(row, column.type().kind() == DataType.Kind.UINT8, "an unsigned number of 64 bits");
        BigInteger value = BigInteger.valueOf(numbers[row]);
        return value.signum() < 0 ? value.add(BigInteger.ONE.shiftLeft(64)) : value;
    }

    @Override
    public float floatValue(int row) {
        demand(row, column.type().kind() == DataType.Kind.REAL4, "a float");
        return Float.intBitsToFloat((int) numbers[row]);
    }

    @Override
    public double doubleValue(int row) {
        demand(row, column.type().kind() == DataType.Kind.REAL8, "a double");
        return Double.longBitsToDouble(numbers[row]);
    }

    @Override
    public BigDecimal decimalValue(int row) {
        demand(row, column.type().kind() == DataType.Kind.NUMERIC, "a decimal");
        BigDecimal value = numbers.length > 0
                ? BigDecimal.valueOf(numbers[row], storedScale)
                : new BigDecimal(new BigInteger(data, start(row), ends[row] - start(row)), storedScale);
        return value.setScale(column.type().scale());
    }

    @Override
    public String textValue(int row) {
        demand(row, column.type().kind().text(), "a text");
        return new String(data, start(row), ends[row] - start(row), StandardCharsets.UTF_8);
    }

    @Override
    public Bytes bytesValue(int row) {
        demand(row, column.type().kind().binary(), "bytes");
        return Bytes.of(Arrays.copyOfRange(data, start(row), ends[row]));
    }

    @Override
    public LocalDate dateValue(int row) {
        demand(row, column.type().kind() == DataType.Kind.DATE, "a date");
        return LocalDate.ofEpochDay(numbers[row]);
    }

    @Override
    public LocalTime timeValue(int row) {
        demand(row, column.type().kind() == DataType.Kind.TIME, "a time");
        return LocalTime.ofNanoOfDay(numbers[row]);
    }

    @Override
    public LocalDateTime dateTimeValue(int row) {
        demand(row, column.type().kind() == DataType.Kind.DATETIME, "a date and time");
        if (fractions.length > 0) {
            return LocalDateTime.ofEpochSecond(numbers[row], fractions[row], ZoneOffset.UTC);
        }

        long seconds = Math.floorDiv(numbers[row], unitsPerSecond);
        long fraction = Math.floorMod(numbers[row], unitsPerSecond);
        return LocalDateTime.ofEpochSecond(
                seconds, (int) (fraction * (1_000_000_000L / unitsPerSecond)), ZoneOffset.UTC);
    }

    private int start(int row) {
        return row == 0 ? 0 : ends[row - 1];
    }

    private void demand(int row, boolean matches, String wanted) {
        if (!matches) {
            throw new IllegalStateException(
                    "Cannot read column '" + column.name() + "' as " + wanted + ": it is " + column.type() + ".");
        }
        if (states[row] != CellState.PRESENT.ordinal()) {
            throw new IllegalStateException("Cannot read the value of column '" + column.name() + "' in row " + row
                    + " of the batch: the cell is " + state(row) + ". Ask for its state first.");
        }
    }
}
