package io.convergence.change;

import io.convergence.schema.Bytes;
import io.convergence.schema.Column;
import io.convergence.schema.DataType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a record's component is read from and as.
 *
 * @param column the exact name of its column; null if the naming rule tells it
 * @param value boxed
 */
record ComponentType(Class<?> owner, String name, @Nullable String column, Wrapper wrapper, Class<?> value) {
    enum Wrapper {
        NONE,
        OPTIONAL,
        CELL
    }

    private static final Map<Class<?>, Class<?>> BOXES = Map.of(
            boolean.class, Boolean.class,
            byte.class, Byte.class,
            short.class, Short.class,
            int.class, Integer.class,
            long.class, Long.class,
            float.class, Float.class,
            double.class, Double.class);

    private static final Set<Class<?>> READABLE = Set.of(
            Object.class,
            Boolean.class,
            Byte.class,
            Short.class,
            Integer.class,
            Long.class,
            BigInteger.class,
            BigDecimal.class,
            Float.class,
            Double.class,
            String.class,
            UUID.class,
            Bytes.class,
            byte[].class,
            LocalDate.class,
            LocalTime.class,
            LocalDateTime.class,
            Instant.class);

    static ComponentType of(Class<?> owner, RecordComponent component) {
        Type declared = component.getGenericType();
        Wrapper wrapper = Wrapper.NONE;
        Type inner = declared;
        if (component.getType() == Optional.class || component.getType() == Cell.class) {
            wrapper = component.getType() == Optional.class ? Wrapper.OPTIONAL : Wrapper.CELL;
            inner = declared instanceof ParameterizedType given ? given.getActualTypeArguments()[0] : declared;
        }

        Class<?> value = inner instanceof Class<?> plain ? BOXES.getOrDefault(plain, plain) : null;
        if (value == null || !(READABLE.contains(value) || value.isEnum())) {
            String why =
                    value != null && value.isRecord() ? "records in records are not read" : "no column is read as that";
            throw new IllegalArgumentException("Cannot read rows as " + owner.getSimpleName() + ": component '"
                    + component.getName() + "' is " + declared.getTypeName() + ", and " + why
                    + ". See RecordView for the types there are.");
        }

        ColumnName given = component.getAnnotation(ColumnName.class);
        return new ComponentType(owner, component.getName(), given == null ? null : given.value(), wrapper, value);
    }

    boolean matches(String columnName, ColumnNaming naming) {
        return column == null ? naming.matches(name, columnName) : column.equals(columnName);
    }

    /** Whether the component can be filled without a column. */
    boolean mayLack(MissingCells missing) {
        return wrapper == Wrapper.CELL || (wrapper == Wrapper.OPTIONAL && missing == MissingCells.AS_NULL);
    }

    /** @throws RowMappingException if the column's values are not always values of this component */
    void check(Column from) {
        if (!holds(from.type())) {
            throw mismatch(
                    "is " + value.getSimpleName() + ", but column '" + from.name() + "' is " + from.type()
                            + ", which it cannot hold.",
                    "Make it " + from.type().kind().valueClass().getSimpleName() + ", or see RecordView for others.");
        }
    }

    private boolean holds(DataType type) {
        if (value == Object.class || value == type.kind().valueClass()) {
            return true;
        }

        return switch (type.kind()) {
            case INT1 -> wholeNumber(8);
            case UINT1, INT2 -> wholeNumber(16);
            case UINT2, INT4 -> wholeNumber(32);
            case UINT4, INT8 -> wholeNumber(64);
            case UINT8 -> value == BigDecimal.class;
            case NUMERIC -> value == BigInteger.class && type.scale() == 0;
            case REAL4 -> value == Double.class;
            case STRING, WSTRING, CLOB, NCLOB -> value == UUID.class || value.isEnum();
            case BYTES, BLOB -> value == byte[].class;
            case DATETIME -> value == Instant.class;
            case BOOLEAN, REAL8, DATE, TIME -> false;
        };
    }

    private boolean wholeNumber(int bits) {
        return value == BigInteger.class
                || value == BigDecimal.class
                || (value == Byte.class && bits <= 8)
                || (value == Short.class && bits <= 16)
                || (value == Integer.class && bits <= 32);
    }

    /** @param place of the column in the row, or -1 */
    @Nullable
    Object read(RowImage row, int place, MissingCells missing) {
        CellState state = place < 0 ? CellState.ABSENT : row.state(place);
        if (state == CellState.PRESENT) {
            Object converted = convert(row.value(place));
            return switch (wrapper) {
                case NONE -> converted;
                case OPTIONAL -> Optional.of(converted);
                case CELL -> Cell.present(converted);
            };
        }
        if (wrapper == Wrapper.CELL) {
            return Cell.without(state);
        }
        if (wrapper == Wrapper.OPTIONAL && (state == CellState.NULL || missing == MissingCells.AS_NULL)) {
            return Optional.empty();
        }

        String type = value.getSimpleName();
        throw state == CellState.NULL
                ? mismatch("is null.", "Make it Optional<" + type + ">.")
                : mismatch(
                        state == CellState.UNKNOWN
                                ? "is unknown: the change did not log it."
                                : "is absent: the file or the change has no such cell.",
                        "Make it Cell<" + type
                                + ">, or an Optional with MissingCells.AS_NULL if it may pass for null.");
    }

    private Object convert(Object cell) {
        if (value.isInstance(cell)) {
            return cell;
        }
        if (cell instanceof Long number) {
            return whole(number);
        }
        if (cell instanceof BigInteger number) {
            return new BigDecimal(number);
        }
        if (cell instanceof BigDecimal number) {
            return number.toBigIntegerExact();
        }
        if (cell instanceof Float number) {
            return (double) number;
        }
        if (cell instanceof Bytes bytes) {
            return bytes.toArray();
        }
        if (cell instanceof LocalDateTime time) {
            return time.toInstant(ZoneOffset.UTC);
        }

        return ofText((String) cell);
    }

    private Object whole(long number) {
        if (value == Byte.class) {
            return (byte) number;
        }
        if (value == Short.class) {
            return (short) number;
        }
        if (value == Integer.class) {
            return (int) number;
        }

        return value == BigInteger.class ? BigInteger.valueOf(number) : BigDecimal.valueOf(number);
    }

    private Object ofText(String text) {
        if (value.isEnum()) {
            for (Object constant : value.getEnumConstants()) {
                if (((Enum<?>) constant).name().equals(text)) {
                    return constant;
                }
            }
            throw mismatch(
                    "has a text of " + text.length() + " characters that is none of "
                            + Arrays.toString(value.getEnumConstants()) + ".",
                    "Add the constant, or make it String.");
        }
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new RowMappingException(
                    owner,
                    name,
                    "has a text of " + text.length() + " characters that is no UUID.",
                    "Make it String.",
                    e);
        }
    }

    RowMappingException mismatch(String reason, String advice) {
        return new RowMappingException(owner, name, reason, advice, null);
    }
}
