package io.convergence.change;

import io.convergence.schema.DataType;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Locale;

/**
 * One value as DMS writes it in CSV: whole numbers plain, NUMERIC plain with its scale, REAL4 as C's {@code %+.8e} and REAL8 as
 * {@code %+.16e}, dates as {@code yyyy-MM-dd} (all seen in real files). Text of booleans, times, date-times and bytes is
 * UNVERIFIED, so several forms are taken.
 */
final class CsvText {
    private static final int MAX_NUMBER = 400;
    private static final long MAX_TENTH = Long.divideUnsigned(-1, 10);
    private static final int SECONDS_PER_DAY = 86_400;

    /** The reason, as a clause; without the value, which may be private. */
    static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unreadable(String reason) {
            super(reason, null, false, false);
        }
    }

    private final byte[] bytes;
    private final int end;
    private int at;

    private CsvText(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.at = from;
        this.end = to;
    }

    static boolean truth(byte[] bytes, int from, int to) {
        String text = to - from > 5 ? "" : ascii(bytes, from, to).toLowerCase(Locale.ROOT);
        return switch (text) {
            case "true", "t", "1" -> true;
            case "false", "f", "0" -> false;
            default -> throw new Unreadable("it is none of true, false, t, f, 1, 0");
        };
    }

    /** A whole number of at most 64 bits; UINT8 as its bits. */
    static long whole(byte[] bytes, int from, int to, DataType.Kind kind) {
        boolean negative = from < to && bytes[from] == '-';
        int at = negative || (from < to && bytes[from] == '+') ? from + 1 : from;
        if (at == to) {
            throw new Unreadable("it is no whole number");
        }

        long value = 0;
        for (; at < to; at++) {
            int digit = bytes[at] - '0';
            if (digit < 0 || digit > 9) {
                throw new Unreadable("it is no whole number");
            }
            long next = value * 10 + digit;
            if (Long.compareUnsigned(value, MAX_TENTH) > 0 || Long.compareUnsigned(next, value * 10) < 0) {
                throw outOfRange();
            }
            value = next;
        }

        return inRange(value, negative, kind);
    }

    private static long inRange(long magnitude, boolean negative, DataType.Kind kind) {
        if (kind == DataType.Kind.UINT8) {
            if (negative && magnitude != 0) {
                throw outOfRange();
            }
            return magnitude;
        }

        boolean lowest = negative && magnitude == Long.MIN_VALUE;
        if (magnitude < 0 && !lowest) {
            throw outOfRange();
        }

        long value = negative ? -magnitude : magnitude;
        int bits = CellType.bits(kind);
        boolean unsigned = kind == DataType.Kind.UINT1 || kind == DataType.Kind.UINT2 || kind == DataType.Kind.UINT4;
        boolean fits =
                unsigned ? (value >= 0 && (value >> bits) == 0) : ((value << (64 - bits)) >> (64 - bits)) == value;
        if (!fits) {
            throw outOfRange();
        }

        return value;
    }

    private static Unreadable outOfRange() {
        return new Unreadable("it does not fit the type");
    }

    /** The unscaled value at the type's scale, which must have room for all digits. */
    static BigDecimal decimal(byte[] bytes, int from, int to, DataType type) {
        String text = number(bytes, from, to);
        BigDecimal value;
        try {
            value = new BigDecimal(text);
        } catch (NumberFormatException e) {
            throw new Unreadable("it is no decimal number");
        }
        if (Math.abs((long) value.scale()) > MAX_NUMBER) {
            throw outOfRange();
        }

        BigDecimal scaled;
        try {
            scaled = value.setScale(type.scale());
        } catch (ArithmeticException e) {
            throw new Unreadable("it has more than " + type.scale() + " fraction digits");
        }
        if (scaled.precision() > type.precision() && scaled.signum() != 0) {
            throw outOfRange();
        }

        return scaled;
    }

    /** The unscaled value of a plain decimal of few digits; {@link Long#MIN_VALUE} if the slow way is needed. */
    static long shortDecimal(byte[] bytes, int from, int to, int precision, int scale) {
        boolean negative = from < to && bytes[from] == '-';
        int at = negative || (from < to && bytes[from] == '+') ? from + 1 : from;
        if (to - at > 18 || at == to) {
            return Long.MIN_VALUE;
        }

        long value = 0;
        int fraction = -1;
        int digits = 0;
        boolean any = false;
        for (; at < to; at++) {
            if (bytes[at] == '.' && fraction < 0) {
                fraction = 0;
                continue;
            }
            int digit = bytes[at] - '0';
            if (digit < 0 || digit > 9 || fraction == scale) {
                return Long.MIN_VALUE;
            }
            any = true;
            value = value * 10 + digit;
            digits += value > 0 ? 1 : 0;
            fraction += fraction >= 0 ? 1 : 0;
        }
        for (int i = Math.max(0, fraction); i < scale; i++) {
            digits += value > 0 ? 1 : 0;
            if (digits > 18) {
                return Long.MIN_VALUE;
            }
            value *= 10;
        }
        if (!any || digits > precision) {
            return Long.MIN_VALUE;
        }

        return negative ? -value : value;
    }

    static float real4(byte[] bytes, int from, int to) {
        String text = number(bytes, from, to);
        if (isSpecial(text)) {
            return (float) special(text);
        }

        try {
            float value = Float.parseFloat(text);
            if (Float.isInfinite(value)) {
                throw outOfRange();
            }
            return value;
        } catch (NumberFormatException e) {
            throw new Unreadable("it is no floating-point number");
        }
    }

    static double real8(byte[] bytes, int from, int to) {
        String text = number(bytes, from, to);
        if (isSpecial(text)) {
            return special(text);
        }

        try {
            double value = Double.parseDouble(text);
            if (Double.isInfinite(value)) {
                throw outOfRange();
            }
            return value;
        } catch (NumberFormatException e) {
            throw new Unreadable("it is no floating-point number");
        }
    }

    private static boolean isSpecial(String text) {
        return !text.isEmpty() && Character.isLetter(text.charAt(text.length() - 1));
    }

    private static double special(String text) {
        String sign = text.startsWith("-") || text.startsWith("+") ? text.substring(0, 1) : "";
        return switch (text.substring(sign.length()).toLowerCase(Locale.ROOT)) {
            case "nan" -> Double.NaN;
            case "inf", "infinity" -> sign.equals("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
            default -> throw new Unreadable("it is no floating-point number");
        };
    }

    /** Java's own parsers take blanks and letters that no database writes; only the letters of e, NaN and Infinity get here. */
    private static String number(byte[] bytes, int from, int to) {
        if (to - from > MAX_NUMBER) {
            throw new Unreadable("it has more than " + MAX_NUMBER + " characters, which no number needs");
        }
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            boolean known = (b >= '0' && b <= '9') || "+-.eEnNaAiIfFtTyY".indexOf(b) >= 0;
            if (!known) {
                throw new Unreadable("it is no number");
            }
        }

        String text = ascii(bytes, from, to);
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.endsWith("f") && !lower.endsWith("inf")) {
            throw new Unreadable("it is no number");
        }

        return text;
    }

    /** Bytes from hexadecimal text, with or without {@code 0x} or {@code \x} before it. */
    static byte[] binary(byte[] bytes, int from, int to) {
        boolean prefixed = to - from >= 2
                && (bytes[from] == '0' || bytes[from] == '\\')
                && (bytes[from + 1] == 'x' || bytes[from + 1] == 'X');
        int start = prefixed ? from + 2 : from;
        if ((to - start) % 2 != 0) {
            throw new Unreadable("it is no hexadecimal text of whole bytes");
        }

        byte[] value = new byte[(to - start) / 2];
        for (int i = 0; i < value.length; i++) {
            int high = Character.digit(bytes[start + 2 * i], 16);
            int low = Character.digit(bytes[start + 2 * i + 1], 16);
            if (high < 0 || low < 0) {
                throw new Unreadable("it is no hexadecimal text of whole bytes");
            }
            value[i] = (byte) (high << 4 | low);
        }

        return value;
    }

    /** Days since the epoch; a time of day is taken if it is midnight. */
    static long date(byte[] bytes, int from, int to) {
        CsvText text = new CsvText(bytes, from, beforeEra(bytes, from, to));
        long day = text.day(text.end < to);
        if (text.at < text.end && (text.separator() || text.nanoOfDay() != 0 || text.at < text.end)) {
            throw text.malformed("yyyy-MM-dd");
        }

        return day;
    }

    /** Nanoseconds of the day. */
    static long time(byte[] bytes, int from, int to) {
        CsvText text = new CsvText(bytes, from, to);
        long nanos = text.nanoOfDay();
        if (text.at < text.end) {
            throw text.malformed("HH:mm:ss.SSSSSS");
        }

        return nanos;
    }

    /** A date and time as seconds since the epoch and nanoseconds. */
    record Moment(long seconds, int nanos) {}

    /** Without a zone, or in UTC by {@code Z} or a zero offset; a date alone is midnight. */
    static Moment dateTime(byte[] bytes, int from, int to) {
        CsvText text = new CsvText(bytes, from, beforeEra(bytes, from, to));
        long day = text.day(text.end < to);
        long nanos = 0;
        if (text.at < text.end) {
            if (text.separator()) {
                throw text.malformed("yyyy-MM-dd HH:mm:ss.SSSSSS");
            }
            nanos = text.nanoOfDay();
            if (text.at < text.end && !isUtc(ascii(bytes, text.at, text.end))) {
                throw text.malformed("yyyy-MM-dd HH:mm:ss.SSSSSS");
            }
        }

        return new Moment(day * SECONDS_PER_DAY + nanos / 1_000_000_000L, (int) (nanos % 1_000_000_000L));
    }

    private static boolean isUtc(String zone) {
        return zone.equals("Z") || zone.equals("+00") || zone.equals("+00:00") || zone.equals("-00:00");
    }

    private static int beforeEra(byte[] bytes, int from, int to) {
        boolean marked = to - from > 3 && bytes[to - 3] == ' ' && bytes[to - 2] == 'B' && bytes[to - 1] == 'C';
        return marked ? to - 3 : to;
    }

    private long day(boolean beforeChrist) {
        int year = digits(4);
        expect('-');
        int month = digits(2);
        expect('-');
        int day = digits(2);
        try {
            return LocalDate.of(beforeChrist ? 1 - year : year, month, day).toEpochDay();
        } catch (DateTimeException e) {
            throw new Unreadable("there is no such day");
        }
    }

    /** Passes the character between date and time. @return whether it is none */
    private boolean separator() {
        byte b = bytes[at++];
        return b != ' ' && b != 'T';
    }

    private long nanoOfDay() {
        int hour = digits(2);
        expect(':');
        int minute = digits(2);
        expect(':');
        int second = digits(2);
        if (hour > 23 || minute > 59 || second > 59) {
            throw new Unreadable("there is no such time of day");
        }

        long nanos = 0;
        if (at < end && bytes[at] == '.') {
            at++;
            int start = at;
            while (at < end && bytes[at] >= '0' && bytes[at] <= '9' && at - start < 9) {
                nanos = nanos * 10 + (bytes[at++] - '0');
            }
            if (at == start) {
                throw malformed("HH:mm:ss.SSSSSS");
            }
            for (int i = at - start; i < 9; i++) {
                nanos *= 10;
            }
        }

        return ((hour * 60L + minute) * 60L + second) * 1_000_000_000L + nanos;
    }

    private int digits(int count) {
        int value = 0;
        for (int i = 0; i < count; i++) {
            int digit = at < end ? bytes[at] - '0' : -1;
            if (digit < 0 || digit > 9) {
                throw new Unreadable("a digit is missing in its date or time");
            }
            value = value * 10 + digit;
            at++;
        }

        return value;
    }

    private void expect(char separator) {
        if (at >= end || bytes[at] != separator) {
            throw new Unreadable("'" + separator + "' is missing in its date or time");
        }
        at++;
    }

    private Unreadable malformed(String form) {
        return new Unreadable("it is not of the form " + form);
    }

    private static String ascii(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
