package io.convergence.curated;

import io.convergence.change.CellState;
import io.convergence.change.ColumnVector;
import io.convergence.change.RowImage;
import io.convergence.schema.Bytes;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import io.convergence.store.internal.pages.ByteSink;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How the cells of a row with these columns stand in bytes: a state for each, where each begins, then the values that are present: numbers
 * of a fixed width, text and bytes after their length. Immutable; thread-safe.
 */
final class RowForm {
    private static final long MICROS = 1_000_000L;
    private static final CellState[] STATES = CellState.values();
    private static final byte PRESENT = (byte) CellState.PRESENT.ordinal();

    private final List<Column> columns;
    private final DataType[] types;
    private final Map<String, Integer> places = new HashMap<>();

    RowForm(List<Column> columns) {
        this.columns = columns;
        this.types = columns.stream().map(Column::type).toArray(DataType[]::new);
        for (int i = 0; i < columns.size(); i++) {
            places.put(columns.get(i).name(), i);
        }
    }

    List<Column> columns() {
        return columns;
    }

    int indexOf(String name) {
        return places.getOrDefault(name, -1);
    }

    /** Makes room for states and beginnings; values follow. @return where it begins */
    private int begin(ByteSink target) {
        int head = types.length * (1 + Integer.BYTES);
        byte[] room = target.reserve(head);
        int start = target.size();
        Arrays.fill(room, start, start + head, (byte) 0);
        target.advance(head);
        return start;
    }

    private void mark(ByteSink target, int start, int place, CellState state) {
        target.bytes()[start + place] = (byte) state.ordinal();
        ByteSink.setInt(target.bytes(), start + types.length + place * Integer.BYTES, target.size() - start);
    }

    void write(ColumnVector[] vectors, int row, ByteSink target) {
        int start = begin(target);
        for (int i = 0; i < vectors.length; i++) {
            ColumnVector vector = vectors[i];
            CellState state = vector.state(row);
            mark(target, start, i, state);
            if (state == CellState.PRESENT) {
                write(types[i], vector, row, target);
            }
        }
    }

    private static void write(DataType type, ColumnVector vector, int row, ByteSink target) {
        switch (type.kind()) {
            case INT1, INT2, INT4, INT8, UINT1, UINT2, UINT4 -> target.putLong(vector.longValue(row));
            case REAL4 -> target.putInt(Float.floatToRawIntBits(vector.floatValue(row)));
            case REAL8 -> target.putLong(Double.doubleToRawLongBits(vector.doubleValue(row)));
            case STRING, WSTRING, CLOB, NCLOB, BYTES, BLOB -> {
                int length = vector.byteLength(row);
                target.putInt(length);
                byte[] room = target.reserve(length);
                vector.copyBytes(row, room, target.size());
                target.advance(length);
            }
            case DATE -> target.putLong(vector.epochDayValue(row));
            case NUMERIC -> {
                if (type.precision() <= 18) {
                    target.putLong(vector.unscaledValue(row));
                } else {
                    write(type, vector.value(row), target);
                }
            }
            case DATETIME -> {
                if (type.scale() <= 6) {
                    target.putLong(vector.epochMicrosValue(row));
                } else {
                    write(type, vector.value(row), target);
                }
            }
            case BOOLEAN, UINT8, TIME -> write(type, vector.value(row), target);
        }
    }

    void write(RowImage image, ByteSink target) {
        int start = begin(target);
        for (int i = 0; i < types.length; i++) {
            CellState state = image.state(i);
            mark(target, start, i, state);
            if (state == CellState.PRESENT) {
                write(types[i], image.value(i), target);
            }
        }
    }

