package io.convergence.testkit.dms;

import io.convergence.schema.DataType;
import io.convergence.schema.DataType.Kind;
import io.convergence.testkit.dms.ParquetColumn.TimestampUnit;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.Arrays;
import java.util.Locale;

/**
 * Makes values of the type that a change-data-type or add-column rule gives. DMS documents the forms that dates and times
 * must have, {@code YYYY-MM-DD} and {@code HH:MM:SS}; for the rest this refuses where a value does not fit, and cuts and
 * counts where only digits or characters are too many (not verified).
 */
final class TypedCell {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd", Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .appendPattern("HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    private final DataType type;
    private final ParquetColumn column;
    private final TimestampUnit unit;
    private final LossCounter losses;

    TypedCell(DataType type, ParquetColumn column, TimestampUnit unit, LossCounter losses) {
        this.type = type;
        this.column = column;
        this.unit = unit;
        this.losses = losses;
    }

    /** Whether values of one type are made into the other. */
    static boolean converts(DataType from, DataType to) {
        Group source = Group.of(from.kind());
        Group target = Group.of(to.kind());
        return switch (source) {
            case TEXT -> target != Group.BINARY;
            case LOB -> target == Group.TEXT || target == Group.LOB;
            case NUMBER -> target == Group.NUMBER || target == Group.TEXT;
            case BOOLEAN -> target == Group.BOOLEAN || target == Group.TEXT;
            case BINARY -> target == Group.BINARY;
            case DATE -> target == Group.DATE || target == Group.DATETIME || target == Group.TEXT;
            case TIME -> target == Group.TIME || target == Group.TEXT;
            case DATETIME ->
                target == Group.DATE || target == Group.TIME || target == Group.DATETIME || target == Group.TEXT;
        };
    }

    private enum Group {
        TEXT,
        LOB,
        NUMBER,
        BOOLEAN,
        BINARY,
        DATE,
        TIME,
        DATETIME;

        static Group of(Kind kind) {
            return switch (kind) {
                case STRING, WSTRING -> TEXT;
                case CLOB, NCLOB -> LOB;
                case INT1, INT2, INT4, INT8, UINT1, UINT2, UINT4, UINT8, NUMERIC, REAL4, REAL8 -> NUMBER;
                case BOOLEAN -> BOOLEAN;
                case BYTES, BLOB -> BINARY;
                case DATE -> DATE;
                case TIME -> TIME;
                case DATETIME -> DATETIME;
            };
        }
    }

    /**
     * A value as {@link PlainValues} takes it.
     *
     * @param value text, or what SQLite computed: Long, Double, String or byte[]
     * @throws ExpressionException if the type does not hold it
     */
    Object of(Object value) {
        if (value instanceof byte[] bytes) {
            if (Group.of(type.kind()) != Group.BINARY) {
                throw refused("bytes");
            }
            return bytes(bytes);
        }

        String text = value.toString();
        try {
            return switch (type.kind()) {
                case BOOLEAN -> bool(text);
                case INT1, INT2, INT4, UINT1, UINT2, UINT4 -> whole(text).intValue();
                case INT8, UINT8 -> whole(text).longValue();
                case NUMERIC -> decimal(new BigDecimal(text.trim()), text);
                case REAL4 -> Float.valueOf(text);
                case REAL8 -> Double.valueOf(text);
                case STRING, WSTRING, CLOB, NCLOB -> text(text);
                case BYTES, BLOB -> bytes(text.getBytes(StandardCharsets.UTF_8));
                case DATE -> Math.toIntExact(date(text).toEpochDay());
                case TIME -> time(text);
                case DATETIME -> dateTime(text);
            };
        } catch (NumberFormatException | DateTimeException e) {
            throw refused("'" + text + "'");
        }
    }

    private ExpressionException refused(String value) {
        return new ExpressionException("a column of type " + type + " does not hold " + value);
    }

    private boolean bool(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "t", "1" -> true;
            case "false", "f", "0" -> false;
            default -> throw refused("'" + text + "'");
        };
    }

    private BigInteger whole(String text) {
        BigDecimal value = new BigDecimal(text.trim());
        if (value.stripTrailingZeros().scale() > 0 || !inRange(value.toBigInteger(), type.kind())) {
            throw refused("'" + text + "'");
        }
        return value.toBigInteger();
    }

    static boolean inRange(BigInteger value, Kind kind) {
        int bits = switch (kind) {
            case INT1, UINT1 -> 8;
            case INT2, UINT2 -> 16;
            case INT4, UINT4 -> 32;
            default -> 64;
        };
        return switch (kind) {
            case UINT1, UINT2, UINT4, UINT8 -> value.signum() >= 0 && value.bitLength() <= bits;
            default -> value.bitLength() < bits;
        };
    }

    private byte[] decimal(BigDecimal value, String text) {
        BigDecimal scaled = value.setScale(type.scale(), RoundingMode.HALF_UP);
        if (scaled.precision() > type.precision() && scaled.signum() != 0) {
            throw refused("'" + text + "'");
        }
        countIf(scaled.compareTo(value) != 0);
        return CellConverter.fixedLength(scaled.unscaledValue(), column.length());
    }

    private byte[] text(String text) {
        boolean tooLong = type.length() > 0 && text.codePointCount(0, text.length()) > type.length();
        countIf(tooLong);
        return CellConverter.utf8(tooLong ? text.substring(0, text.offsetByCodePoints(0, type.length())) : text);
    }

    private byte[] bytes(byte[] content) {
        boolean tooLong = type.length() > 0 && content.length > type.length();
        countIf(tooLong);
        return tooLong ? Arrays.copyOf(content, type.length()) : content;
    }

    private static LocalDate date(String text) {
        return LocalDate.parse(text.length() > 10 ? dayOf(text) : text, DATE);
    }

    /** The day of a date with a time, which is checked with it. */
    private static String dayOf(String text) {
        time(text, 11);
        return text.substring(0, 10);
    }

    private static LocalTime time(String text, int from) {
        char separator = text.charAt(from - 1);
        if (separator != ' ' && separator != 'T') {
            throw new DateTimeException("no time of day");
        }
        return LocalTime.parse(text.substring(from), TIME);
    }

    private int time(String text) {
        LocalTime time = text.length() > 18 ? time(text, 11) : LocalTime.parse(text, TIME);
        return (int) (cut(time.toNanoOfDay(), Math.min(3, type.scale())) / 1_000_000);
    }

    private long dateTime(String text) {
        LocalTime time = text.length() > 10 ? time(text, 11) : LocalTime.MIDNIGHT;
        LocalDateTime moment = LocalDate.parse(text.length() > 10 ? text.substring(0, 10) : text, DATE)
                .atTime(time);
        int digits = unit == TimestampUnit.MILLIS ? 3 : 6;
        long nanos = cut(moment.getNano(), Math.min(digits, type.scale()));
        long seconds = moment.toEpochSecond(ZoneOffset.UTC);
        return unit == TimestampUnit.MILLIS ? seconds * 1000 + nanos / 1_000_000 : seconds * 1_000_000 + nanos / 1000;
    }

    private long cut(long nanos, int digits) {
        long step = 1_000_000_000L;
        for (int i = 0; i < digits; i++) {
            step /= 10;
        }
        countIf(nanos % step != 0);
        return nanos - nanos % step;
    }

    private void countIf(boolean lossy) {
        if (lossy) {
            losses.count(LossyCase.CUT_TO_TYPE_OF_RULE);
        }
    }
}
