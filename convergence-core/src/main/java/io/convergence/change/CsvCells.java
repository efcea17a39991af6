package io.convergence.change;

import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.target.CsvForm;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Makes the cells of one column from fields. A row may be set again: what an attempt left behind is overwritten. Not thread-safe.
 */
final class CsvCells implements CellsInMaking {
    private static final CellState[] STATES = CellState.values();
    private static final int MAX_DATA = Integer.MAX_VALUE - 16;
    private static final long[] NO_NUMBERS = {};
    private static final int[] NO_ENDS = {};
    private static final long MICROS = 1_000_000L;

    private final Column column;
    private final DataType type;
    private final byte[] nullMarker;
    private final byte[] noSupMarker;
    private final int padding;
    private final boolean varies;
    private final boolean sized;
    private final boolean wide;
    private final boolean fine;

    private byte[] states = new byte[16];
    private long[] numbers;
    private int[] ends;
    private int[] fractions;
    private byte[] data;
    private int used;
    private boolean ambiguous;
    private boolean quoted;

    CsvCells(Column column, CsvForm form) {
        this.column = column;
        this.type = column.type();
        this.nullMarker = bytes(form.nullValue().orElse(""));
        this.noSupMarker = bytes(form.noSupValue().orElse(""));
        boolean text = type.kind().text();
        this.padding = text ? form.padding().map(c -> (int) c).orElse(-1) : -1;
        this.varies = text || type.kind().binary();
        this.sized = type.kind() == DataType.Kind.NUMERIC && type.precision() > 18;
        this.wide = varies || sized;
        this.fine = type.kind() == DataType.Kind.DATETIME && type.scale() > 6;
        this.numbers = wide ? NO_NUMBERS : new long[16];
        this.ends = wide ? new int[16] : NO_ENDS;
        this.fractions = fine ? new int[16] : NO_ENDS;
        this.data = wide ? new byte[256] : new byte[0];
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    Column column() {
        return column;
    }

    /**
     * Reads a field as the cell of a row.
     *
     * @param insert whether the row inserts: then an empty field of a text that is never null is an empty text
     * @throws BadRow if the field is no text of the column's type
     */
    void set(int row, CsvSplitter fields, int field, boolean insert) {
        reserveRow(row);
        used = wide && row > 0 ? ends[row - 1] : 0;
        ambiguous = false;
        quoted = fields.quoted(field);
        states[row] = (byte) stateOf(fields, field, insert).ordinal();
        if (states[row] == CellState.PRESENT.ordinal()) {
            try {
                read(row, fields.buffer(), fields.start(field), fields.end(field));
            } catch (CsvText.Unreadable e) {
                throw bad(e.getMessage(), fields.offset(field));
            } catch (InvalidText e) {
                throw bad("it is no valid UTF-8", fields.offset(field) + e.place - fields.start(field));
            }
        }
        if (wide) {
            ends[row] = used;
        }
    }

    private CellState stateOf(CsvSplitter fields, int field, boolean insert) {
        if (noSupMarker.length > 0 && fields.is(field, noSupMarker)) {
            return CellState.UNKNOWN;
        }
        if (nullMarker.length > 0 && fields.is(field, nullMarker)) {
            return CellState.NULL;
        }
        if (fields.length(field) > 0 || fields.quoted(field)) {
            return CellState.PRESENT;
        }
        if (varies && nullMarker.length > 0) {
            return CellState.PRESENT;
        }
        if (insert && type.kind().text() && !column.nullable()) {
            return CellState.PRESENT;
        }

        ambiguous = varies;
        return CellState.NULL;
    }

    /** Whether the field last read may have been null or empty. */
    boolean ambiguous() {
        return ambiguous;
    }

    private void read(int row, byte[] from, int start, int end) {
        switch (type.kind()) {
            case BOOLEAN -> numbers[row] = CsvText.truth(from, start, end) ? 1 : 0;
            case INT1, INT2, INT4, INT8, UINT1, UINT2, UINT4, UINT8 ->
                numbers[row] = CsvText.whole(from, start, end, type.kind());
            case NUMERIC -> readDecimal(row, from, start, end);
            case REAL4 -> numbers[row] = Float.floatToRawIntBits(CsvText.real4(from, start, end));
            case REAL8 -> numbers[row] = Double.doubleToRawLongBits(CsvText.real8(from, start, end));
            case STRING, WSTRING, CLOB, NCLOB -> readText(from, start, end);
            case BYTES, BLOB -> {
                byte[] value = CsvText.binary(from, start, end);
                append(value, 0, value.length);
            }
            case DATE -> numbers[row] = CsvText.date(from, start, end);
            case TIME -> {
                long nanos = CsvText.time(from, start, end);
                demandFraction(nanos);
                numbers[row] = nanos;
            }
            case DATETIME -> {
                CsvText.Moment moment = CsvText.dateTime(from, start, end);
                demandFraction(moment.nanos());
                numbers[row] = fine ? moment.seconds() : moment.seconds() * MICROS + moment.nanos() / 1000;
                if (fine) {
                    fractions[row] = moment.nanos();
                }
            }
        }
    }

    private void readDecimal(int row, byte[] from, int start, int end) {
        if (wide) {
            byte[] value =
                    CsvText.decimal(from, start, end, type).unscaledValue().toByteArray();
            append(value, 0, value.length);
            return;
        }

        long value = CsvText.shortDecimal(from, start, end, type.precision(), type.scale());
        numbers[row] = value != Long.MIN_VALUE
                ? value
                : CsvText.decimal(from, start, end, type).unscaledValue().longValueExact();
    }

    private void readText(byte[] from, int start, int end) {
        int invalid = Utf8.firstInvalid(from, start, end);
        if (invalid >= 0) {
            throw new InvalidText(invalid);
        }

        int last = end;
        while (padding >= 0 && last > start && from[last - 1] == padding) {
            last--;
        }
        append(from, start, last - start);
    }

    private void demandFraction(long nanos) {
        long step = 1_000_000_000L;
        for (int i = 0; i < type.scale(); i++) {
            step /= 10;
        }
        if (nanos % step != 0) {
            throw new CsvText.Unreadable("it has more than " + type.scale() + " fraction digits of a second");
        }
    }

    private void append(byte[] bytes, int from, int length) {
        long needed = (long) used + length;
        if (needed > MAX_DATA) {
            throw new CsvText.Unreadable("the values of one batch exceed 2 GB; read smaller batches");
        }
        if (needed > data.length) {
            data = Arrays.copyOf(data, (int) Math.min(MAX_DATA, Math.max(needed, data.length * 2L)));
        }
        System.arraycopy(bytes, from, data, used, length);
        used += length;
    }

    private void reserveRow(int row) {
        if (row < states.length) {
            return;
        }

        int size = row * 2;
        states = Arrays.copyOf(states, size);
        numbers = wide ? numbers : Arrays.copyOf(numbers, size);
        ends = wide ? Arrays.copyOf(ends, size) : ends;
        fractions = fine ? Arrays.copyOf(fractions, size) : fractions;
    }

    private BadRow bad(@org.jspecify.annotations.Nullable String reason, long offset) {
        return new BadRow("column '" + column.name() + "' (" + type + "): " + reason + ".", BadRow.DAMAGED, offset);
    }

    @Override
    public CellState state(int row) {
        return STATES[states[row]];
    }

    /** A quoted empty text is one; an empty field may be what DMS writes where there is no before-image, even under a null marker. */
    @Override
    public boolean isGiven(int row) {
        return isFilled(row) || (state(row) == CellState.PRESENT && quoted);
    }

    /** Whether the cell of the row at hand is an empty text that stands in no quotes. */
    boolean isBareEmpty(int row) {
        return state(row) == CellState.PRESENT && !isGiven(row);
    }

    boolean isFilled(int row) {
        int start = wide && row > 0 ? ends[row - 1] : 0;
        return state(row) == CellState.PRESENT && !(type.kind().text() && ends[row] == start);
    }

    @Override
    public void mark(int row, CellState state) {
        states[row] = (byte) state.ordinal();
    }

    /** A text just read. */
    String text(int row) {
        int start = row == 0 ? 0 : ends[row - 1];
        return new String(data, start, ends[row] - start, StandardCharsets.UTF_8);
    }

    /** The first rows, which later ones do not change. */
    CellVector vector(int rows) {
        int bytes = wide && rows > 0 ? ends[rows - 1] : 0;
        int[] starts = StoredCells.NO_PLACES;
        if (wide && rows > 0) {
            starts = new int[rows];
            System.arraycopy(ends, 0, starts, 1, rows - 1);
        }
        StoredCells cells = new StoredCells(
                wide ? NO_NUMBERS : Arrays.copyOf(numbers, rows),
                Arrays.copyOf(data, bytes),
                starts,
                wide ? Arrays.copyOf(ends, rows) : NO_ENDS,
                fine ? Arrays.copyOf(fractions, rows) : NO_ENDS);
        return new CellVector(
                column,
                Arrays.copyOf(states, rows),
                null,
                cells,
                type.kind() == DataType.Kind.NUMERIC ? type.scale() : 0,
                type.kind() == DataType.Kind.DATETIME && !fine ? MICROS : 1);
    }

    /** Where a text is malformed. */
    private static final class InvalidText extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final int place;

        InvalidText(int place) {
            super(null, null, false, false);
            this.place = place;
        }
    }
}
