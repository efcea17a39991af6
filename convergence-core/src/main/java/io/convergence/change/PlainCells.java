package io.convergence.change;

import static io.convergence.store.internal.pages.ByteSink.intAt;
import static io.convergence.store.internal.pages.ByteSink.longAt;

import io.convergence.change.CellReader.BadValue;
import io.convergence.change.CellReader.Faults;
import io.convergence.store.internal.pages.PlainValues;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Stored values in the making: PLAIN bytes become the arrays of a {@link CellVector}, by row, or by entry of a dictionary. Kinds that most
 * columns have are decoded in loops over arrays, the others one by one. Not thread-safe.
 */
final class PlainCells {
    static final int MAX_DATA = Integer.MAX_VALUE - 16;

    private static final VarHandle BIG_ENDIAN =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final long NANOS_PER_DAY = 86_400_000_000_000L;
    private static final long SECONDS_PER_DAY = 86_400;
    private static final long JULIAN_DAY_OF_EPOCH = 2_440_588;
    private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);
    private static final byte PRESENT = (byte) CellState.PRESENT.ordinal();
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
    /** How many longs are looked at in one go. */
    private static final int EIGHTS = 512;

    private final CellRules rules;
    private final byte[] states;
    private final StoredCells cells;

    /**
     * @param states of the rows; nulls are marked before their values are read
     * @param expectedData bytes of texts and the like
     */
    PlainCells(CellRules rules, byte[] states, int expectedData) {
        this.rules = rules;
        this.states = states;
        this.cells = new StoredCells(
                rules.wide() ? StoredCells.NO_NUMBERS : new long[states.length],
                rules.wide() ? new byte[expectedData] : StoredCells.NO_DATA,
                rules.wide() ? new int[states.length] : StoredCells.NO_PLACES,
                rules.wide() ? new int[states.length] : StoredCells.NO_PLACES,
                rules.form() == CellForm.INT96 ? new int[states.length] : StoredCells.NO_PLACES);
    }

    StoredCells cells() {
        return cells;
    }

    /** Reads the values of rows that are no nulls. @param present how many these are */
    void read(ChunkCursor chunk, int from, int rows, int present, @Nullable Faults faults) {
        byte[] plain = chunk.plain(present);
        chunk.passTo(read(plain, chunk.position(), chunk.end(), chunk.fixedBytes(), from, rows, present, faults));
    }

    /** Reads the entries of a dictionary. */
    void read(PlainValues dictionary, Faults faults) {
        int count = dictionary.count();
        read(dictionary.bytes(), dictionary.start(), dictionary.end(), dictionary.width(), 0, count, count, faults);
    }

    /** @param length of each value; 0 where it stands before the value */
    private int read(
            byte[] plain, int start, int end, int length, int from, int rows, int present, @Nullable Faults faults) {
        boolean inLoops = true;
        int position = start + length * present;
        long[] numbers = cells.numbers();
        switch (rules.form()) {
            case INT32, INT32_AS_DECIMAL, DATE, TIME32, DECIMAL32, FLOAT -> {
                int[] some = new int[present];
                view(plain, start).asIntBuffer().get(some);
                for (int i = 0; i < present; i++) {
                    numbers[from + i] = some[i];
                }
                rules.widen(numbers, from, from + present);
            }
            case INT64, INT64_AS_DECIMAL, DECIMAL64, TIME64, DATETIME, DOUBLE ->
                view(plain, start).asLongBuffer().get(numbers, from, present);
            case BOOLEAN -> {
                for (int i = 0; i < present; i++) {
                    numbers[from + i] = plain[start + i];
                }
            }
            case FLOAT_AS_DOUBLE -> {
                for (int i = 0; i < present; i++) {
                    float value = Float.intBitsToFloat(intAt(plain, start + 4 * i));
                    numbers[from + i] = Double.doubleToRawLongBits(value);
                }
            }
            case DOUBLE_AS_FLOAT -> {
                for (int i = 0; i < present; i++) {
                    double value = Double.longBitsToDouble(longAt(plain, start + 8 * i));
                    numbers[from + i] = Float.floatToRawIntBits((float) value);
                }
            }
            case DECIMAL_BYTES -> {
                inLoops = !rules.wide() && length > 0 && length <= Long.BYTES;
                if (inLoops) {
                    readDecimals(plain, start, length, from, present);
                }
            }
            case TEXT, BYTES -> position = readBytes(plain, start, end, length, from, present);
            case BOOLEAN_AS_TEXT, TEXT_AS_BOOLEAN, UINT64_AS_DECIMAL, UUID_AS_TEXT, INT96, DECIMAL_AS_WHOLE ->
                inLoops = false;
        }
        if (!inLoops) {
            return readSingly(plain, start, end, length, from, rows, faults);
        }

        spread(from, rows, present);
        check(from, rows, faults);
        return position;
    }

    /** Big-endian numbers with a sign. */
    private void readDecimals(byte[] plain, int start, int length, int from, int present) {
        long[] numbers = cells.numbers();
        int at = start;
        for (int i = from; i < from + present; i++) {
            long value = plain[at++];
            for (int k = 1; k < length; k++) {
                value = value << 8 | plain[at++] & 0xFF;
            }
            numbers[i] = value;
        }
    }

    private static ByteBuffer view(byte[] bytes, int start) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(start);
    }

    /** Takes all values with the lengths between them in one piece. @return where they end */
    private int readBytes(byte[] plain, int start, int end, int length, int from, int present) {
        int[] starts = cells.starts();
        int[] ends = cells.ends();
        int shift = cells.used() - start;
        int at = start;
        for (int i = from; i < from + present; i++) {
            int next = length > 0 ? at + length : ChunkCursor.valueEnd(plain, at, end);
            starts[i] = shift + at + (length > 0 ? 0 : Integer.BYTES);
            ends[i] = shift + next;
            at = next;
        }
        cells.append(plain, start, at - start);
        return at;
    }

    /** Moves values that stand one after the other to their rows. */
    private void spread(int from, int rows, int present) {
        if (present == rows) {
            return;
        }

        long[] numbers = cells.numbers();
        int[] starts = cells.starts();
        int[] ends = cells.ends();
        int next = from + present;
        for (int row = from + rows - 1; row >= from; row--) {
            int source = states[row] == PRESENT ? --next : -1;
            if (rules.wide()) {
                starts[row] = source < 0 ? 0 : starts[source];
                ends[row] = source < 0 ? 0 : ends[source];
            } else {
                numbers[row] = source < 0 ? 0 : numbers[source];
            }
        }
    }

    private void check(int from, int rows, @Nullable Faults faults) {
        if (rules.form() == CellForm.TEXT) {
            demandUtf8(from, rows, faults);
        } else if (rules.checksNumbers()) {
            long[] numbers = cells.numbers();
            for (int row = from; row < from + rows; row++) {
                if (states[row] == PRESENT) {
                    try {
                        numbers[row] = rules.checked(numbers[row], row);
                    } catch (BadValue e) {
                        pass(e, faults);
                    }
                }
            }
        }
    }

    private void pass(BadValue fault, @Nullable Faults faults) {
        if (faults == null) {
            throw fault;
        }

        states[fault.index()] = (byte) CellState.NULL.ordinal();
        faults.add(fault);
    }

    /** Texts are mostly ASCII, and to look at all of them at once is much faster than at each. */
    private void demandUtf8(int from, int rows, @Nullable Faults faults) {
        int first = cells.used();
        int last = 0;
        for (int row = from; row < from + rows; row++) {
            if (states[row] == PRESENT) {
                first = Math.min(first, cells.starts()[row]);
                last = cells.ends()[row];
            }
        }
        if (isAscii(first, last)) {
            return;
        }

        for (int row = from; row < from + rows; row++) {
            boolean text = states[row] == PRESENT;
            if (text && Utf8.firstInvalid(cells.data(), cells.starts()[row], cells.ends()[row]) >= 0) {
                pass(rules.bad(row, "a text is not valid UTF-8"), faults);
            }
        }
    }

    private boolean isAscii(int from, int to) {
        if (from >= to) {
            return true;
        }

        int whole = (to - from) / Long.BYTES;
        LongBuffer all = view(cells.data(), from).asLongBuffer();
        long[] eights = new long[Math.min(whole, EIGHTS)];
        long seen = 0;
        for (int done = 0; done < whole; done += eights.length) {
            int count = Math.min(eights.length, whole - done);
            all.get(eights, 0, count);
            for (int i = 0; i < count; i++) {
                seen |= eights[i];
            }
        }
        for (int at = from + whole * Long.BYTES; at < to; at++) {
            seen |= cells.data()[at];
        }
        return (seen & HIGH_BITS) == 0;
    }

    private int readSingly(byte[] plain, int start, int end, int length, int from, int rows, @Nullable Faults faults) {
        int at = start;
        for (int row = from; row < from + rows; row++) {
            if (states[row] == PRESENT) {
                int next = length > 0 ? at + length : ChunkCursor.valueEnd(plain, at, end);
                try {
                    readOne(plain, length > 0 ? at : at + Integer.BYTES, next, row);
                } catch (BadValue e) {
                    pass(e, faults);
                }
                at = next;
            }
        }

        return at;
    }

    private void readOne(byte[] plain, int start, int end, int row) {
        long[] numbers = cells.numbers();
        switch (rules.form()) {
            case BOOLEAN_AS_TEXT -> put(row, plain[start] != 0 ? TRUE : FALSE);
            case TEXT_AS_BOOLEAN -> numbers[row] = booleanOf(plain, start, end, row) ? 1 : 0;
            case UINT64_AS_DECIMAL -> {
                long bits = rules.checked(longAt(plain, start), row);
                put(row, ByteBuffer.allocate(9).put((byte) 0).putLong(bits).array());
            }
            case UUID_AS_TEXT -> {
                UUID uuid = new UUID((long) BIG_ENDIAN.get(plain, start), (long) BIG_ENDIAN.get(plain, start + 8));
                put(row, uuid.toString().getBytes(StandardCharsets.US_ASCII));
            }
            case DECIMAL_BYTES -> readDecimal(plain, start, end, row);
            case INT96 -> readInt96(plain, start, row);
            case DECIMAL_AS_WHOLE -> numbers[row] = rules.wholeOf(plain, start, end, row);
            default -> throw new IllegalStateException("Values of form " + rules.form() + " are read in loops.");
        }
    }

    private void readDecimal(byte[] plain, int start, int end, int row) {
        if (end == start) {
            throw rules.bad(row, "a decimal has no bytes");
        }
        if (rules.wide()) {
            rules.checkWide(plain, start, end, row);
            put(row, Arrays.copyOfRange(plain, start, end));
            return;
        }

        long unscaled = plain[start];
        for (int at = start + 1; at < end; at++) {
            if (unscaled != unscaled << 8 >> 8) {
                throw rules.tooManyDigits(row);
            }
            unscaled = unscaled << 8 | plain[at] & 0xFF;
        }
        cells.numbers()[row] = rules.checked(unscaled, row);
    }

    private boolean booleanOf(byte[] plain, int start, int end, int row) {
        String text = end - start > 5 ? "" : new String(plain, start, end - start, StandardCharsets.UTF_8);
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "t", "1" -> true;
            case "false", "f", "0" -> false;
            default ->
                throw rules.bad(
                        row, "a value is none of true, false, t, f, 1, 0, as the expected type boolean demands");
        };
    }

    private void readInt96(byte[] plain, int start, int row) {
        long nanos = longAt(plain, start);
        long day = Integer.toUnsignedLong(intAt(plain, start + Long.BYTES));
        if (nanos < 0 || nanos >= NANOS_PER_DAY) {
            throw rules.bad(row, "an INT96 timestamp has a time of day outside one day");
        }
        rules.demandFraction(nanos, 1_000_000_000L, row);
        cells.numbers()[row] = (day - JULIAN_DAY_OF_EPOCH) * SECONDS_PER_DAY + nanos / 1_000_000_000L;
        cells.fractions()[row] = (int) (nanos % 1_000_000_000L);
    }

    private void put(int row, byte[] value) {
        cells.starts()[row] = cells.used();
        cells.append(value, 0, value.length);
        cells.ends()[row] = cells.used();
    }

    /** Copies an entry of a dictionary to a row. */
    void copy(StoredCells dictionary, int entry, int row) {
        if (!rules.wide()) {
            cells.numbers()[row] = dictionary.numbers()[entry];
            if (rules.form() == CellForm.INT96) {
                cells.fractions()[row] = dictionary.fractions()[entry];
            }
            return;
        }

        int start = dictionary.starts()[entry];
        cells.starts()[row] = cells.used();
        cells.append(dictionary.data(), start, dictionary.ends()[entry] - start);
        cells.ends()[row] = cells.used();
    }
}
