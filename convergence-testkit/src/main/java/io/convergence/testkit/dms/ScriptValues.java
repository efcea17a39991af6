package io.convergence.testkit.dms;

import io.convergence.schema.Bytes;
import io.convergence.schema.DataType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Values of scripted rows: as their types' value classes, and in PostgreSQL's text form, from which files are written. */
final class ScriptValues {
    private static final char PLAIN = 'b';
    private static final int HEADER = 4;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSS", Locale.ROOT);
    private static final DateTimeFormatter DATETIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);
    private static final int NANOS_PER_SECOND_DIGITS = 9;

    private ScriptValues() {}

    /** The PostgreSQL type whose values DMS writes as this type. */
    static PgType type(String column, DataType type) {
        return switch (type.kind()) {
            case BOOLEAN -> pg("bool", 'B', -1);
            case INT2 -> pg("int2", 'N', -1);
            case INT4 -> pg("int4", 'N', -1);
            case INT8 -> pg("int8", 'N', -1);
            case NUMERIC -> pg("numeric", 'N', ((type.precision() << 16) | type.scale()) + HEADER);
            case REAL4 -> pg("float4", 'N', -1);
            case REAL8 -> pg("float8", 'N', -1);
            case STRING, WSTRING -> pg("varchar", 'S', type.length() == 0 ? -1 : type.length() + HEADER);
            case CLOB -> pg("xml", 'U', -1);
            case NCLOB -> pg("text", 'S', -1);
            case BLOB -> pg("bytea", 'U', -1);
            case DATE -> pg("date", 'D', -1);
            case TIME -> pg("time", 'D', -1);
            case DATETIME -> pg("timestamp", 'D', type.scale());
            case INT1, UINT1, UINT2, UINT4, UINT8, BYTES ->
                throw new StandInException("Cannot script column '" + column + "' of type " + type
                        + ": no type of PostgreSQL becomes that. Use another type.");
        };
    }

    private static PgType pg(String name, char category, int modifier) {
        return new PgType(name, PLAIN, category, modifier);
    }

    static boolean isLob(DataType type) {
        return switch (type.kind()) {
            case CLOB, NCLOB, BLOB -> true;
            default -> false;
        };
    }

    /**
     * The value as an instance of its type's value class. Whole numbers may be of any class.
     *
     * @throws IllegalArgumentException if the type does not hold the value exactly
     */
    static @Nullable Object of(String column, DataType type, @Nullable Object value) {
        if (value == null) {
            return null;
        }

        Object same = exact(type, value);
        if (same == null) {
            throw new IllegalArgumentException("Cannot script a value of class "
                    + value.getClass().getName() + " in column '" + column + "' of type " + type
                    + ": it is no " + type.kind().valueClass().getSimpleName()
                    + " that the type holds exactly. Give one.");
        }
        return same;
    }

    private static @Nullable Object exact(DataType type, Object value) {
        return switch (type.kind()) {
            case INT2, INT4, INT8 -> whole(type, value);
            case NUMERIC -> decimal(type, value);
            case REAL8 -> value instanceof Float single ? Double.valueOf(single) : is(Double.class, value);
            case STRING, WSTRING ->
                value instanceof String text
                                && (type.length() == 0 || text.codePointCount(0, text.length()) <= type.length())
                        ? text
                        : null;
            case CLOB, NCLOB -> is(String.class, value);
            case BLOB -> value instanceof byte[] content ? Bytes.of(content) : is(Bytes.class, value);
            case DATE -> is(LocalDate.class, value);
            case TIME ->
                value instanceof LocalTime time && fits(time.getNano(), Math.min(3, type.scale())) ? time : null;
            case DATETIME ->
                value instanceof LocalDateTime time && fits(time.getNano(), Math.min(6, type.scale())) ? time : null;
            case BOOLEAN, REAL4, INT1, UINT1, UINT2, UINT4, UINT8, BYTES ->
                is(type.kind().valueClass(), value);
        };
    }

    private static @Nullable Object is(Class<?> expected, Object value) {
        return expected.isInstance(value) ? value : null;
    }

    private static boolean fits(int nanos, int digits) {
        int step = 1;
        for (int i = digits; i < NANOS_PER_SECOND_DIGITS; i++) {
            step *= 10;
        }
        return nanos % step == 0;
    }

    private static @Nullable Object whole(DataType type, Object value) {
        boolean integer = value instanceof Long || value instanceof Integer || value instanceof Short;
        return integer && TypedCell.inRange(BigInteger.valueOf(((Number) value).longValue()), type.kind())
                ? ((Number) value).longValue()
                : null;
    }

    private static @Nullable Object decimal(DataType type, Object value) {
        BigDecimal number;
        if (value instanceof BigDecimal decimal) {
            number = decimal;
        } else if (value instanceof Long || value instanceof Integer) {
            number = BigDecimal.valueOf(((Number) value).longValue());
        } else {
            return null;
        }
        boolean exact = number.signum() == 0 || number.stripTrailingZeros().scale() <= type.scale();
        BigDecimal scaled = exact ? number.setScale(type.scale()) : number;
        return exact && scaled.precision() <= type.precision() ? scaled : null;
    }

    /** PostgreSQL's text of a value. */
    static @Nullable String text(@Nullable Object value) {
        if (value == null) {
            return null;
        }
        if (value instanceof Boolean bool) {
            return bool ? "t" : "f";
        }
        if (value instanceof BigDecimal decimal) {
            return decimal.toPlainString();
        }
        if (value instanceof Bytes bytes) {
            return "\\x" + HexFormat.of().formatHex(bytes.toArray());
        }
        if (value instanceof LocalTime time) {
            return TIME.format(time);
        }
        return value instanceof LocalDateTime time ? DATETIME.format(time) : value.toString();
    }
}