    private static void write(DataType type, Object value, ByteSink target) {
        switch (type.kind()) {
            case BOOLEAN -> target.put((Boolean) value ? 1 : 0);
            case INT1, INT2, INT4, INT8, UINT1, UINT2, UINT4 -> target.putLong((Long) value);
            case UINT8 -> target.putLong(((BigInteger) value).longValue());
            case NUMERIC -> {
                BigInteger unscaled =
                        ((BigDecimal) value).setScale(type.scale()).unscaledValue();
                if (type.precision() <= 18) {
                    target.putLong(unscaled.longValueExact());
                } else {
                    putBytes(unscaled.toByteArray(), target);
                }
            }
            case REAL4 -> target.putInt(Float.floatToRawIntBits((Float) value));
            case REAL8 -> target.putLong(Double.doubleToRawLongBits((Double) value));
            case STRING, WSTRING, CLOB, NCLOB -> putBytes(((String) value).getBytes(StandardCharsets.UTF_8), target);
            case BYTES, BLOB -> putBytes(((Bytes) value).toArray(), target);
            case DATE -> target.putLong(((LocalDate) value).toEpochDay());
            case TIME -> target.putLong(((LocalTime) value).toNanoOfDay());
            case DATETIME -> {
                LocalDateTime time = (LocalDateTime) value;
                long second = time.toEpochSecond(ZoneOffset.UTC);
                if (type.scale() <= 6) {
                    target.putLong(Math.addExact(Math.multiplyExact(second, MICROS), time.getNano() / 1000));
                } else {
                    target.putLong(second);
                    target.putInt(time.getNano());
                }
            }
        }
    }

    private static void putBytes(byte[] content, ByteSink target) {
        target.putInt(content.length);
        target.put(content, 0, content.length);
    }

    CellState state(byte[] bytes, int start, int place) {
        return STATES[bytes[start + place]];
    }

    /** Where the value of a cell begins; -1 if it is not present. */
    int cell(byte[] bytes, int start, int place) {
        return bytes[start + place] == PRESENT ? value(bytes, start, place) : -1;
    }

    /** Where the value of a present cell begins. */
    int value(byte[] bytes, int start, int place) {
        return start + ByteSink.intAt(bytes, start + types.length + place * Integer.BYTES);
    }

    Object object(byte[] bytes, int start, int place) {
        int at = value(bytes, start, place);
        DataType type = types[place];
        return switch (type.kind()) {
            case BOOLEAN -> bytes[at] != 0;
            case INT1, INT2, INT4, INT8, UINT1, UINT2, UINT4 -> ByteSink.longAt(bytes, at);
            case UINT8 -> new BigInteger(Long.toUnsignedString(ByteSink.longAt(bytes, at)));
            case NUMERIC ->
                type.precision() <= 18
                        ? BigDecimal.valueOf(ByteSink.longAt(bytes, at), type.scale())
                        : new BigDecimal(
                                new BigInteger(bytes, at + Integer.BYTES, ByteSink.intAt(bytes, at)), type.scale());
            case REAL4 -> Float.intBitsToFloat(ByteSink.intAt(bytes, at));
            case REAL8 -> Double.longBitsToDouble(ByteSink.longAt(bytes, at));
            case STRING, WSTRING, CLOB, NCLOB ->
                new String(bytes, at + Integer.BYTES, ByteSink.intAt(bytes, at), StandardCharsets.UTF_8);
            case BYTES, BLOB ->
                Bytes.of(Arrays.copyOfRange(bytes, at + Integer.BYTES, at + Integer.BYTES + ByteSink.intAt(bytes, at)));
            case DATE -> LocalDate.ofEpochDay(ByteSink.longAt(bytes, at));
            case TIME -> LocalTime.ofNanoOfDay(ByteSink.longAt(bytes, at));
            case DATETIME -> {
                long number = ByteSink.longAt(bytes, at);
                yield type.scale() <= 6
                        ? LocalDateTime.ofEpochSecond(
                                Math.floorDiv(number, MICROS),
                                (int) Math.floorMod(number, MICROS) * 1000,
                                ZoneOffset.UTC)
                        : LocalDateTime.ofEpochSecond(number, ByteSink.intAt(bytes, at + Long.BYTES), ZoneOffset.UTC);
            }
        };
    }
}
