package io.convergence.testkit.dms;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import org.apache.parquet.format.ConvertedType;

/**
 * A cell as DMS's CSV files have it. Seen in real files: whole numbers, decimals with their scale, dates, REAL4 as C's
 * {@code %+.8e} and REAL8 as {@code %+.16e}, text as it is. Not verified: date-times (the timestamp column's form is
 * taken), times of day, booleans, bytes (hex), NaN and infinity (C's words).
 */
final class CsvText {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyy-MM-dd", Locale.ROOT);
    private static final DateTimeFormatter DATE_TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);
    private static final int REAL4_DIGITS = 8;
    private static final int REAL8_DIGITS = 16;

    private CsvText() {}

    /** Whether the column holds text, which can be empty, be padded, and look like a marker. */
    static boolean isText(ParquetColumn column) {
        return column.annotation() == ConvertedType.UTF8;
    }

    static String of(ParquetColumn column, Object value) {
        return switch (column.type()) {
            case BOOLEAN -> value.toString();
            case INT32 -> ofInt(column, (Integer) value);
            case INT64 -> ofLong(column, (Long) value);
            case FLOAT -> scientific((Float) value, REAL4_DIGITS);
            case DOUBLE -> scientific((Double) value, REAL8_DIGITS);
            case FIXED_LEN_BYTE_ARRAY -> new BigDecimal(new BigInteger((byte[]) value), column.scale()).toPlainString();
            case BYTE_ARRAY ->
                isText(column)
                        ? new String((byte[]) value, StandardCharsets.UTF_8)
                        : HexFormat.of().formatHex((byte[]) value);
            case INT96 -> throw new IllegalArgumentException("Cannot write INT96: DMS does not.");
        };
    }

    private static String ofInt(ParquetColumn column, int value) {
        ConvertedType annotation = column.annotation();
        if (annotation == ConvertedType.DATE) {
            LocalDate date = LocalDate.ofEpochDay(value);
            return DATE.format(date) + era(date.getYear());
        }
        if (annotation == ConvertedType.TIME_MILLIS) {
            return TIME.format(LocalTime.ofNanoOfDay(value * 1_000_000L));
        }

        return annotation == ConvertedType.UINT_32 ? Integer.toUnsignedString(value) : Integer.toString(value);
    }

    /** DMS's guide writes the least timestamp as {@code 4713-01-01 BC}; the year before 1 is 1 BC. */
    private static String era(int year) {
        return year > 0 ? "" : " BC";
    }

    private static String ofLong(ParquetColumn column, long value) {
        ConvertedType annotation = column.annotation();
        if (annotation == ConvertedType.TIMESTAMP_MICROS) {
            LocalDateTime time = LocalDateTime.ofEpochSecond(
                    Math.floorDiv(value, 1_000_000L), (int) Math.floorMod(value, 1_000_000L) * 1_000, ZoneOffset.UTC);
            return DATE_TIME.format(time) + era(time.getYear());
        }

        return annotation == ConvertedType.UINT_64 ? Long.toUnsignedString(value) : Long.toString(value);
    }

    /** C rounds the exact binary value, Java's formatter the shortest decimal that stands for it. */
    private static String scientific(double value, int fractionDigits) {
        if (Double.isNaN(value)) {
            return "+nan";
        }

        String sign = Math.copySign(1, value) < 0 ? "-" : "+";
        if (Double.isInfinite(value)) {
            return sign + "inf";
        }
        if (value == 0) {
            return sign + "0." + "0".repeat(fractionDigits) + "e+00";
        }

        BigDecimal rounded =
                new BigDecimal(value).abs().round(new MathContext(fractionDigits + 1, RoundingMode.HALF_EVEN));
        String digits = rounded.unscaledValue().toString();
        int exponent = digits.length() - 1 - rounded.scale();
        String padded = digits + "0".repeat(Math.max(0, fractionDigits + 1 - digits.length()));
        return String.format(
                Locale.ROOT,
                "%s%s.%se%s%02d",
                sign,
                padded.charAt(0),
                padded.substring(1, fractionDigits + 1),
                exponent < 0 ? "-" : "+",
                Math.abs(exponent));
    }
}
