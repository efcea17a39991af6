package io.convergence.testkit.dms;

import io.convergence.schema.DataType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Turns one column's values from PostgreSQL's text form into what DMS's Parquet files hold. */
final class CellConverter implements CellSource {
    private static final LocalDate LATEST = LocalDate.of(9999, 12, 31);
    private static final LocalDate EARLIEST = LocalDate.of(-4712, 1, 1);
    private static final long LATEST_MICROS = (LATEST.toEpochDay() * 86_400L + 86_399L) * 1_000_000L;
    private static final long EARLIEST_MICROS = EARLIEST.toEpochDay() * 86_400L * 1_000_000L;
    private static final long LAST_MICRO_OF_DAY = PgTimes.MICROS_PER_DAY - 1;

    private final PgType source;
    private final DataType type;
    private final ParquetColumn column;
    private final ParquetColumn.TimestampUnit unit;
    private final long lobMaxBytes;
    private final LossCounter losses;

    CellConverter(
            PgType source,
            DataType type,
            ParquetColumn column,
            ParquetColumn.TimestampUnit unit,
            long lobMaxBytes,
            LossCounter losses) {
        this.source = source;
        this.type = type;
        this.column = column;
        this.unit = unit;
        this.lobMaxBytes = lobMaxBytes;
        this.losses = losses;
    }

    /** A value as {@link PlainValues} takes it; null only where a lossy case was counted. */
    @Override
    public @Nullable Object convert(String text) {
        try {
            return switch (type.kind()) {
                case BOOLEAN -> bool(text);
                case INT1, INT2, INT4, UINT1, UINT2, UINT4 -> Integer.valueOf(text);
                case INT8, UINT8 -> Long.valueOf(text);
                case NUMERIC -> decimal(text);
                case REAL4 -> Float.valueOf(text);
                case REAL8 -> Double.valueOf(text);
                case STRING, WSTRING -> string(text);
                case CLOB, NCLOB -> lob(text);
                case BYTES, BLOB -> bytes(text);
                case DATE -> date(text);
                case TIME -> time(text);
                case DATETIME -> timestamp(text);
            };
        } catch (IllegalArgumentException e) {
            throw new StandInException(
                    "Cannot write a value of column '" + column.name() + "' of type " + source.name() + " as " + type
                            + ": " + e.getMessage(),
                    e);
        }
    }

    private static boolean bool(String text) {
        return switch (text) {
            case "t" -> true;
            case "f" -> false;
            default -> throw new IllegalArgumentException("'" + text + "' is no boolean of PostgreSQL.");
        };
    }

    private byte[] string(String text) {
        if (!source.name().equals("bool")) {
            return utf8(text);
        }

        losses.count(LossyCase.BOOLEAN_AS_TEXT);
        return utf8(Boolean.toString(bool(text)));
    }

    /** Text is counted at two bytes a character (DMS guide, PostgreSQL: "each character as a double-byte"). */
    private byte[] lob(String text) {
        long limit = lobMaxBytes / 2;
        if (text.length() <= limit) {
            return utf8(text);
        }

        losses.count(LossyCase.LOB_TRUNCATED);
        int end = (int) limit;
        if (end > 0 && Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        return utf8(text.substring(0, end));
    }

    private byte[] bytes(String text) {
        if (!text.startsWith("\\x")) {
            throw new IllegalArgumentException("bytea is not in hex form.");
        }

        byte[] content = HexFormat.of().parseHex(text, 2, text.length());
        if (content.length <= lobMaxBytes) {
            return content;
        }
        losses.count(LossyCase.LOB_TRUNCATED);
        return Arrays.copyOf(content, (int) lobMaxBytes);
    }

    private byte @Nullable [] decimal(String text) {
        if (text.endsWith("NaN") || text.endsWith("Infinity")) {
            losses.count(LossyCase.NUMERIC_NOT_FINITE);
            return null;
        }

        BigDecimal value = new BigDecimal(source.name().equals("money") ? amount(text) : text);
        BigDecimal scaled;
        if (source.unboundedNumeric()) {
            scaled = value.setScale(type.scale(), RoundingMode.HALF_UP);
            if (scaled.precision() > type.precision()) {
                losses.count(LossyCase.NUMERIC_OUT_OF_RANGE);
                return null;
            }
            if (scaled.compareTo(value) != 0) {
                losses.count(LossyCase.NUMERIC_ROUNDED);
            }
        } else {
            scaled = setExactScale(value);
        }
        return fixedLength(scaled.unscaledValue(), column.length());
    }

    private BigDecimal setExactScale(BigDecimal value) {
        try {
            BigDecimal scaled = value.setScale(type.scale(), RoundingMode.UNNECESSARY);
            if (scaled.precision() <= type.precision()) {
                return scaled;
            }
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("the value has more fraction digits than its column.", e);
        }
        throw new IllegalArgumentException("the value has more digits than its column.");
    }

    /** Money in the locale C: {@code -$1,234.56}. */
    private static String amount(String text) {
        return text.replace("$", "").replace(",", "");
    }

    static byte[] fixedLength(BigInteger unscaled, int length) {
        byte[] minimal = unscaled.toByteArray();
        byte[] fixed = new byte[length];
        Arrays.fill(fixed, unscaled.signum() < 0 ? (byte) -1 : 0);
        System.arraycopy(minimal, 0, fixed, length - minimal.length, minimal.length);
        return fixed;
    }

    private int date(String text) {
        if (text.equals("infinity") || text.equals("-infinity")) {
            losses.count(LossyCase.DATE_INFINITE);
            return Math.toIntExact((text.charAt(0) == '-' ? EARLIEST : LATEST).toEpochDay());
        }
        return Math.toIntExact(PgTimes.date(text).toEpochDay());
    }

    private int time(String text) {
        int zone = PgTimes.zoneStart(text);
        if (PgTimes.zoneSeconds(text.substring(zone)) != 0) {
            losses.count(LossyCase.TIME_ZONE_DROPPED);
        }

        long micros = PgTimes.time(text.substring(0, zone));
        if (micros > LAST_MICRO_OF_DAY) {
            losses.count(LossyCase.TIME_OUT_OF_RANGE);
            micros = LAST_MICRO_OF_DAY;
        } else if (micros % 1000 != 0) {
            losses.count(LossyCase.TIME_CUT_TO_MILLIS);
        }
        return (int) (micros / 1000);
    }

    private @Nullable Long timestamp(String text) {
        long micros;
        if (text.equals("infinity") || text.equals("-infinity")) {
            losses.count(LossyCase.TIMESTAMP_INFINITE);
            micros = text.charAt(0) == '-' ? EARLIEST_MICROS : LATEST_MICROS;
        } else {
            try {
                micros = PgTimes.timestamp(text);
            } catch (ArithmeticException e) {
                losses.count(LossyCase.TIMESTAMP_OUT_OF_RANGE);
                return null;
            }
        }
        if (unit == ParquetColumn.TimestampUnit.MICROS) {
            return micros;
        }

        if (Math.floorMod(micros, 1000) != 0) {
            losses.count(LossyCase.TIMESTAMP_CUT_TO_MILLIS);
        }
        return Math.floorDiv(micros, 1000L);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
